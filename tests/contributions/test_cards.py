"""A line of a list: what it says, in the reader's language and in the direction of its text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from contributions import at_once, cards
from contributions.models import Contribution
from copkb import components
from tests.factories.contributions import published

CARD = cards.Card(
    kind="practice",
    code="PR-0001",
    title="A network",
    summary="Prosecutors form it.",
    language="en",
    visibility="public",
    doubtful=False,
    crime_scope="TIP",
    international=False,
    standing="good",
    countries=("Morocco",),
    objectives=((3, True), (5, False)),
    objective=(3, "Capacity building"),
)


def changed(**values: Any) -> str:
    """The line of the card with these values changed."""
    given = {name: getattr(CARD, name) for name in CARD.__slots__}
    return cards.html(cards.Card(**(given | values)))


def test_it_says_kind_code_title_summary_place_crime_maturity_and_objective() -> None:
    line = cards.html(CARD)

    for words in (
        "Good practice", "PR-0001", "A network", "Prosecutors form it.", "Morocco", "TIP",
        "Good practice", "Capacity building", 'href="/practices/PR-0001/"', 'lang="en" dir="ltr"',
        "Main objective 3, also 5",
    ):  # fmt: skip
        assert words in line


def test_a_text_from_right_to_left_says_so() -> None:
    assert 'lang="ar" dir="rtl"' in changed(language="ar", title="شبكة")


def test_it_speaks_the_readers_language() -> None:
    with translation.override("fr"):
        french = cards.html(CARD)

    assert "Bonne pratique" in french
    assert "Good practice" not in french


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"doubtful": True}, "to be confirmed"),
        ({"visibility": "members"}, "Members"),
        ({"countries": (), "international": True}, "International"),
        ({"countries": ()}, "Country not recorded"),
        ({"crime_scope": ""}, "Crime not recorded"),
        ({"kind": "lesson", "standing": "did_not_work"}, "Did not work"),
        ({"kind": "effort", "standing": "in_force"}, "In force"),
    ],
)
def test_what_is_not_as_usual_is_said(values: dict[str, Any], words: str) -> None:
    assert words in changed(**values)
    assert words not in cards.html(CARD)


def test_only_practices_can_be_marked_for_comparing() -> None:
    assert 'form="compare"' in cards.html(CARD, comparable=True)
    lesson = {name: getattr(CARD, name) for name in CARD.__slots__} | {
        "kind": "lesson",
        "standing": "worked",
    }
    assert 'form="compare"' not in cards.html(cards.Card(**lesson), comparable=True)


def test_found_words_are_marked_in_place_of_title_and_summary() -> None:
    line = cards.html(CARD, headline=[("A ", False), ("net", True)], passage=[("form", True)])

    assert "A <mark>net</mark></a>" in line
    assert "<mark>form</mark></p>" in line
    assert "Prosecutors form it." not in line


@given(
    st.fixed_dictionaries(
        {
            name: st.text(max_size=30).map(lambda text: text + "<b a=\"'&>")
            for name in ("title", "summary", "code", "language")
        }
    )
)
def test_nothing_that_somebody_wrote_becomes_markup(values: dict[str, str]) -> None:
    values["code"] = "PR-0001"
    line = changed(**values, countries=("<i>Land",), objective=(3, "<i>Objective"))

    assert "<b a" not in line
    assert "<i>Land" not in line
    assert "<i>Objective" not in line


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["practice", "lesson", "effort"])
def test_a_card_from_a_statement_is_that_of_the_contribution(kind: str) -> None:
    contribution = published(kind, countries=["MA", "BR"] if kind != "effort" else ["MA"])
    (loaded,) = at_once.cards(Contribution.objects.filter(pk=contribution.pk))
    found = at_once.cards_among(
        Contribution.objects.all(), [contribution.pk], Contribution.objects.filter(pk=0)
    )
    text = found.texts[contribution.pk]

    assert json.loads(text)["row"]["code"] == contribution.code
    assert cards.html(cards.read(text)) == cards.html(cards.of(loaded))


def test_the_components_page_shows_one_of_each_kind(rf: RequestFactory) -> None:
    page = render_to_string("copkb/components.html", components.samples(), rf.get("/"))

    assert page.count('<li class="hit">') == 4
