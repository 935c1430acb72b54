"""Counts beside filters are kept; they have to be what counting gives, whatever happened."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from contributions import counters, indexing, listing, tagging, workflow
from contributions.listing_request import Request
from contributions.models import Contribution, FacetCount
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


def kept() -> dict[tuple[str, str, str, str], int]:
    rows = FacetCount.objects.values_list("visibility", "kind", "token", "other", "number")
    return {tuple(row[:4]): row[4] for row in rows if row[4]}  # type: ignore[misc]


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
    assert followed


@pytest.mark.django_db
def test_indexing_very_many_counts_once(monkeypatch: Any) -> None:
    mixed_world()
    before = kept()
    FacetCount.objects.all().delete()
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
