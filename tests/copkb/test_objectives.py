"""The pages of objectives: what serves each of them, and where it comes from."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from tests.factories.contributions import published
from tests.markup import headings, words

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


def page(client: Client, number: int = 3) -> str:
    response = client.get(f"/objectives/{number}/")
    assert response.status_code == 200
    return str(response.content.decode())


def test_it_shows_what_serves_it_also_where_it_is_not_the_main_one(visitor: Client) -> None:
    published("practice", title="Main")
    published("effort", title="Also", primary_objective="2", objectives=["3"])
    published("practice", title="Another", primary_objective="2")

    html = page(visitor)

    assert headings(html)[:4] == ["Practices", "Lessons", "Country efforts", "Countries"]
    assert "Main" in words(html)
    assert "Also" in words(html)
    assert "Another" not in words(html)
    assert "1 practice · 1 effort" in html


def test_counts_and_countries_are_those_of_what_the_reader_may_see(
    visitor: Client, as_user: Browser, member: User
) -> None:
    published("practice")
    published("practice", visibility="members", countries=["PK"], title="For members")
    published("lesson", visibility="coordinators", countries=["EG"])

    html, of_member = page(visitor), page(as_user(member))

    def countries(text: str) -> list[str]:
        return re.findall(r'<a href="/countries/(\w\w)/">', text[text.index('id="h-countries"') :])

    assert countries(html) == ["ma"]
    assert ">1 practice<" in html
    assert "For members" not in html
    assert countries(of_member) == ["ma", "pk"]
    assert ">2 practices<" in of_member


def test_an_objective_without_contributions_invites(visitor: Client) -> None:
    html = page(visitor, 6)

    assert "No practice is published on this objective yet." in html
    assert "No country has posted on this objective yet." in html
    assert "Nothing posted yet" in html


@pytest.mark.parametrize("number", ["0", "7", "99999999999999999999", "-1", "three"])
def test_other_numbers_are_not_found(visitor: Client, number: str) -> None:
    assert visitor.get(f"/objectives/{number}/").status_code == 404


def test_the_list_has_six_with_their_counts(visitor: Client) -> None:
    published("practice")

    html = visitor.get("/objectives/").content.decode()

    tiles = re.findall(r'<li class="tile o(\d)">.*?<p class="s soft">(.*?)</p>', html, re.S)
    assert dict(tiles) == {
        "1": "Nothing posted yet", "2": "Nothing posted yet", "3": "1 practice",
        "4": "Nothing posted yet", "5": "Nothing posted yet", "6": "Nothing posted yet",
    }  # fmt: skip


@pytest.mark.parametrize("number", [1, 3])
def test_queries_for_a_visitor_do_not_grow(
    number: int, visitor: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _index in range(number):
        for kind in ("practice", "lesson", "effort"):
            published(kind)

    with django_assert_num_queries(3):
        page(visitor)
    with django_assert_num_queries(1):
        visitor.get("/objectives/")


def test_the_pages_are_read_only(visitor: Client) -> None:
    for address in ("/objectives/", "/objectives/3/"):
        assert visitor.head(address).status_code == 200
        assert visitor.post(address).status_code == 405
