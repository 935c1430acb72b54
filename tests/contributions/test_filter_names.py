"""Filters typed among the words, by code or by name; addresses with tags that were merged."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from accounts.models import User
from contributions import browse, curating
from contributions.models import Contribution
from following import searches
from following.models import SavedSearch
from tests.contributions.test_browse import page, titles
from tests.factories.contributions import published
from tests.factories.vocabulary import concept, label
from vocabulary import workflow
from vocabulary.models import Concept, ConceptLabel

pytestmark = pytest.mark.django_db

MOROCCO, NIGER, LESSON = "Training in one", "Training in another", "Training that did not work"


@pytest.fixture
def tag() -> Concept:
    made = concept("Floating courts", fr="Tribunaux d’audiences", zh="流动法院")
    label(made, "FLC", kind=ConceptLabel.Kind.ACRONYM)
    return made


@pytest.fixture(autouse=True)
def contents(tag: Concept) -> list[Contribution]:
    """Two practices of two countries and objectives, one of them with a tag, and a lesson."""
    return [
        published(title=MOROCCO, countries=["MA"], primary_objective="2", international=False),
        published(title=NIGER, countries=["NE"], primary_objective="3", international=False,
                  tags=[tag.slug]),
        published("lesson", title=LESSON, countries=[], primary_objective="4", international=True),
    ]  # fmt: skip


def search(client: Client, typed: str, **headers: str) -> str:
    return page(client, f"/search/?q={quote(typed)}", **headers)


@pytest.mark.parametrize(
    "typed",
    [
        "country:ma", "country:MA", "Country:Ma", "country:MAR", "country:Morocco", "country:maroc",
        "country: Morocco", 'country:"المغرب"', "country:مغرب", "COUNTRY：摩洛哥", "objective:2",
        "objective:legislation", "objective:Législation", "objective:٢",
    ],
)  # fmt: skip
def test_a_country_or_an_objective_goes_by_its_code_or_any_name(
    visitor: Client, typed: str
) -> None:
    html = search(visitor, f"training {typed}")

    assert titles(html) == [MOROCCO]
    assert 'class="chip" href="?q=training"' in html
    assert 'value="training"' in html


@pytest.mark.parametrize(
    "typed",
    ["tag:floating-courts", "tag:flc", 'tag:"floating courts"',
     "tag:“tribunaux d'audiences”", "tag:流动法院"],
)  # fmt: skip
def test_a_tag_goes_by_its_address_or_any_name(visitor: Client, typed: str) -> None:
    html = search(visitor, typed)

    assert titles(html) == [NIGER]
    assert "1 contribution, with the tag Floating courts, newest first" in html


@pytest.mark.parametrize("typed", ["kind:lesson", "Kind:Lessons", 'kind:"lesson learned"'])
def test_a_kind_goes_by_its_name_in_one_or_many(visitor: Client, typed: str) -> None:
    assert titles(search(visitor, typed)) == [LESSON]


def test_names_of_kinds_are_those_of_the_interface_too(visitor: Client) -> None:
    for language, typed in (("fr", "enseignements"), ("ar", "دروس"), ("ar", "الدروس")):
        html = search(visitor, f"kind:{typed}", **{"accept-language": language})
        assert titles(html) == [LESSON]


def test_international_is_a_country_of_its_own(visitor: Client) -> None:
    assert titles(search(visitor, "country:international")) == [LESSON]


def test_several_values_of_one_name_mean_any_of_them(visitor: Client) -> None:
    html = search(visitor, "country:ma country:niger country:MA")

    assert sorted(titles(html)) == [NIGER, MOROCCO]
    assert 'data-address="/search/?country=ma&country=ne"' in html


@pytest.mark.parametrize(
    "typed", ["country:Atlantis", "tag:nothing", "kind:poem", "objective:9", "shop:open"]
)
def test_what_names_nothing_is_text(visitor: Client, typed: str) -> None:
    published(title=f"About {typed}", countries=[], international=True)

    html = search(visitor, typed)

    assert titles(html) == [f"About {typed}"]
    assert "was ignored" not in html
    assert f'value="{typed}"' in html


def test_a_filter_that_the_list_does_not_have_is_text(visitor: Client) -> None:
    published(title="On kind:lesson")

    assert titles(page(visitor, "/practices/?q=kind:lesson"))[0] == "On kind:lesson"


def test_proposed_and_rejected_tags_are_no_filters(
    visitor: Client, coordinator: User, member: User
) -> None:
    Concept.objects.propose("Night shifts", "en", by=member)
    rejected = concept("Day shifts")
    workflow.reject(rejected, by=coordinator, note="Not of the field.")

    for typed in ("night-shifts", "day-shifts"):
        assert f'value="tag:{typed}"' in search(visitor, f"tag:{typed}")


def test_a_tag_that_was_merged_keeps_its_address_in_lists(
    visitor: Client, tag: Concept, coordinator: User
) -> None:
    old = concept("Courts that float")
    curating.merge(old, into=tag, by=coordinator)

    for address in (
        "/search/?tag=courts-that-float",
        f"/practices/?tag=courts-that-float&tag={tag.slug}",
        "/search/?q=tag:courts-that-float",
        "/search/?q=tag:%22courts+that+float%22",
    ):
        html = page(visitor, address)
        assert titles(html) == [NIGER]
        assert '?tag=floating-courts"' in html
        assert "was ignored" not in html


@pytest.mark.parametrize(
    ("typed", "queries"),
    [("country:ma", 1), ("objective:2", 1), ("kind:lesson", 0), ("tag:flc", 2)],
)
def test_a_typed_filter_costs_a_query_for_tags_two(
    visitor: Client, django_assert_num_queries: Any, typed: str, queries: int
) -> None:
    # Two for the list, one that counts the search.
    with django_assert_num_queries(3 + queries):
        search(visitor, f"training {typed}")


@pytest.mark.parametrize(
    ("typed", "left", "address"),
    [
        ("-country:ma", {NIGER, LESSON}, "not-country=ma"),
        ("training -country:Morocco", {NIGER, LESSON}, "q=training&not-country=ma"),
        ("–Country： 摩洛哥", {NIGER, LESSON}, "not-country=ma"),
        ("-tag:flc", {MOROCCO, LESSON}, "not-tag=floating-courts"),
        ('-tag:"floating courts"', {MOROCCO, LESSON}, "not-tag=floating-courts"),
        ("-kind:lesson", {MOROCCO, NIGER}, "not-kind=lesson"),
        ("-objective:3", {MOROCCO, LESSON}, "not-objective=3"),
        ("-country:ma -country:ne", {LESSON}, "not-country=ma&not-country=ne"),
        ("kind:practice -country:ma", {NIGER}, "kind=practice&not-country=ma"),
        ("country:ma -country:ma", set(), "country=ma&not-country=ma"),
    ],
)
def test_a_minus_before_a_filter_leaves_its_value_out(
    visitor: Client, typed: str, left: set[str], address: str
) -> None:
    html = search(visitor, typed)

    assert set(titles(html)) == left
    assert f'data-address="/search/?{address}"' in html
    assert set(titles(page(visitor, f"/search/?{address}"))) == left


def test_what_is_left_out_is_a_chip_and_is_said(visitor: Client) -> None:
    html = search(visitor, "training -country:ma -tag:flc")

    assert "but not from Morocco, but not with the tag Floating courts, best match first" in html
    assert "not: Morocco" in html
    # Each address without one of them, and the forms of the page carry both.
    assert 'class="chip" href="?q=training&not-tag=floating-courts"' in html
    assert 'class="chip" href="?q=training&not-country=ma"' in html
    assert html.count('<input type="hidden" name="not-country" value="ma">') == 2
    # What is left out is not counted; what is not left out is.
    assert 'name="country" value="ma"' not in html
    assert 'name="kind" value="lesson"' in html


def test_where_nothing_is_left_the_page_says_what_there_would_be(visitor: Client) -> None:
    html = search(visitor, "country:ma -objective:2")

    assert titles(html) == []
    ways = re.findall(r'<a href="([^"]*)">Without “([^”]*)”</a> <span class="soft">(\d)', html)
    assert ways == [
        ("?not-objective=2", "Morocco", "2"),
        ("?country=ma", "not: Legislation", "1"),
    ]


def test_a_minus_before_what_names_nothing_leaves_out_the_words(visitor: Client) -> None:
    published(title="About country:Atlantis", countries=[], international=True)

    assert "About country:Atlantis" not in titles(search(visitor, "-country:Atlantis"))


def test_what_cannot_be_left_out_is_ignored(visitor: Client) -> None:
    for address in ("not-country=xx", "not-shop=open", "not-not-country=ma"):
        html = page(visitor, f"/search/?{address}")
        assert len(titles(html)) == 3
        assert f"“{address}” was ignored" in html


def test_a_tag_that_was_merged_stays_left_out(
    visitor: Client, tag: Concept, coordinator: User
) -> None:
    curating.merge(concept("Courts that float"), into=tag, by=coordinator)

    html = page(visitor, "/search/?not-tag=courts-that-float")

    assert set(titles(html)) == {MOROCCO, LESSON}
    assert 'data-address="/search/?not-tag=floating-courts"' in html


def test_a_saved_search_keeps_what_is_left_out(
    member: User, tag: Concept, coordinator: User
) -> None:
    old = concept("Courts that float")
    saved = SavedSearch(user=member, name="Mine", query="not-country=ma&not-tag=courts-that-float")
    saved.save()

    assert searches.query_of(saved.selection) == saved.query
    curating.merge(old, into=tag, by=coordinator)
    searches.follow_merged_tags()

    saved.refresh_from_db()
    assert saved.query == "not-country=ma&not-tag=floating-courts"
    kept = browse.newest(saved.selection, member, 10)
    assert [Contribution.objects.get(pk=pk).title for pk in kept] == [LESSON]
