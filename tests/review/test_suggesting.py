"""Which reviewers are suggested, in which order, with which words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from contributions.models import Revision
from review import reading, suggesting
from tests.factories.accounts import country
from tests.factories.contributions import sent
from tests.factories.review import assigned, reviewer

pytestmark = pytest.mark.django_db


def found(revision: Revision) -> list[suggesting.Suggestion]:
    whole = Revision.objects.select_related("contribution").get(pk=revision.pk)
    return suggesting.for_revision(whole, timezone.localdate())


def names(revision: Revision) -> list[str]:
    return [s.reviewer.name for s in found(revision)]


def test_language_objective_and_country_decide_and_are_said() -> None:
    niger = country("NE")
    reviewer("Knows nothing")
    User.objects.filter(name="Knows nothing").update(country=country("NP"))
    best = reviewer("Knows all", languages=["fr"], objectives=(3,), countries=("NE",))
    reviewer("Reads it", languages=["fr"])
    reviewer("Reads other", languages=["en"], objectives=(3,), countries=("NE",))
    revision = sent(countries=["NE"], original_language="fr")
    Revision.objects.filter(pk=revision.pk).update(language="fr")

    suggestions = found(revision)

    assert [s.reviewer.name for s in suggestions] == [
        "Knows all", "Reads it", "Reads other", "Knows nothing",
    ]  # fmt: skip
    assert suggestions[0].reviewer == best
    assert suggestions[0].reasons[0] == "reads Français"
    assert suggestions[0].reasons[1].startswith("knows the main objective, ")
    assert suggestions[0].reasons[2:] == [f"knows {niger.label()}", "no open review"]
    assert "does not read Français" in suggestions[2].reasons
    assert suggestions[3].reasons == [
        "has not said which languages they read", "no open review",
    ]  # fmt: skip


def test_who_has_less_to_do_comes_first(coordinator: User) -> None:
    busy = reviewer("Busy", languages=["en"])
    reviewer("Free", languages=["en"])
    assigned(sent(), busy, by=coordinator)

    suggestions = [s for s in found(sent()) if s.reviewer != coordinator]

    assert [s.reviewer.name for s in suggestions] == ["Free", "Busy"]
    assert suggestions[1].reasons[-1] == "1 open review"


def test_the_region_counts_where_the_country_does_not() -> None:
    near = country("DZ") if country("DZ").region_id == country("MA").region_id else country("TN")
    reviewer("Near", languages=["en"], countries=(near.pk,))
    reviewer("Far", languages=["en"], countries=("NP",))
    for person in User.objects.all():
        person.country = None
        person.save(update_fields=["country"])

    suggestions = found(sent())

    assert [s.reviewer.name for s in suggestions] == ["Near", "Far"]
    assert "knows the region" in suggestions[0].reasons


def test_the_own_country_alone_and_the_holiday_come_late() -> None:
    reviewer("Abroad", languages=["en"])
    User.objects.filter(name="Abroad").update(country=country("NP"))
    reviewer("At home", languages=["en"])
    User.objects.filter(name="At home").update(country=country("MA"))
    reviewer("Away", languages=["en"], away_until=timezone.localdate() + timedelta(days=9))
    User.objects.filter(name="Away").update(country=country("NP"))

    suggestions = found(sent())

    assert [s.reviewer.name for s in suggestions] == ["Abroad", "At home", "Away"]
    assert "it is about their own country only" in suggestions[1].reasons
    assert "takes no new reviews for now" in suggestions[2].reasons


def test_a_conflict_comes_last_and_authors_not_at_all() -> None:
    writer = reviewer("Writer")
    reviewer("Free")
    reviewer("Bound", languages=["en"], objectives=(3,), conflict_countries=("MA",))

    revision = sent(by=writer)

    assert names(revision) == ["Free", "Bound"]
    assert found(revision)[-1].barred == "Conflict of interest declared: Morocco."


@pytest.mark.parametrize(
    ("body", "meets"),
    [
        ("ministry of JUSTICE", True),
        ("Justice", True),  # the declared words stand in the name
        ("Ministry of Justices", False),
        ("mini", False),
        ("of", False),
    ],
)
def test_bodies_are_compared_by_whole_words(body: str, meets: bool) -> None:
    person = reviewer(conflict_bodies=body)

    assert bool(person.reviewer_profile.conflict_with(sent())) is meets


def test_a_withheld_author_is_not_given_away_by_the_suggestions() -> None:
    lesson = sent("lesson", anonymous_to_members=True, organisation="")
    person = reviewer(conflict_bodies=f"{lesson.author.organisation}\n{lesson.author.name}")

    assert person.reviewer_profile.conflict_with(lesson) == ""


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queries_do_not_grow_with_reviewers(rows: int, django_assert_num_queries: Any) -> None:
    for _number in range(rows):
        reviewer(languages=["en"], objectives=(3,), countries=("NE",))
    revision = sent()
    whole = reading.whole(reviewer(role="coordinator", languages=["en"])).get(pk=revision.pk)

    with django_assert_num_queries(5):
        suggesting.for_revision(whole, timezone.localdate())
