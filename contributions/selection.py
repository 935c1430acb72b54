"""The query string of lists and search: reading it, and writing it in its one canonical form."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from contributions.facets import FACETS, OUT, Facet, turned
from contributions.listing_request import PAGE_SIZE

LONGEST_QUERY: Final = 300
LAST_PAGE: Final = 1_000_000
SORTS: Final = {
    "relevance": _("Best match"),
    "newest": _("Newest first"),
    "adapted": _("Most adapted first"),
    "confirmed": _("Last confirmed first"),
    "title": _("Title"),
}
PER_PAGE: Final = (10, PAGE_SIZE, 50)


class BrowseForm(forms.Form):
    """The query string without the filters. Nothing in it is an error; it is read or ignored."""

    q = forms.CharField(required=False, strip=True)
    sort = forms.ChoiceField(required=False, choices=list(SORTS.items()))
    per = forms.ChoiceField(required=False, choices=[(n, n) for n in PER_PAGE])
    page = forms.IntegerField(required=False, min_value=1, max_value=LAST_PAGE)
    exact = forms.BooleanField(required=False)


@dataclass(frozen=True)
class Selection:
    """What the reader asked for, understood. What is as usual is left empty."""

    q: str = ""
    chosen: dict[str, list[str]] = field(default_factory=dict)
    sort: str = ""
    per: int = 0
    page: int = 1
    exact: bool = False  # take the words as typed
    kind: str = ""  # fixed by the page
    # What was not understood, as typed.
    ignored: tuple[str, ...] = ()

    @property
    def effective_sort(self) -> str:
        return self.sort or ("relevance" if self.q else "newest")

    @property
    def per_page(self) -> int:
        return self.per or PAGE_SIZE

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Chosen filters one by one, in the order of the page; the values in their own order. Then
        what is left out, likewise."""
        names = [*FACETS, *(OUT + name for name in FACETS)]
        return [(name, code) for name in names for code in sorted(self.chosen.get(name, []))]

    def url(self, *, without: tuple[str, str] | str | None = None, filters: bool = True) -> str:
        """Canonical address of its first page, perhaps without a filter, a value of one, or any."""
        kept = [pair for pair in self.pairs if filters and without not in (pair, pair[0])]
        return "?" + urlencode(self._words_and_order() + kept)

    @property
    def address(self) -> str:
        """Canonical address of this page."""
        page = [("page", str(self.page))] if self.page > 1 else []
        return "?" + urlencode(self._words_and_order() + self.pairs + page)

    @property
    def query(self) -> QueryDict:
        """The same without the page, for links to other pages."""
        return QueryDict(self.url()[1:])

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What the form of the filters sends along unseen."""
        left_out = [pair for pair in self.pairs if pair[0].startswith(OUT)]
        return self._words_and_order() + left_out

    @property
    def words_and_filters(self) -> list[tuple[str, str]]:
        """Everything but the page."""
        return self._words_and_order() + self.pairs

    @property
    def words_carried(self) -> list[tuple[str, str]]:
        """What the form of the order sends along besides the filters: words as they are taken."""
        return [pair for pair in self._words_and_order() if pair[0] not in ("sort", "per")]

    def _words_and_order(self) -> list[tuple[str, str]]:
        parts = [("q", self.q), ("sort", self.sort), ("per", str(self.per or ""))]
        parts += [("exact", "1" if self.exact else "")]
        return [(name, value) for name, value in parts if value]


def read(parameters: QueryDict, kind: str = "") -> Selection:
    """Understand a query string; what cannot be understood is listed in `ignored`."""
    form = BrowseForm(parameters)
    form.is_valid()
    ignored = [f"{name}={parameters[name]}" for name in form.errors if name in ("sort", "per")]
    chosen: dict[str, list[str]] = {}
    for name in parameters:
        if name in form.fields:
            continue
        facet = offered(kind).get(turned(name))
        for code in dict.fromkeys(filter(None, parameters.getlist(name))):
            if facet and is_possible(facet, code):
                chosen.setdefault(name, []).append(code)
            else:
                ignored.append(f"{name}={code}")
    typed = _tidy(form.cleaned_data.get("q") or "")
    if len(typed) > LONGEST_QUERY:
        ignored.append(f"…{typed[LONGEST_QUERY:][:40]}")
    selection = Selection(
        q=typed[:LONGEST_QUERY],
        chosen=chosen,
        page=form.cleaned_data.get("page") or 1,
        exact=bool(form.cleaned_data.get("exact")),
        kind=kind,
        ignored=tuple(ignored),
    )
    return _with_order(selection, form)


def _with_order(selection: Selection, form: BrowseForm) -> Selection:
    """Order and length of the page, where they are not what they would be anyway."""
    sort = form.cleaned_data.get("sort") or ""
    per = int(form.cleaned_data.get("per") or 0)
    return replace(
        selection,
        sort="" if sort == selection.effective_sort else sort,
        per=0 if per == PAGE_SIZE else per,
    )


def offered(kind: str) -> dict[str, Facet]:
    """The filters of a page: those that its kind has."""
    if not kind:
        return FACETS
    return {
        name: facet
        for name, facet in FACETS.items()
        if name != "kind" and (not facet.kinds or kind in facet.kinds)
    }


def is_possible(facet: Facet, code: str) -> bool:
    """Whether the code can be one of the filter's; for rows the database decides later."""
    if facet.is_number:
        return len(code) == 4 and code.isascii() and code.isdigit()
    if facet.from_rows:
        return len(code) <= 100 and code.replace("-", "").replace("_", "").isalnum()
    return code in facet.labels()


def ignored_notice(selection: Selection) -> str:
    """One sentence on what was not understood; empty where all was."""
    if not selection.ignored:
        return ""
    shown = ", ".join(item[:60] for item in selection.ignored[:5])
    return _t("“%(filters)s” was ignored.") % {"filters": shown}


def _tidy(typed: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in typed).split())
