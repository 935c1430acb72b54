"""Which searches are counted, and how an opened result is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from search.models import LoggedQuery
from tests.factories.contributions import published

pytestmark = pytest.mark.django_db


@pytest.fixture
def hotline() -> None:
    published(title="A hotline")


def lines() -> list[tuple[str, str, int, int]]:
    found = LoggedQuery.objects.order_by("words", "filters")
    return [(line.words, line.filters, line.results, line.times) for line in found]


@pytest.mark.usefixtures("hotline")
def test_a_search_is_counted_with_its_filters(visitor: Client) -> None:
    visitor.get("/search/?q=hotline")
    visitor.get("/search/?q=nothingofthis")
    visitor.get("/practices/?q=hotline&country=ma")

    assert lines() == [
        ("hotline", "", 1, 1),
        ("hotline", "kind=practice&country=ma", 1, 1),
        ("nothingofthis", "", 0, 1),
    ]


@pytest.mark.usefixtures("hotline")
def test_the_same_line_counts_everybody(
    visitor: Client, as_user: Callable[[User], Client], member: User
) -> None:
    visitor.get("/search/?q=hotline")
    as_user(member).get("/search/?q=hotline")

    assert lines() == [("hotline", "", 1, 2)]


@pytest.mark.usefixtures("hotline")
@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("/search/", {}),
        ("/practices/?country=ma", {}),
        ("/search/?q=hotline&page=2", {}),
        ("/search/?q=hotline&sort=newest", {}),
        ("/search/?q=…", {}),
        ("/search/suggest/?q=hot", {}),
        ("/search/?q=hotline", {"Cache-Control": "max-age=0"}),
        ("/search/?q=hotline", {"Sec-Purpose": "prefetch"}),
        ("/search/?q=hotline", {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}),
        ("/search/?q=hotline", {"User-Agent": "python-requests/2.31"}),
        ("/search/?q=hotline", {"Referer": "http://testserver/admin/search/loggedquery/"}),
    ],
)
def test_what_is_no_new_question_of_a_person_is_not_counted(
    visitor: Client, address: str, headers: dict[str, str]
) -> None:
    visitor.get(address, headers=headers)

    assert lines() == []


@pytest.mark.usefixtures("hotline")
def test_a_beacon_counts_the_opened_result(visitor: Client) -> None:
    html = visitor.get("/search/?q=hotline").content.decode()
    found = re.search(r'data-opened="([^"]+)" data-before="0"', html)
    assert found

    answer = Client(enforce_csrf_checks=True).post(found[1], {"place": "1"})

    line = LoggedQuery.objects.get()
    assert answer.status_code == 204
    assert (line.opened, line.places) == (1, 1)


@pytest.mark.parametrize("place", ["", "0", "x", "99999999999", "-1"])
def test_a_broken_beacon_is_not_found(visitor: Client, place: str) -> None:
    visitor.get("/search/?q=hotline")
    line = LoggedQuery.objects.get()

    answer = visitor.post(f"/search/opened/{line.pk}/", {"place": place})

    assert answer.status_code == 404
    assert visitor.get(f"/search/opened/{line.pk}/").status_code == 405


def test_the_count_costs_one_query(visitor: Client, django_assert_num_queries: Any) -> None:
    published(title="A hotline")

    for _again in range(2):
        with django_assert_num_queries(3):  # what is found, its rows, the count
            visitor.get("/search/?q=hotline")
