"""The filters of lists: which there are, which values a contribution has, what values are called.

A value is kept in the search document as "name:code" (a token), the same code as in addresses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contributions import kinds
from contributions.models import Contribution

INTERNATIONAL: Final = "international"
NOT_RECORDED: Final = "not-recorded"
# What the name of a filter begins with, in addresses too, whose values are left out.
OUT: Final = "not-"
# Lessons of these types are "what did not work" (ContributionQuerySet.did_not_work).
DID_NOT_WORK: Final = ("did_not_work", "challenge")

SCOPES: Final = {
    "tip": _("Trafficking in persons (TIP)"),
    "som": _("Smuggling of migrants (SOM)"),
    "both": _("Both crimes"),
    NOT_RECORDED: _("Crime not recorded"),
}
# Aspects that a practice looks at throughout; the names of its fields are "marker_" and these.
MARKERS: Final = {
    "human_rights": _("Human rights"),
    "gender": _("Gender"),
    "age": _("Age and children"),
    "society": _("Whole of society"),
}
# A filter for either crime finds what is about both.
_SCOPE_CODES: Final = {
    "TIP": ("tip",),
    "SOM": ("som",),
    "BOTH": ("tip", "som", "both"),
    "": (NOT_RECORDED,),
}


@dataclass(frozen=True)
class Facet:
    """A filter. `fields` of kinds give its values: "kind.field", or "kind.rows.field"."""

    name: str
    title: str | Promise
    fields: tuple[str, ...] = ()
    is_open: bool = False
    # Values are rows of the database; their labels come with the counts.
    from_rows: bool = False
    # Values are numbers, which need no label; the highest first.
    is_number: bool = False
    # More values than this are not offered (the commonest are, and those in use).
    most: int = 60

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds that have it; empty: all."""
        return frozenset(field.split(".")[0] for field in self.fields)

    def labels(self) -> dict[str, str | Promise]:
        """Code → label in the order to show; only where values are not rows."""
        if self.name == "kind":
            return {kind.name: kind.label_plural for kind in kinds.all_kinds()}
        if self.name == "scope":
            return dict(SCOPES)
        if self.name == "language":
            return dict(settings.CONTENT_LANGUAGES)
        if self.name == "did-not-work":
            return {"1": _("What did not work")}
        if self.name == "marker":
            return dict(MARKERS)
        found: dict[str, str | Promise] = {}
        for field in self.fields:
            for code, label in _choices(field):
                found.setdefault(code, label)
        return found


FACETS: Final = {
    facet.name: facet
    for facet in (
        Facet("objective", _("Objective"), is_open=True, from_rows=True),
        Facet("scope", _("Crime"), is_open=True),
        Facet("kind", _("Kind"), is_open=True),
        Facet("did-not-work", _("What did not work"), fields=("lesson.lesson_type",)),
        Facet("lesson_type", _("Type of lesson"), fields=("lesson.lesson_type",)),
        Facet("type", _("Type"), fields=("practice.practice_type", "effort.effort_type")),
        Facet("status", _("Status of the effort"), fields=("effort.standing",)),
        Facet("maturity", _("Maturity"), fields=("practice.maturity",)),
        Facet("impact", _("Level of impact"), fields=("practice.results.impact_level",)),
        Facet(
            "marker",
            _("Looked at throughout"),
            fields=tuple(f"practice.marker_{marker}" for marker in MARKERS),
        ),
        Facet("country", _("Country"), from_rows=True),
        Facet("region", _("Region"), from_rows=True),
        Facet("phase", _("Phase of the programme"), from_rows=True),
        Facet("tag", _("Tag"), from_rows=True, most=15),
        Facet("language", _("Language")),
        Facet(
            "year",
            _("Year"),
            fields=("practice.start_date", "effort.valid_from", "effort.milestones.date"),
            is_number=True,
        ),
    )
}


def turned(name: str) -> str:
    """The filter that a name in addresses stands for, whether its values are wanted or left out."""
    return name.removeprefix(OUT)


def tokens(contribution: Contribution) -> list[str]:
    """Every "name:code" of a contribution. Reads the relations of `indexing.with_texts`."""
    return sorted(set(_tokens(contribution)))


def _tokens(contribution: Contribution) -> Iterator[str]:
    yield f"kind:{contribution.kind}"
    yield f"language:{contribution.original_language}"
    for code in _SCOPE_CODES[contribution.crime_scope]:
        yield f"scope:{code}"
    for link in contribution.objective_links.all():
        yield f"objective:{link.objective_id}"
    if contribution.international:
        yield f"country:{INTERNATIONAL}"
    for country in contribution.countries.all():
        yield f"country:{country.code}"
        yield f"region:{country.region_id}"
        for participation in country.participations.all():
            yield f"phase:{participation.phase_id}"
    for tagging in contribution.taggings.all():
        if tagging.tag.status == tagging.tag.Status.ACCEPTED:
            yield f"tag:{tagging.tag.slug}"
    yield from _tokens_of_kind(contribution)


def _tokens_of_kind(contribution: Contribution) -> Iterator[str]:
    for facet in FACETS.values():
        for field in facet.fields:
            for value in _values(contribution, field):
                if code := _code(facet, field, value):
                    yield f"{facet.name}:{code}"


def _values(contribution: Contribution, field: str) -> list[str]:
    """What a field holds, or the field of each row; nothing for other kinds."""
    kind, *rows, column = field.split(".")
    if kind != contribution.kind:
        return []
    child = getattr(contribution, kind)
    holders = getattr(child, rows[0]).all() if rows else [child]
    return [getattr(holder, column) for holder in holders]


def _code(facet: Facet, field: str, value: str) -> str:
    """The value as the filter knows it; empty where the filter does not find it."""
    if facet.name == "did-not-work":
        return "1" if value in DID_NOT_WORK else ""
    if facet.name == "marker":
        return field.removeprefix("practice.marker_") if value not in ("", "none") else ""
    if facet.is_number:
        return value[:4]
    return value


def _choices(field: str) -> list[tuple[str, str | Promise]]:
    kind, *rows, column = field.split(".")
    model: type[models.Model] = kinds.get(kind).model
    for name in rows:
        model = model._meta.get_field(name).related_model  # type: ignore[assignment]
    found = model._meta.get_field(column)
    assert isinstance(found, models.Field)  # noqa: S101  for the types
    return [(str(code), label) for code, label in found.flatchoices if code]
