"""Two to four practices side by side: what they differ in first, then what is the same in all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise

from accounts.models import User
from contributions import at_once, kinds, related, rendering
from contributions.models import Contribution

FEWEST: Final = 2
MOST: Final = 4
# Questions about the text, not about the practice; the title heads the column.
_LEFT_OUT: Final = frozenset(
    {
        "title", "original_language", "no_identifying_details", "operational_detail",
        "visibility", "consent_to_publish",
    }
)  # fmt: skip


class CodesField(forms.Field):
    """Codes of practices, several in one value or in several; none is an error."""

    widget = forms.SelectMultiple

    def to_python(self, value: Any) -> list[str]:
        typed = " ".join(value or []).replace(",", " ").upper().split()
        return list(dict.fromkeys(typed))


class CompareForm(forms.Form):
    """The query string: ?p=PR-0001&p=PR-0004."""

    p = CodesField(required=False)


@dataclass(frozen=True)
class Column:
    """A practice, and the address of the page without it."""

    practice: Contribution
    url_without: str


@dataclass(frozen=True)
class Line:
    """A field: what each practice says with the language of its text, in the order of the columns;
    one cell where all agree."""

    label: str | Promise
    cells: list[tuple[rendering.Shown, str]]


@dataclass(frozen=True)
class Comparison:
    """Everything the page shows."""

    columns: list[Column] = field(default_factory=list)
    different: list[Line] = field(default_factory=list)
    same: list[Line] = field(default_factory=list)
    # Codes as typed: of nothing this reader may see; beyond the most.
    unknown: list[str] = field(default_factory=list)
    too_many: list[str] = field(default_factory=list)
    # Near to a single one, with the address that adds it.
    offered: list[tuple[Contribution, str]] = field(default_factory=list)

    @property
    def codes(self) -> list[str]:
        return [column.practice.code for column in self.columns]

    @property
    def is_enough(self) -> bool:
        return len(self.columns) >= FEWEST

    @property
    def has_room(self) -> bool:
        return len(self.columns) < MOST


def compare(parameters: QueryDict, reader: User | AnonymousUser) -> Comparison:
    """Read the query string and compare. Five queries for a visitor, however many practices."""
    form = CompareForm(parameters)
    form.is_valid()
    typed = form.cleaned_data["p"][: 5 * MOST]
    visible = Contribution.objects.published().visible_to(reader).of_kind("practice")
    rows = at_once.load(visible.filter(code__in=typed).select_related("live"))
    found = {row.code: row for row in rows}
    known = [code for code in typed if code in found]
    practices = [found[code] for code in known[:MOST]]
    different, same = _lines(practices) if len(practices) >= FEWEST else ([], [])
    return Comparison(
        columns=[Column(each, _url([o for o in practices if o is not each])) for each in practices],
        different=different,
        same=same,
        unknown=[code[:20] for code in typed if code not in found],
        too_many=known[MOST:],
        offered=_offered(practices[0], reader) if len(practices) == 1 else [],
    )


def _url(practices: list[Contribution]) -> str:
    return f"{reverse('practices:compare')}?{urlencode([('p', each.code) for each in practices])}"


def _lines(practices: list[Contribution]) -> tuple[list[Line], list[Line]]:
    """What they differ in, and what is the same in all; fields that none fills are left out."""
    contents = [each.live.content if each.live else {} for each in practices]
    read = rendering.several(kinds.get("practice"), contents)
    languages = [each.original_language for each in practices]
    different, same = [], []
    for parts in zip(*read, strict=True):
        for cells in zip(*(part.fields for part in parts), strict=True):
            if cells[0].name in _LEFT_OUT or all(cell.is_empty for cell in cells):
                continue
            if len({cell.as_text() for cell in cells}) == 1:
                same.append(Line(cells[0].label, [(cells[0], languages[0])]))
            else:
                different.append(Line(cells[0].label, list(zip(cells, languages, strict=True))))
    return different, same


def _offered(
    practice: Contribution, reader: User | AnonymousUser
) -> list[tuple[Contribution, str]]:
    items = [item.contribution for item in related.related(practice, reader, limit=12)]
    others = [other for other in items if other.kind == "practice"][:5]
    return [(other, _url([practice, other])) for other in others]
