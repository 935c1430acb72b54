"""What is new: marks on results, numbers beside saved searches. Only what one may see now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from contributions import indexing
from contributions.models import Contribution
from following.models import SavedSearch
from tests.factories.accounts import UserFactory
from tests.factories.contributions import archived, draft, published
from tests.factories.following import saved_search

pytestmark = pytest.mark.django_db

AsUser = Callable[[User], Client]
START = datetime(2026, 6, 1, 9, tzinfo=UTC)
MARK = '<span class="dot"></span>New</span>'


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(START, tick=False) as clock:
        yield clock


@pytest.fixture
def client(clock: Any, as_user: AsUser, member: User) -> Client:
    return as_user(member)


def read(client: Client, address: str) -> str:
    return unescape(client.get(address).content.decode())


def show(contribution: Contribution, visibility: str) -> None:
    Contribution.objects.filter(pk=contribution.pk).update(visibility=visibility)
    indexing.refresh(contribution)


def test_what_came_since_the_last_look_is_marked_for_a_visit(
    clock: Any, client: Client, member: User
) -> None:
    published(title="Old hotline")
    saved_search(member, "q=hotline")
    clock.shift(timedelta(days=1))
    published(title="Young hotline")
    clock.shift(timedelta(hours=1))

    for minutes in (0, 10, 15):
        clock.shift(timedelta(minutes=minutes))
        html = read(client, "/search/?q=hotline")
        assert html.count(MARK) == 1, minutes
        assert html.index(MARK) < html.index("Young")

    clock.shift(timedelta(hours=1))
    assert MARK not in read(client, "/search/?q=hotline")


def test_a_visit_is_written_once(clock: Any, client: Client, member: User) -> None:
    published(title="A hotline")
    saved_search(member, "q=hotline")
    client.get("/search/?q=hotline")
    clock.shift(timedelta(hours=2))

    written = []
    for _look in range(3):
        with CaptureQueriesContext(connection) as queries:
            client.get("/search/?q=hotline")
        written.append(sum("UPDATE" in query["sql"] and "savedsearch" in query["sql"]
                           for query in queries))  # fmt: skip

    assert written == [1, 0, 0]


@pytest.mark.parametrize("path", ["/countries/ma/", "/objectives/3/"])
def test_followed_pages_mark_what_is_new(
    clock: Any, client: Client, member: User, path: str
) -> None:
    saved_search(member, "country=ma" if "ma" in path else "objective=3")
    clock.shift(timedelta(days=1))
    published(title="A hotline")
    clock.shift(timedelta(days=1))

    assert MARK in read(client, path)
    assert MARK not in read(Client(), path)


def test_the_list_says_how_many_are_new(clock: Any, client: Client, member: User) -> None:
    saved_search(member, "q=hotline", name="Hotlines")
    saved_search(member, "country=ma", kind="lesson", name="Lessons of Morocco")
    saved_search(member, "q=nothingofthis", name="Nothing")
    published(title="At the same moment: hotline")
    clock.shift(timedelta(days=1))
    published(title="A hotline")
    published(title="Another hotline", by=member)
    published("lesson", title="A hotline that rang")
    published("lesson", title="A port", countries=["NE"])

    html = read(client, "/searches/")

    numbers = {
        name: part.split("</h2>")[0]
        for name in ("Hotlines", "Lessons of Morocco", "Nothing")
        for part in [html.split(f"<bdi>{name}</bdi>")[1]]
    }
    assert "2 new" in numbers["Hotlines"]
    assert "1 new" in numbers["Lessons of Morocco"]
    assert "new" not in numbers["Nothing"]


def test_hidden_things_are_never_counted(clock: Any, client: Client, member: User) -> None:
    saved_search(member, "q=hotline")
    clock.shift(timedelta(days=1))
    published(title="Hotline of coordinators", visibility="coordinators")
    archived(title="Hotline that was")
    draft(title="Hotline to be")
    shrinking = published(title="Hotline of all")
    assert "1 new" in read(client, "/searches/")

    show(shrinking, "coordinators")

    html = read(client, "/searches/")
    assert " new</span>" not in html
    assert MARK not in read(client, "/search/?q=hotline")


@pytest.mark.parametrize("rows", [1, 3])
def test_nothing_new_costs_one_query_for_all(
    client: Client, member: User, rows: int, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        saved_search(member, f"q=hotline{number}")

    # The person, unread lines; the searches, the one removed, the news.
    with django_assert_num_queries(5):
        client.get("/searches/")


def test_the_inbox_leads_to_the_searches(clock: Any, client: Client, member: User) -> None:
    saved_search(member, "q=hotline")
    clock.shift(timedelta(days=1))
    assert '<a href="/searches/">My searches</a>' in read(client, "/inbox/")
    published(title="A hotline")

    assert '<a href="/searches/">My searches (1)</a>' in read(client, "/inbox/")


def test_coming_back_to_what_was_removed_begins_anew(
    clock: Any, client: Client, member: User
) -> None:
    saved = saved_search(member, "country=ma")
    client.post("/follow/", {"name": "country", "value": "ma"})
    clock.shift(timedelta(days=3))
    published(title="Meanwhile")
    clock.shift(timedelta(days=3))
    client.post("/follow/", {"name": "country", "value": "ma", "follow": "1"})

    assert SavedSearch.objects.get() == saved
    assert MARK not in read(client, "/countries/ma/")


def test_one_person_looks_for_oneself(clock: Any, client: Client, member: User) -> None:
    other = saved_search(UserFactory(), "q=hotline")
    saved_search(member, "q=hotline")
    clock.shift(timedelta(days=1))

    client.get("/search/?q=hotline")

    other.refresh_from_db()
    assert other.visited_at == START
