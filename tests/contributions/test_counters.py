"""Counts beside filters are kept; they have to be what counting gives, whatever happened."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from accounts.models import User
from contributions import counters, counting, indexing, listing, tagging, workflow
from contributions.listing_request import Request
from contributions.models import Contribution, FacetBits, FacetCount, SearchDocument
from contributions.models.facet_bits import PART
from search import query
from tests.factories import vocabulary
from tests.factories.accounts import UserFactory
from tests.factories.contributions import archived, published
from tests.factories.many import copies

NO_WORDS = query.parse("")
FILTERS: list[dict[str, list[str]]] = [
    {},
    {"country": ["ma"]},
    {"objective": ["3"]},
    {"tag": ["hotspots"]},
    {"objective": ["3"], "country": ["it"]},
    {"scope": ["som"], "maturity": ["good"]},
    {"country": ["nowhere"], "objective": ["1"]},
]


def kept() -> tuple[dict[tuple[str, ...], int], set[tuple[str, int]]]:
    """The sums, and each value with the documents that have it."""
    sums = FacetCount.objects.values_list("visibility", "kind", "token", "other", "number")
    bits = FacetBits.objects.values_list("token", "part", "bits")
    return {row[:4]: row[4] for row in sums if row[4]}, {
        (token, part * PART + place)
        for token, part, texts in bits
        for place, bit in enumerate(texts)
        if bit == "1"
    }


def mixed_world() -> list[Contribution]:
    """Texts that differ in everything that counts and in who sees them."""
    vocabulary.concept("Hotspots")
    author = UserFactory(speaks_for="MA")
    return [
        published(tags=["Hotspots"], by=author),
        published(visibility="members", countries=["IT"]),
        published("lesson", visibility="coordinators", countries=["MA"], by=author),
        published("lesson", crime_scope="SOM", countries=["IT", "MA"], tags=["Hotspots"]),
        published("effort", visibility="coordinators", countries=["IT"], primary_objective="1"),
        published(visibility="coordinators", countries=["MA"], objectives=["1"]),
        archived(),
    ]


def readers() -> dict[str, User | AnonymousUser]:
    world = mixed_world()
    return {
        "visitor": AnonymousUser(),
        "member": UserFactory(),
        "author": world[0].owner,
        "other author": world[4].owner,
        "focal point": UserFactory(speaks_for="IT"),
        "reviewer": UserFactory(role="reviewer"),
        "coordinator": UserFactory(role="coordinator"),
    }


@pytest.mark.django_db
def test_kept_counts_are_what_counting_gives_after_every_kind_of_change() -> None:
    first, *others = mixed_world()
    coordinator = UserFactory(role="coordinator")
    vocabulary.concept("Night markets")
    tagging.add(first, ["Night markets"], by=coordinator, language="en")
    live = others[0].live
    assert live is not None
    workflow.perform("archive", live, by=coordinator, note="Out of date.")
    workflow.perform("restore", live, by=coordinator, note="It holds again.")
    copies(first, 3)
    followed = kept()

    counters.recount()

    assert followed == kept()
    assert all(followed)


@pytest.mark.django_db
def test_indexing_very_many_counts_once(monkeypatch: Any) -> None:
    mixed_world()
    before = kept()
    FacetCount.objects.all().delete()
    FacetBits.objects.all().delete()
    monkeypatch.setattr(indexing, "RECOUNT_FROM", 2)

    indexing.refresh_many(Contribution.objects.all())

    assert kept() == before


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["", "practice", "lesson"])
def test_lists_say_the_same_whether_counts_are_kept_or_counted(kind: str, monkeypatch: Any) -> None:
    people = readers()
    for chosen in FILTERS:
        request = Request(query=NO_WORDS, kind=kind, chosen=chosen, sort="newest")
        for name, user in people.items():
            quick = listing.find(request, user)
            with monkeypatch.context() as patch:
                patch.setattr(listing, "_is_kept", lambda _request: False)
                counted = listing.find(request, user)

            assert _said(quick) == _said(counted), (name, chosen)


@pytest.mark.django_db
def test_a_text_keeps_its_number_when_it_changes_and_bits_follow_one_that_leaves() -> None:
    world = mixed_world()
    numbers = dict(SearchDocument.objects.values_list("contribution", "document"))

    indexing.refresh_many(Contribution.objects.all())

    assert dict(SearchDocument.objects.values_list("contribution", "document")) == numbers
    live = world[0].live
    assert live is not None
    workflow.perform("archive", live, by=UserFactory(role="coordinator"), note="Gone.")
    assert numbers[world[0].pk] not in {document for _token, document in kept()[1]}


@pytest.mark.django_db
@pytest.mark.parametrize(("number", "read"), [(1, 100), (1, 0), (PART - 3, 0)])
@pytest.mark.parametrize("words", ["hotline", "hotline harbour", "harbour -night", "-night", ""])
def test_what_a_search_counts_is_what_its_texts_hold(
    words: str, number: int, read: int, monkeypatch: Any
) -> None:
    """Against reading them one by one, for every reader, with filters that add up and leave out,
    where few texts are read and where many are counted by bits, and where the numbers of the texts
    reach from one row of bits into the next."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('search_document', 'id'), %s)", [number]
        )
    monkeypatch.setattr(counting, "READ", read)
    people = readers()
    for place, text in enumerate(Contribution.objects.published().order_by("pk")):
        title = ["Hotline", "Harbour hotline", "Night harbour", "Night hotline"][place % 4]
        Contribution.objects.filter(pk=text.pk).update(title=title)
    indexing.refresh_many(Contribution.objects.all())
    filters: list[dict[str, list[str]]] = [
        {},
        {"country": ["ma", "it"]},
        {"not-country": ["it"], "kind": ["practice", "lesson"]},
        {"tag": ["hotspots"], "objective": ["3"], "scope": ["tip"]},
    ]
    for name, user in people.items():
        for chosen in filters:
            asked = query.parse(words)
            found = listing.find(Request(asked, chosen=chosen, page_size=50), user)
            everything = listing.find(Request(asked, page_size=50), user)
            texts = SearchDocument.objects.filter(
                contribution__in=[hit.contribution_id for hit in everything.hits]
            )
            having = {text.contribution_id: set(text.facets) for text in texts}

            assert {hit.contribution_id for hit in found.hits} == set(_left(having, chosen)), (
                name,
                chosen,
            )
            assert found.unfiltered == len(having)
            for facet, counts in found.counts.items():
                left = _left(having, {key: value for key, value in chosen.items() if key != facet})
                for one in counts:
                    holding = [pk for pk in left if f"{facet}:{one.code}" in having[pk]]
                    assert one.number == len(holding), (name, chosen, facet, one)
            for facet, number in found.without.items():
                others = {key: value for key, value in chosen.items() if key != facet}
                assert number == len(_left(having, others))


def _left(having: dict[int, set[str]], chosen: dict[str, list[str]]) -> list[int]:
    return [
        pk
        for pk, tokens in having.items()
        if all(
            any(f"{facet.removeprefix('not-')}:{code}" in tokens for code in codes)
            is not facet.startswith("not-")
            for facet, codes in chosen.items()
        )
    ]


def _said(found: listing.Listing) -> dict[str, Any]:
    return {
        "total": found.total,
        "unfiltered": found.unfiltered,
        "without": {name: number for name, number in found.without.items() if number},
        "hits": [(hit.contribution_id, hit.place, hit.card) for hit in found.hits],
        "counts": {
            name: sorted((one.code, one.number, one.label) for one in counts)
            for name, counts in found.counts.items()
        },
    }
