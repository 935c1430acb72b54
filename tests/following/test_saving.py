"""My searches: saving, finding again, changing, removing with undo; nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from following.models import SavedSearch
from tests.factories.accounts import UserFactory
from tests.factories.contributions import published
from tests.factories.following import saved_search
from tests.factories.vocabulary import concept

pytestmark = pytest.mark.django_db

AsUser = Callable[[User], Client]


@pytest.fixture
def client(as_user: AsUser, member: User) -> Client:
    return as_user(member)


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return unescape(response.content.decode())


def test_a_search_is_saved_from_its_results_with_a_name_made_of_it(client: Client) -> None:
    published(title="A hotline", countries=["MA"])
    results = read(client, "/practices/?q=hotline&country=ma&sort=title&page=1")
    assert "/searches/save/?in=practice&q=hotline&country=ma" in results

    form = read(client, "/searches/save/?in=practice&q=hotline&country=ma")
    assert 'value="Practices: hotline, Morocco"' in form
    answer = client.post(
        "/searches/save/?in=practice&q=hotline&country=ma", {"name": "Lines", "alert": "daily"}
    )

    saved = SavedSearch.objects.get()
    assert answer.headers["Location"] == "/practices/?q=hotline&country=ma"
    assert (saved.name, saved.alert, saved.kind, saved.query) == (
        "Lines", "daily", "practice", "q=hotline&country=ma",
    )  # fmt: skip


@pytest.mark.parametrize(
    "address",
    [
        "/search/?country=ma&tag=port&q=hotline",
        "/search/?q=++hotline&tag=port&country=ma&sort=newest&page=1",
        "/search/?q=hotline+country:ma&tag=port",
    ],
)
def test_the_same_search_is_known_again_however_it_is_written(client: Client, address: str) -> None:
    concept("Port")
    published(title="A hotline", countries=["MA"], tags=["port"])
    client.post("/searches/save/?q=hotline&country=ma&tag=port", {"name": "X", "alert": "none"})

    assert "Saved as “<bdi>X</bdi>”" in read(client, address)


def test_what_finds_nothing_yet_can_be_saved_too(client: Client) -> None:
    assert "/searches/save/?q=nothingofthis" in read(client, "/search/?q=nothingofthis")


def test_a_search_is_saved_once(client: Client, member: User) -> None:
    for name in ("First", "Second"):
        client.post("/searches/save/?q=hotline", {"name": name, "alert": "none"})

    assert SavedSearch.objects.get().name == "Second"
    answer = client.get("/searches/save/?q=hotline")
    assert answer.headers["Location"] == f"/searches/{SavedSearch.objects.get().pk}/"
    with pytest.raises(IntegrityError, match="saved_search_once"), transaction.atomic():
        SavedSearch.objects.create(user=member, query="q=hotline", name="Third")


@pytest.mark.parametrize("entered", [{"name": "  "}, {"name": "x" * 121}, {"alert": "hourly"}])
def test_bad_input_stays_in_the_form(client: Client, entered: dict[str, str]) -> None:
    answer = client.post("/searches/save/?q=hotline", {"name": "N", "alert": "none"} | entered)

    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize("address", ["/searches/save/?in=novel", "/searches/save/?in="])
def test_odd_addresses_of_the_form(client: Client, address: str) -> None:
    assert client.get(address).status_code == (404 if "novel" in address else 200)


def test_a_search_too_long_for_its_address_is_refused(client: Client) -> None:
    answer = client.get("/searches/save/", {"q": "字" * 300})

    assert answer.status_code == 302
    assert "too long" in read(client, "/searches/")


def test_there_are_not_more_than_the_most(
    client: Client, member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SavedSearch, "MOST", 1)
    saved_search(member, "q=one")

    answer = client.post("/searches/save/?q=two", {"name": "Two", "alert": "none"})
    client.post("/follow/", {"name": "country", "value": "ma", "follow": "1"})

    assert "You keep 1 searches already" in answer.content.decode()
    assert SavedSearch.objects.count() == 1


def test_name_and_alert_are_changed(client: Client, member: User) -> None:
    saved = saved_search(member, "q=one", name="One")

    client.post(f"/searches/{saved.pk}/", {"name": "Eins", "alert": "none"})

    html = read(client, "/searches/")
    assert "<bdi>Eins</bdi>" in html
    assert "Alert: no alert" in html


def test_what_is_removed_can_be_brought_back(client: Client, member: User) -> None:
    saved = saved_search(member, "q=one", name="One")

    client.post(f"/searches/{saved.pk}/remove/")
    html = read(client, "/searches/")
    assert "“<bdi>One</bdi>” is removed." in html
    assert "Nothing saved yet" in html
    client.post(f"/searches/{saved.pk}/restore/")

    assert "Nothing saved yet" not in read(client, "/searches/")


def test_going_there_shows_the_newest_first(client: Client, member: User) -> None:
    words = saved_search(member, "q=one&country=ma", kind="lesson")
    filters = saved_search(member, "country=ma")

    assert client.get(f"/searches/{words.pk}/results/").headers["Location"] == (
        "/lessons/?q=one&sort=newest&country=ma"
    )
    assert client.get(f"/searches/{filters.pk}/results/").headers["Location"] == (
        "/search/?country=ma"
    )


@pytest.mark.parametrize("what", ["", "results/", "remove/", "restore/"])
def test_searches_of_others_do_not_exist(client: Client, what: str) -> None:
    others = saved_search(UserFactory(), "q=one")
    address = f"/searches/{others.pk}/{what}"

    answer = (
        client.post(address)
        if what.startswith("re") and what != "results/"
        else client.get(address)
    )

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("address", "method"),
    [("/searches/", "post"), ("/searches/1/remove/", "get"), ("/follow/", "get")],
)
def test_wrong_methods_are_refused(client: Client, address: str, method: str) -> None:
    assert getattr(client, method)(address).status_code == 405


@pytest.mark.parametrize("address", ["/searches/", "/searches/save/?q=a", "/searches/1/"])
def test_visitors_are_asked_to_sign_in(visitor: Client, address: str) -> None:
    assert visitor.get(address).headers["Location"].startswith("/accounts/login/")
    assert "Save this search" not in read(visitor, "/search/?q=a")


@pytest.mark.parametrize(
    ("name", "value", "path"),
    [("country", "ma", "/countries/ma/"), ("objective", "3", "/objectives/3/"),
     ("tag", "floating-court", "/tags/floating-court/")],
)  # fmt: skip
def test_a_country_an_objective_a_tag_is_followed_by_a_button(
    client: Client, member: User, name: str, value: str, path: str
) -> None:
    concept("Floating court")
    assert "Stop following" not in read(client, path)

    answer = client.post("/follow/", {"name": name, "value": value, "follow": "1"})
    client.post("/follow/", {"name": name, "value": value, "follow": "1"})

    assert answer.headers["Location"] == path
    assert "Stop following" in read(client, path)
    saved = SavedSearch.objects.get(user=member)
    assert saved.is_following
    assert saved.get_absolute_url() == f"/search/?{name}={value}"

    client.post("/follow/", {"name": name, "value": value})
    client.post("/follow/", {"name": name, "value": value})

    assert "Stop following" not in read(client, path)
    assert "Stop following" not in read(Client(), path)


@pytest.mark.parametrize(
    ("name", "value"),
    [("country", "xx"), ("objective", "99"), ("objective", "x"), ("tag", "none-such"),
     ("kind", "practice"), ("tag", "a b"), ("country", ""), ("tag", "proposed-one")],
)  # fmt: skip
def test_what_is_not_there_cannot_be_followed(client: Client, name: str, value: str) -> None:
    concept("Proposed one", status="proposed")

    answer = client.post("/follow/", {"name": name, "value": value, "follow": "1"})

    assert answer.status_code == 404
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize("path", ["/countries/ma/", "/objectives/3/", "/search/?q=hotline"])
def test_saved_or_not_the_page_costs_the_same(
    as_user: AsUser, member: User, path: str, django_assert_num_queries: Any
) -> None:
    published(title="A hotline", countries=["MA"])
    client = as_user(member)
    client.get(path)
    with CaptureQueriesContext(connection) as not_saved:
        client.get(path)
    asked = [query["sql"] for query in not_saved if "following_savedsearch" in query["sql"]]
    counted = [query["sql"] for query in not_saved if "contributions_notification" in query["sql"]]

    saved_search(member, {"/countries/ma/": "country=ma", "/objectives/3/": "objective=3"}.get(
        path, "q=hotline"
    ))  # fmt: skip

    assert len(asked) == 1
    assert counted == asked  # the unread lines in the masthead
    with django_assert_num_queries(len(not_saved)):
        client.get(path)
