"""Filters typed among the words, country:Morocco or -tag:"joint teams": which value is meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _t

from contributions import kinds
from contributions.facets import INTERNATIONAL, OUT, Facet
from countries.models import Country
from objectives.models import Objective
from search.folding import fold
from search.query import filters_in
from vocabulary.models import Concept, with_article


def taken_out(text: str, offered: Mapping[str, Facet]) -> tuple[str, list[tuple[str, str]]]:
    """The words without the filters among them, and those as (name, code); the name of what is to
    be left out begins with OUT.

    Values are codes or names in any language. What names nothing stays among the words. One query
    for each filter that is typed, for tags three at most.
    """
    found, kept, end = [], [], 0
    for one in filters_in(text, _CODES.keys() & offered.keys()):
        if code := _CODES[one.name](one.value):
            found.append((OUT + one.name if one.is_out else one.name, code))
            kept.append(text[end : one.start])
            end = one.end
    return " ".join("".join([*kept, text[end:]]).split()), found


def moved_tags(slugs: Iterable[str]) -> dict[str, str]:
    """Addresses of tags that were merged → those they were merged into. One query, or none."""
    wanted = list(slugs)
    if not wanted:
        return {}
    merged = Concept.objects.filter(slug__in=wanted, merged_into__status=Concept.Status.ACCEPTED)
    return dict(merged.values_list("slug", "merged_into__slug"))


def _kind(value: str) -> str:
    for kind in kinds.all_kinds():
        names = (kind.name, kind.url_namespace, str(kind.label), str(kind.label_plural))
        if not set(with_article(fold(value))).isdisjoint(map(fold, names)):
            return kind.name
    return ""


def _objective(value: str) -> str:
    for objective in Objective.objects.order_by("number"):
        names = (
            str(objective.number), objective.slug, objective.name, objective.short_name,
            *objective.names.values(), *objective.short_names.values(),
        )  # fmt: skip
        if fold(value) in map(fold, names):
            return str(objective.number)
    return ""


def _country(value: str) -> str:
    wanted = fold(value)
    if wanted in (INTERNATIONAL, fold(_t("International"))):
        return INTERNATIONAL
    for iso2, iso3, names in Country.objects.values_list("iso2", "iso3", "names"):
        known = {iso2.lower(), iso3.lower(), *map(fold, names.values())}
        if not known.isdisjoint(with_article(wanted)):
            return str(iso2.lower())
    return ""


def _tag(value: str) -> str:
    language = (get_language() or "en").split("-")[0]
    concept = Concept.objects.at(value.lower()) or Concept.objects.named(value, language)
    return concept.slug if concept and concept.status == Concept.Status.ACCEPTED else ""


_CODES: Final[Mapping[str, Callable[[str], str]]] = {
    "tag": _tag, "country": _country, "objective": _objective, "kind": _kind,
}  # fmt: skip
