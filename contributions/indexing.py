"""Search documents of contributions: written when what readers see changes, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.db import transaction
from django.db.models import Prefetch

from contributions import counters, facets, kinds, names
from contributions.models import Contribution, ContributionQuerySet, SearchDocument, Tagging
from countries.models import Country
from search import store
from search.models import Document
from vocabulary.mentions import Labels, labels_of
from vocabulary.models import Concept

BATCH: Final = 200
# From so many on, counting everything once is quicker than following each change.
RECOUNT_FROM: Final = 1000


def refresh(contribution: Contribution) -> None:
    """Make the search document say what the live row says; remove it for what is not published."""
    refresh_many(Contribution.objects.filter(pk=contribution.pk))


def refresh_many(contributions: ContributionQuerySet) -> int:
    """Index contributions anew, in batches; how many were looked at."""
    return sum(len(ids) for ids in refresh_in_batches(contributions))


def refresh_in_batches(contributions: ContributionQuerySet) -> Iterator[list[int]]:
    """Index in batches of BATCH, each in a transaction of its own unless one is open.

    Yields the ids of each batch, so that a caller can say how far it is. Statistics follow at
    the end, and of many contributions the counters.
    """
    ids = list(contributions.order_by("pk").values_list("pk", flat=True))
    is_many = len(ids) >= RECOUNT_FROM
    for start in range(0, len(ids), BATCH):
        _refresh_batch(ids[start : start + BATCH], counting=not is_many)
        yield ids[start : start + BATCH]
    if is_many:
        counters.recount()
    store.refresh_statistics()


def remove_left_overs() -> int:
    """Take documents out that no contribution has any more; how many there were."""
    ids = list(Document.objects.filter(owner__isnull=True).values_list("pk", flat=True))
    store.remove(ids)
    return len(ids)


@transaction.atomic
def _refresh_batch(ids: list[int], *, counting: bool) -> None:
    before = counters.states(ids) if counting else {}
    write(ids)
    if counting:
        counters.change(before, counters.states(ids))


@transaction.atomic(savepoint=False)
def write(ids: list[int], words: set[str] | None = None) -> None:
    """Index these contributions anew; neither counters nor statistics follow. See `store.add` for
    the words. Some thirty queries for any number, and two for each with rows of its own."""
    stale = SearchDocument.objects.filter(contribution__in=ids)
    # A text keeps its number, so that the sets of numbers (FacetBits) stay small.
    documents_before = dict(stale.values_list("contribution", "document"))
    stale._raw_delete("default")
    store.remove(documents_before.values())
    published = list(_with_texts(Contribution.objects.filter(pk__in=ids).published()))
    if not published:
        return
    labels = labels_of(names.refresh())
    texts = (_text(one, labels, documents_before.get(one.pk)) for one in published)
    documents = store.add(texts, words)
    SearchDocument.objects.bulk_create(
        SearchDocument(
            document_id=document,
            contribution=contribution,
            language=contribution.original_language,
            kind=contribution.kind,
            visibility=contribution.visibility,
            published_at=contribution.published_at,
            facets=facets.tokens(contribution),
        )
        for document, contribution in zip(documents, published, strict=True)
    )


def _with_texts(contributions: ContributionQuerySet) -> ContributionQuerySet:
    """Everything `_text` and `facets.tokens` read."""
    return contributions.select_related("practice", "lesson", "effort").prefetch_related(
        "practice__results",
        "practice__building_blocks",
        "effort__milestones",
        "effort__stakeholders",
        "objective_links__objective",
        Prefetch("countries", Country.objects.prefetch_related("participations")),
        # Not joined: each concept once, however many texts of the batch carry it.
        Prefetch("taggings", Tagging.objects.prefetch_related("tag__labels")),
    )


def _text(contribution: Contribution, labels: Labels, document: int | None) -> store.Text:
    kind = kinds.get(contribution.kind)
    row = getattr(contribution, contribution.kind)
    body = "\n".join(text for text in kind.search_body(row) if text)
    language = contribution.original_language
    return store.Text(
        document=document,
        language=language,
        title=contribution.title,
        summary=contribution.summary,
        body=body,
        code=contribution.code,
        labels=_labels(contribution),
        things=_things(contribution),
        title_mentions=_concepts(labels, contribution.title, language),
        summary_mentions=_concepts(labels, contribution.summary, language),
        body_mentions=_concepts(labels, body, language),
    )


def _concepts(labels: Labels, text: str, language: str) -> list[str]:
    return [names.concept(pk) for pk in labels.named_in(text, language)]


def _things(contribution: Contribution) -> list[str]:
    """Tags, objectives and countries, as the index names them."""
    tags = [tagging.tag for tagging in contribution.taggings.all()]
    return [
        *(names.concept(tag.pk) for tag in tags if tag.status == Concept.Status.ACCEPTED),
        *(names.objective(link.objective_id) for link in contribution.objective_links.all()),
        *(names.country(country.iso2) for country in contribution.countries.all()),
    ]


def _labels(contribution: Contribution) -> list[tuple[str, str]]:
    """Names of tags, objectives and countries in every language, as (language, name)."""
    found: list[tuple[str, str]] = []
    for tagging in contribution.taggings.all():
        if tagging.tag.status == Concept.Status.ACCEPTED:
            found += [(label.language, label.text) for label in tagging.tag.labels.all()]
    for link in contribution.objective_links.all():
        found += {"en": link.objective.name, **link.objective.names}.items()
    for country in contribution.countries.all():
        found += country.names.items()
    return found
