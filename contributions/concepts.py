"""Concepts as readers meet them: what they are called, what is near them, what carries them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber
from django.urls import reverse
from django.utils.functional import Promise

from contributions import at_once, kinds
from contributions.models import Contribution, Tagging
from countries.models import Country
from search.folding import fold
from vocabulary.models import Concept, ConceptLabel, ConceptQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

    Reader = User | AnonymousUser

# Of each kind on the page of a concept; the rest is in the list.
SHOWN = 5
# Offered beside each other where a search found nothing, and the words of it that are looked at.
NEAR = 8
MOST_WORDS = 6


@dataclass(frozen=True)
class Named:
    """A concept by its name in the reader's language; `count` of what carries it."""

    slug: str
    label: str
    language: str
    count: int = 0


def _named(concept: Concept, count: int = 0) -> Named:
    return Named(concept.slug, concept.label(), concept.label_language(), count)


def _by_label(concepts: Iterable[Concept]) -> list[Named]:
    found = [_named(concept, getattr(concept, "used", 0)) for concept in concepts]
    return sorted(found, key=lambda item: fold(item.label))


def _with_use(concepts: ConceptQuerySet, reader: Reader) -> ConceptQuerySet:
    """Each with `used`: how many contributions that the reader finds carry it."""
    seen = Contribution.objects.visible_to(reader).published()
    used = (
        Tagging.objects.filter(tag=OuterRef("pk"), content_object__in=seen)
        .order_by()
        .values("tag")
        .annotate(number=Count("pk"))
        .values("number")
    )
    counted: ConceptQuerySet = concepts.annotate(used=Coalesce(Subquery(used), 0))
    return counted


def by_group(reader: Reader) -> list[tuple[str | Promise, list[Named]]]:
    """Accepted concepts under their headings, with how many contributions the reader finds.

    Two queries.
    """
    concepts = list(_with_use(Concept.objects.accepted(), reader).with_labels())
    groups = [
        (group.label, _by_label(concept for concept in concepts if concept.group == group))
        for group in Concept.Group
    ]
    return [(label, found) for label, found in groups if found]


def near(words: Sequence[str], reader: Reader) -> list[Named]:
    """Where to go on when words find nothing: concepts with names like them, then the neighbours
    of these. Only what carries something for the reader. Three queries, one where none is like."""
    like = Concept.objects.like(words[:MOST_WORDS])[:NEAR]
    if not like:
        return []
    beside = Concept.related.through.objects.filter(from_concept__in=like).values("to_concept")
    around = Q(pk__in=like) | Q(broader__in=like) | Q(narrower__in=like) | Q(pk__in=beside)
    concepts = _with_use(Concept.objects.accepted().filter(around).distinct(), reader)
    found = sorted(
        concepts.filter(used__gt=0).with_labels(),
        key=lambda one: (like.index(one.pk) if one.pk in like else NEAR, -one.used, one.slug),
    )
    return [_named(concept, concept.used) for concept in found[:NEAR]]


def other_labels(concept: Concept) -> list[ConceptLabel]:
    """Every name but the one in the heading, language by language. No query after with_labels."""
    order = [code for code, _name in settings.CONTENT_LANGUAGES]
    shown = (concept.label(), concept.label_language())
    return sorted(
        (label for label in concept.labels.all() if (label.text, label.language) != shown),
        key=lambda label: (
            order.index(label.language) if label.language in order else len(order),
            label.kind != ConceptLabel.Kind.PREFERRED,
            label.folded,
        ),
    )


@dataclass(frozen=True)
class Neighbours:
    """Concepts to go on from."""

    broader: list[Named]
    narrower: list[Named]
    related: list[Named]


def with_neighbours(slug: str, reader: Reader) -> tuple[Concept, Neighbours] | None:
    """The concept the reader asks for and the accepted ones next to it. Two queries."""
    through = Concept.related.through.objects.filter(from_concept__slug=slug)
    near = Q(narrower__slug=slug) | Q(broader__slug=slug) | Q(pk__in=through.values("to_concept"))
    around = Concept.objects.filter(Q(slug=slug) | near & Q(status=Concept.Status.ACCEPTED))
    found = list(
        around.distinct()
        .annotate(
            is_visible=Exists(Concept.objects.visible_to(reader).filter(pk=OuterRef("pk"))),
            is_related=Exists(through.filter(to_concept=OuterRef("pk"))),
        )
        .with_labels()
    )
    concept = next((c for c in found if c.slug == slug and c.is_visible), None)
    if concept is None:
        return None
    broader = [c for c in found if c.pk == concept.broader_id]
    narrower = [c for c in found if c.broader_id == concept.pk]
    beside = [c for c in found if c.is_related and c not in broader and c not in narrower]
    return concept, Neighbours(_by_label(broader), _by_label(narrower), _by_label(beside))


@dataclass(frozen=True)
class Carriers:
    """Contributions of one kind that carry a concept: the newest, how many, and the whole list."""

    kind: kinds.Kind
    total: int
    newest: list[Contribution]
    url: str


def carriers(concept: Concept, reader: Reader) -> list[Carriers]:
    """What the reader may see, kind by kind. One query."""
    newest_first = (F("published_at").desc(nulls_last=True), F("pk").desc())
    found = at_once.cards(
        Contribution.objects.visible_to(reader)
        .published()
        .about(concept)
        .annotate(
            place=Window(RowNumber(), partition_by=F("kind"), order_by=newest_first),
            total=Window(Count("pk"), partition_by=F("kind")),
        )
        .filter(place__lte=SHOWN)
        .newest_first()
    )
    rows = [(kind, [c for c in found if c.kind == kind.name]) for kind in kinds.all_kinds()]
    return [
        Carriers(
            kind=kind,
            total=newest[0].total,  # type: ignore[attr-defined]  # annotated above
            newest=newest,
            url=f"{reverse(f'{kind.url_namespace}:browse')}?tag={concept.slug}",
        )
        for kind, newest in rows
        if newest
    ]


@dataclass(frozen=True)
class InCountry:
    """How many contributions of a country carry a concept."""

    code: str
    label: str
    count: int
    url: str


def countries(concept: Concept, reader: Reader) -> list[InCountry]:
    """Where what the reader may see of a concept comes from, most first. One query."""
    seen = Contribution.objects.visible_to(reader).published().about(concept)
    found = (
        Country.objects.filter(contributions__in=seen)
        .annotate(number=Count("contributions", filter=Q(contributions__in=seen), distinct=True))
        .order_by()
    )
    rows = [
        InCountry(
            code=country.code,
            label=country.label(),
            count=country.number,  # type: ignore[attr-defined]  # annotated above
            url=f"{reverse('search')}?tag={concept.slug}&country={country.code}",
        )
        for country in found
    ]
    return sorted(rows, key=lambda row: (-row.count, fold(row.label)))
