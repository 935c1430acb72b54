"""What somebody who typed these letters may be after: a concept, a country, a text by its title."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language

from accounts.models import User
from contributions.models import Contribution, ContributionQuerySet
from countries.models import Country
from search.folding import fold
from vocabulary.models import Concept

MOST: Final = 6


@dataclass(frozen=True)
class Suggestion:
    """One line. `note`: what was typed is another name for it; both with their languages."""

    label: str
    language: str
    url: str
    note: str = ""
    note_language: str = ""


@dataclass(frozen=True)
class Suggestions:
    """Three short lists."""

    concepts: list[Suggestion]
    countries: list[Suggestion]
    titles: list[Suggestion]


def find(typed: str, user: User | AnonymousUser) -> Suggestions:
    """At most MOST of each, whose words begin with what was typed. Four queries.

    Concepts are offered only where there is something this person may read.
    """
    folded = fold(typed)
    if len(folded) < 2:
        return Suggestions([], [], [])
    language = (get_language() or "en").split("-")[0]
    visible = Contribution.objects.published().visible_to(user)
    return Suggestions(
        concepts=_concepts(typed, language, visible),
        countries=_countries(folded, language),
        titles=_titles(folded, visible),
    )


def _concepts(typed: str, language: str, visible: ContributionQuerySet) -> list[Suggestion]:
    concepts = (
        Concept.objects.accepted()
        .filter(taggings__content_object__in=visible)
        .distinct()
        .matching(typed, language)
        .with_labels()[:MOST]
    )
    found = []
    for concept in concepts:
        label, match = concept.label(language), concept.match
        other = match["text"] != label
        found.append(
            Suggestion(
                label=label,
                language=concept.label_language(language),
                url=f"{reverse('search')}?tag={concept.slug}",
                note=match["text"] if other else "",
                note_language=match["language"] if other else "",
            )
        )
    return found


def _countries(folded: str, language: str) -> list[Suggestion]:
    """Countries that take part, by a name in any language."""
    found = []
    for country in Country.objects.filter(takes_part=True):
        names = [fold(name) for name in country.names.values()]
        if any(name.startswith(folded) or f" {folded}" in name for name in names):
            found.append(Suggestion(country.label(), language, country.get_absolute_url()))
    return sorted(found, key=lambda suggestion: fold(suggestion.label))[:MOST]


def _titles(folded: str, visible: ContributionQuerySet) -> list[Suggestion]:
    begins = Q(search_documents__document__folded_title__startswith=folded)
    within = Q(search_documents__document__folded_title__contains=f" {folded}")
    rows = (
        Contribution.objects.filter(pk__in=visible)
        .filter(begins | within)
        .distinct()
        .newest_first()[:MOST]
    )
    return [Suggestion(row.title, row.original_language, row.get_absolute_url()) for row in rows]
