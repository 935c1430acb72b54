"""Suggestions: concepts, countries and titles whose words begin like what was typed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tests.contributions.test_browse import page
from tests.factories.contributions import published
from tests.factories.vocabulary import concept, label

pytestmark = pytest.mark.django_db


def test_concepts_are_offered_by_any_of_their_names(visitor: Client) -> None:
    tag = concept("Floating courts", fr="Tribunaux flottants")
    label(tag, "Courts on boats")
    published(tags=[tag.slug])

    html = page(visitor, "/search/suggest/?q=tribunaux+flo")

    assert f'href="/search/?tag={tag.slug}"' in html
    assert "Floating courts" in html
    assert 'lang="fr" dir="ltr">Tribunaux flottants' in html


def test_concepts_that_nothing_carries_are_not_offered(visitor: Client) -> None:
    concept("Floating courts")

    assert "Floating courts" not in page(visitor, "/search/suggest/?q=floating")


def test_countries_are_offered_by_a_name_in_any_language(visitor: Client) -> None:
    for typed in ("moroc", "maro", "Марокк", "المغ"):
        assert 'href="/countries/ma/"' in page(visitor, f"/search/suggest/?q={typed}")


def test_titles_are_offered_by_any_of_their_words(visitor: Client) -> None:
    code = published(title="The Épée method").code

    html = page(visitor, "/search/suggest/?q=epee")

    assert f'href="/practices/{code}/"' in html
    assert (
        'href="/practices/'
        not in page(visitor, "/search/suggest/?q=pee").split("</header>")[1].split("<footer")[0]
    )


@pytest.mark.parametrize("typed", ["摩洛", "摩", "مغرب", "المغرب", "Royaume du Mar"])
def test_beginnings_of_words_are_known_in_every_script(visitor: Client, typed: str) -> None:
    offers = 'href="/countries/ma/"' in page(visitor, f"/search/suggest/?q={typed}")

    assert offers is (typed != "Royaume du Mar")


@pytest.mark.parametrize(
    ("typed", "title"), [("调查", "联合调查组"), ("تحقيق", "فرق التحقيق المشتركة")]
)
def test_titles_are_offered_by_words_within_in_every_script(
    visitor: Client, typed: str, title: str
) -> None:
    published(title=title)

    assert title in page(visitor, f"/search/suggest/?q={typed}")


def test_nothing_is_offered_for_a_single_letter(visitor: Client) -> None:
    published(title="A method")

    assert "Nothing begins like this" in page(visitor, "/search/suggest/?q=a")


def test_options_are_grouped_and_say_how_many_there_are(visitor: Client) -> None:
    tag = concept("Moroccan courts")
    item = published(title="Moro method", tags=[tag.slug], original_language="fr")

    html = page(visitor, "/search/suggest/options/?q=moro")

    assert re.findall(r'role="presentation">([^<]+)<', html) == ["Tags", "Countries", "Titles"]
    assert re.findall(r'role="option"[^>]+href="([^"]+)"', html) == [
        f"/search/?tag={tag.slug}",
        "/countries/ma/",
        item.get_absolute_url(),
    ]
    assert '<span lang="fr" dir="ltr">Moro method</span>' in html
    assert "3 suggestions" in html
    assert "<html" not in html


def test_a_beginning_that_nothing_has_says_so(visitor: Client) -> None:
    assert "No suggestions" in page(visitor, "/search/suggest/options/?q=zzz")


@pytest.mark.parametrize("address", ["/search/suggest/", "/search/suggest/options/"])
@pytest.mark.parametrize("number", [1, 3])
def test_four_queries(
    visitor: Client, django_assert_num_queries: Any, number: int, address: str
) -> None:
    tag = concept("Method")
    for i in range(number):
        published(title=f"Method {i}", tags=[tag.slug])

    with django_assert_num_queries(4):
        page(visitor, f"{address}?q=meth")
