"""All values of a filter: reached from the list, found by name, counted under the other filters."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from contributions import values
from contributions.facets import FACETS
from contributions.models import Contribution
from tests.contributions.test_browse import page
from tests.factories.contributions import published
from tests.factories.vocabulary import concept

pytestmark = pytest.mark.django_db

CHOICE = re.compile(
    r'<input type="checkbox" name="tag" value="([^"]*)"( checked)?> <span>([^<]*)</span>'
    r' <data value="(\d+)">'
)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


@pytest.fixture(autouse=True)
def contents(monkeypatch: pytest.MonkeyPatch) -> list[Contribution]:
    """Four tags, of which a list shows two: the commonest."""
    monkeypatch.setitem(FACETS, "tag", replace(FACETS["tag"], most=2))
    concept("Courts", fr="Tribunaux")
    for name in ("Deserts", "Airports", "Boats"):
        concept(name)
    return [
        published(title="Bridge one", countries=["MA"], tags=["courts", "deserts", "boats"]),
        published(title="Bridge two", countries=["NE"], tags=["courts", "deserts"]),
        published("lesson", title="Learned", countries=["NE"], tags=["courts", "airports"]),
    ]


def choices(html: str) -> list[tuple[str, int]]:
    return [(label, int(count)) for _code, _checked, label, count in CHOICE.findall(html)]


def forms(html: str) -> list[dict[str, list[str]]]:
    """The hidden fields of the two forms."""
    found = []
    for form in re.findall(r"<form.*?</form>", html.partition("<main")[2], re.DOTALL):
        fields: dict[str, list[str]] = {}
        for name, value in HIDDEN.findall(form):
            fields.setdefault(name, []).append(value)
        found.append(fields)
    return found


def test_a_list_shows_the_commonest_and_leads_to_all(visitor: Client) -> None:
    html = page(visitor, "/search/?q=bridge&country=ne")

    assert choices(html) == [("Courts", 1), ("Deserts", 1)]
    assert "/search/all/tag/" not in html  # there are no more under these filters
    html = page(visitor, "/practices/?country=ma")
    assert 'href="/search/all/tag/?country=ma&in=practice"' in html
    html = page(visitor, "/search/")
    assert 'href="/search/all/tag/"' in html
    assert "/search/all/country/" not in html
    html = page(visitor, "/search/all/tag/")
    assert choices(html) == [("Airports", 1), ("Boats", 1), ("Courts", 3), ("Deserts", 2)]


@pytest.mark.parametrize(
    ("address", "counts"),
    [
        ("?q=bridge", {"Boats": 1, "Courts": 2, "Deserts": 2}),
        ("?country=ne", {"Airports": 1, "Courts": 2, "Deserts": 1}),
        ("?not-country=ne", {"Boats": 1, "Courts": 1, "Deserts": 1}),
        ("?in=lesson", {"Airports": 1, "Courts": 1}),
        # The filter itself does not count.
        ("?tag=boats", {"Airports": 1, "Boats": 1, "Courts": 3, "Deserts": 2}),
    ],
)
def test_the_numbers_are_those_under_the_other_filters(
    visitor: Client, address: str, counts: dict[str, int]
) -> None:
    assert dict(choices(page(visitor, f"/search/all/tag/{address}"))) == counts


def test_a_value_is_found_by_its_name_tags_by_any(visitor: Client) -> None:
    for typed in ("ourt", "COURTS", "tribun"):
        assert choices(page(visitor, f"/search/all/tag/?find={typed}")) == [("Courts", 3)]
    html = page(visitor, "/search/all/tag/?find=%3Cb%3Enothing")  # unescaped by `page`
    assert choices(html) == []
    assert "No value of this filter is called “<bdi><b>nothing</bdi>”." in html
    html = page(visitor, "/search/all/country/?find=nig")
    assert '<input type="checkbox" name="country" value="ne">' in html
    assert 'value="ma"' not in html


def test_what_is_marked_goes_back_to_the_list_with_all_else(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(values, "ON_PAGE", 2)
    address = "q=bridge&sort=title&tag=boats&tag=deserts&not-kind=lesson&in=practice"

    html = page(visitor, f"/search/all/tag/?{address}")

    assert [found[:2] for found in CHOICE.findall(html)] == [("boats", " checked"), ("courts", "")]
    find, back = forms(html)
    assert back == {"q": ["bridge"], "sort": ["title"], "tag": ["deserts"]}
    assert find == back | {"tag": ["boats", "deserts"], "in": ["practice"]}
    assert 'action="/practices/"' in html
    assert "page=2" in html
    html = page(visitor, f"/search/all/tag/?{address}&page=2")
    assert [found[:2] for found in CHOICE.findall(html)] == [("deserts", " checked")]
    assert forms(html)[-1]["tag"] == ["boats"]


def test_every_other_address_is_answered(visitor: Client) -> None:
    for path in ("kind/", "nothing/", "not-tag/", "tag/?in=poem"):
        assert visitor.get(f"/search/all/{path}").status_code == 404
    html = page(visitor, "/search/all/tag/?page=x&find=&sort=random&shop=open")
    assert len(choices(html)) == 4
    assert "“sort=random, shop=open” was ignored" in html


def test_tags_of_hidden_texts_are_not_there(
    visitor: Client, as_user: Any, coordinator: User
) -> None:
    concept("Secrets")
    published(title="Hidden", visibility="coordinators", tags=["secrets"])

    assert "Secrets" not in page(visitor, "/search/all/tag/?find=secret")
    assert choices(page(as_user(coordinator), "/search/all/tag/?find=secret")) == [("Secrets", 1)]


def test_two_queries_and_one_to_find_a_tag(visitor: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        visitor.get("/search/all/tag/")
    with django_assert_num_queries(3):
        visitor.get("/search/all/tag/?find=court")


def test_a_page_of_a_hundred_is_light(visitor: Client, coordinator: User) -> None:
    names = [f"A tag with a name as long as most of them are, number {n}" for n in range(110)]
    for start in range(0, 110, 10):
        tags = [concept(name).slug for name in names[start : start + 10]]
        published(tags=tags, approver=coordinator)

    response = visitor.get("/search/all/tag/?q=network&country=ma")

    assert len(choices(response.content.decode())) == values.ON_PAGE
    assert len(response.content) < 40 * 1024
