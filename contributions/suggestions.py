"""What somebody who typed these letters may be after: a concept, a country, a text by its title."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import get_language

from accounts.models import User
from contributions.models import FacetCount, SearchDocument, Tagging
from contributions.seen import Seen
from countries.models import Country
from search.folding import fold
from vocabulary.models import UNSPACED, Concept, has_word_starting_with, with_article

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

    @property
    def total(self) -> int:
        return len(self.concepts) + len(self.countries) + len(self.titles)


def find(typed: str, user: User | AnonymousUser) -> Suggestions:
    """At most MOST of each, whose words begin with what was typed. Four queries.

    Concepts are offered only where there is something this person may read.
    """
    folded = fold(typed)
    # A single Chinese character is a word.
    if len(folded) < 2 and not UNSPACED.match(folded):
        return Suggestions([], [], [])
    language = (get_language() or "en").split("-")[0]
    return Suggestions(
        concepts=_concepts(typed, language, user),
        countries=_countries(folded, language),
        titles=_titles(folded, user),
    )


def _concepts(typed: str, language: str, user: User | AnonymousUser) -> list[Suggestion]:
    concepts = (
        Concept.objects.accepted()
        .matching(typed, language)
        .annotate(token=Concat(Value("tag:"), "slug", output_field=CharField()))
        .filter(_is_carried(user))
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


def _is_carried(user: User | AnonymousUser) -> Q:
    """Condition on the concept of a `token`: there is something this person may read. By the kept
    counts, so that it costs the same however much there is."""
    seen = Seen.by(user)
    kept = FacetCount.objects.filter(token="", visibility__in=seen.open_to, number__gt=0)
    carried = Q(token__in=kept.values("other"))
    if seen.extra is None:
        return carried
    return carried | Q(pk__in=Tagging.objects.filter(content_object__in=seen.extra).values("tag"))


def _countries(folded: str, language: str) -> list[Suggestion]:
    """Countries that take part, by a name in any language."""
    found = []
    for code, names in Country.objects.taking_part().values_list("pk", "names"):
        spelled = [_folded_name(name) for name in names.values()]
        if any(_has_word_starting_with(folded, name) for name in spelled):
            country = Country(pk=code, names=names)
            found.append(Suggestion(country.label(), language, country.get_absolute_url()))
    return sorted(found, key=lambda suggestion: fold(suggestion.label))[:MOST]


def _has_word_starting_with(folded: str, name: str) -> bool:
    if UNSPACED.match(folded):
        return folded in name
    return any(f" {beginning}" in f" {name}" for beginning in with_article(folded))


# The same few hundred names are folded for every letter that somebody types.
_folded_name = lru_cache(maxsize=4096)(fold)


def _titles(folded: str, user: User | AnonymousUser) -> list[Suggestion]:
    """The newest first, which for a common word is a walk along the index of lists."""
    seen = Seen.by(user)
    may_read = Q(visibility__in=seen.open_to)
    if seen.extra is not None:
        may_read |= Q(contribution__in=seen.extra)
    named = (
        SearchDocument.objects.filter(
            may_read, has_word_starting_with(folded, "document__folded_title")
        )
        .order_by(F("published_at").desc(), F("contribution_id").desc())
        .select_related("contribution")
        .only(*(f"contribution__{name}" for name in ("kind", "code", "title", "original_language")))
    )
    # A text in two languages stands there twice.
    rows = {row.contribution_id: row.contribution for row in named[: 2 * MOST]}
    return [
        Suggestion(row.title, row.original_language, row.get_absolute_url())
        for row in list(rows.values())[:MOST]
    ]
