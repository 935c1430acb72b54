"""Related items: shared tags by rarity, with the reasons in words."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import translation

from contributions.related import related
from tests.factories.contributions import draft, published
from tests.factories.vocabulary import concept

pytestmark = pytest.mark.django_db
NOBODY = AnonymousUser()


def test_the_rarer_tag_brings_texts_nearer() -> None:
    common, rare = concept("Common"), concept("Rare")
    one = published(title="One", tags=[common.slug, rare.slug])
    for number in range(3):
        published(title=f"Common {number}", tags=[common.slug])
    published(title="Rare", tags=[rare.slug])

    items = related(one, NOBODY, limit=2)

    assert [item.contribution.title for item in items] == ["Rare", "Common 2"]


def test_the_same_country_or_objective_alone_is_no_relation() -> None:
    one = published(title="One", summary="Apples.", countries=["MA"], primary_objective="3")
    published(title="Two", summary="Pears.", countries=["MA"], primary_objective="3")

    assert related(one, NOBODY) == []


def test_reasons_name_tags_objective_and_country_in_the_readers_language() -> None:
    tag = concept("Floating courts", fr="Tribunaux flottants")
    one = published(tags=[tag.slug], countries=["MA"], primary_objective="3")
    published(tags=[tag.slug], countries=["MA"], primary_objective="3")

    english = related(one, NOBODY)[0].reasons
    with translation.override("fr"):
        french = related(one, NOBODY)[0].reasons

    assert english == [
        "Same tag: Floating courts",
        "Same objective: Capacity building",
        "Also Morocco",
    ]
    assert any("Tribunaux flottants" in reason for reason in french)
    assert any("Maroc" in reason for reason in french)


def test_a_text_that_is_not_published_has_none() -> None:
    tag = concept("Floating courts")
    published(tags=[tag.slug])

    assert related(draft(tags=[tag.slug]).contribution, NOBODY) == []


def test_where_no_tag_is_shared_the_same_words_bring_texts_near() -> None:
    one = published(
        title="Mock trials for border prosecutors", summary="Judges play their part.", tags=[]
    )
    published(title="Trials and prosecutors", summary="About a border mock-up.", tags=[])
    published(title="Mock trials", summary="Of fishing.", tags=[])
    published(title="Prosecutors at the border", summary="In mock trials.", visibility="members")

    items = related(one, NOBODY)

    assert [item.contribution.title for item in items] == ["Trials and prosecutors"]
    assert items[0].reasons == ["Same words: Mock, trials, border, prosecutors"]


def test_words_do_not_count_beside_a_shared_tag() -> None:
    tag = concept("Floating courts")
    one = published(title="Mock trials for border prosecutors", tags=[tag.slug])
    published(title="Mock trials for border prosecutors again", tags=[])
    published(title="Something else", tags=[tag.slug])

    assert [item.contribution.title for item in related(one, NOBODY)] == ["Something else"]


@pytest.mark.parametrize("number", [1, 3])
def test_two_queries_where_no_tag_is_shared(django_assert_num_queries: Any, number: int) -> None:
    one = published(title="Mock trials for border prosecutors", tags=[])
    for _ in range(number):
        published(title="Mock trials for border prosecutors", tags=[])

    with django_assert_num_queries(2):
        assert len(related(one, NOBODY)) == number


@pytest.mark.parametrize("number", [1, 3])
def test_two_queries(django_assert_num_queries: Any, number: int) -> None:
    tag = concept("Floating courts")
    one = published(tags=[tag.slug])
    for _ in range(number):
        published("lesson", tags=[tag.slug], lesson_type="worked")

    with django_assert_num_queries(2):
        items = related(one, NOBODY)
        types = [item.contribution.lesson.lesson_type for item in items]

    assert types == ["worked"] * number
