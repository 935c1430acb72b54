"""Nothing leaks: lists, counts, passages, corrections, suggestions and related items, by role."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from contributions.models import Contribution
from contributions.related import related
from tests.contributions.test_browse import counts, page, titles
from tests.factories.accounts import UserFactory
from tests.factories.contributions import archived, draft, published, sent
from tests.factories.vocabulary import concept

pytestmark = pytest.mark.django_db

# One word that stands nowhere else, one country and one tag for each thing somebody must not see.
SECRETS = {
    "members": ("chandelier", "NE"),
    "coordinators": ("balustrade", "MX"),
    "draft": ("escutcheon", "BY"),
    "sent": ("palanquin", "ZA"),
    "archived": ("orangery", "PE"),
}


@pytest.fixture
def secrets(db: None, coordinator: User) -> dict[str, Contribution]:
    """Something public, and beside it one of everything that could leak."""
    author = UserFactory()
    shared = concept("Shared tag")

    def content(name: str) -> dict[str, Any]:
        word, country = SECRETS[name]
        own = concept(f"Tag {word}")
        return {
            "title": f"The {word} practice",
            "summary": f"With a {word} in the summary.",
            "countries": [country],
            "tags": [own.slug, shared.slug],
        }

    published(by=author, approver=coordinator, title="The public one", tags=[shared.slug])
    return {
        "members": published(
            by=author, approver=coordinator, **content("members"), visibility="members"
        ),
        "coordinators": published(
            by=author, approver=coordinator, **content("coordinators"), visibility="coordinators"
        ),
        "draft": draft(by=author, **content("draft")).contribution,
        "sent": sent(by=author, **content("sent")).contribution,
        "archived": archived(by=author, approver=coordinator, **content("archived")),
    }


def readers(as_user: Any, coordinator: User) -> list[tuple[Client, set[str]]]:
    """Who looks, and which of the secrets are none to them."""
    return [
        (Client(), set()),
        (as_user(UserFactory()), {"members"}),
        (as_user(UserFactory(speaks_for="MX")), {"members", "coordinators"}),
        (as_user(UserFactory(speaks_for="MA")), {"members"}),
        (as_user(UserFactory(role="reviewer")), {"members"}),
        (as_user(coordinator), {"members", "coordinators"}),
        (as_user(UserFactory(role="administrator")), {"members", "coordinators"}),
    ]


@pytest.mark.usefixtures("secrets")
def test_lists_and_their_counts_hold_what_one_may_read(as_user: Any, coordinator: User) -> None:
    for client, open_to in readers(as_user, coordinator):
        html = page(client, "/practices/")

        expected = {f"The {SECRETS[name][0]} practice" for name in open_to} | {"The public one"}
        assert set(titles(html)) == expected
        assert set(counts(html, "country")) == {
            "ma", *(SECRETS[name][1].lower() for name in open_to)
        }  # fmt: skip
        assert sum(counts(html, "objective").values()) == len(expected)
        for name in SECRETS.keys() - open_to:
            assert SECRETS[name][0] not in html.lower()


@pytest.mark.usefixtures("secrets")
def test_words_of_hidden_texts_find_nothing(as_user: Any, coordinator: User) -> None:
    for client, open_to in readers(as_user, coordinator):
        for name, (word, country) in SECRETS.items():
            for address in (f"q={word}", f"q={word}&country={country.lower()}", f'q="{word}"'):
                html = page(client, f"/search/?{address}")
                assert len(titles(html)) == (name in open_to), (name, address)


@pytest.mark.usefixtures("secrets")
def test_words_of_hidden_texts_correct_nothing(as_user: Any, coordinator: User) -> None:
    for client, open_to in readers(as_user, coordinator):
        for name, (word, _country) in SECRETS.items():
            html = page(client, f"/search/?q={word[:3]}{word[4:]}")
            assert (word in html) == (name in open_to)


@pytest.mark.usefixtures("secrets")
def test_filters_do_not_tell_how_much_is_hidden(visitor: Client) -> None:
    for word, country in SECRETS.values():
        html = page(visitor, f"/search/?country={country.lower()}&tag=tag-{word}")

        assert titles(html) == []
        assert "1 result" in html  # without any filter: the public one alone
        assert "2 results" not in html


@pytest.mark.usefixtures("secrets")
def test_suggestions_hold_what_one_may_read(as_user: Any, coordinator: User) -> None:
    for client, open_to in readers(as_user, coordinator):
        for name, (word, _country) in SECRETS.items():
            html = page(client, f"/search/suggest/?q={word[:5]}")
            assert (f"The {word} practice" in html) == (name in open_to)
            assert (f"Tag {word}" in html) == (name in open_to)


def test_related_items_are_those_one_may_read(
    secrets: dict[str, Contribution], as_user: Any, coordinator: User
) -> None:
    public = Contribution.objects.get(title="The public one")

    for client, open_to in readers(as_user, coordinator):
        user = client.get("/practices/").context["user"]

        shown = {item.contribution.pk for item in related(public, user)}

        assert shown == {secrets[name].pk for name in open_to}


@pytest.mark.usefixtures("secrets")
def test_authors_find_their_unpublished_texts_under_their_own_not_in_lists(
    as_user: Any,
) -> None:
    author = Contribution.objects.filter(status="draft").first().owner

    html = page(as_user(author), "/practices/")

    assert "escutcheon" not in html
    assert "palanquin" not in html
