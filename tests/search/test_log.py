"""The log of queries: what is masked, what is told apart, what is forgotten."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from search import log
from search.models import LoggedQuery


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("training of judges", "training of judges"),
        ("mail to a.b-c@example.org please", "mail to ••• please"),
        ("«me@example.org»", "•••"),
        ("call +212 6 12 34 56 78", "call •••"),
        ("(0033) 1-42.34-56.78 hotline", "••• hotline"),
        ("case 2016/123456", "case •••"),
        ("passport AB1234567", "passport •••"),
        ("رقم ٠٦١٢٣٤٥٦٧٨", "رقم •••"),
        ("law 2016", "law 2016"),
        ("2016-2018 plan", "2016-2018 plan"),
        ("2016–2018", "2016–2018"),
        ("article 3, 9 and 12", "article 3, 9 and 12"),
        ("UNSCR 2331", "UNSCR 2331"),
    ],
)
def test_what_may_lead_to_a_person_is_masked(typed: str, kept: str) -> None:
    assert log.masked(typed) == kept


@given(st.text(max_size=60), st.integers(min_value=10_000), st.text(max_size=60))
def test_no_long_number_is_kept_wherever_it_stands(before: str, number: int, after: str) -> None:
    assert str(number) not in log.masked(f"{before}{number}{after}")


def test_masks_come_before_the_cut() -> None:
    words = "x" * (LoggedQuery.LONGEST - 4) + " someone@example.org"

    kept = log.asked(words, interface="en").words

    assert "some" not in kept
    assert len(kept) <= LoggedQuery.LONGEST


@pytest.mark.parametrize(
    ("words", "interface", "language"),
    [
        ("ضحايا الاتجار", "en", "ar"),
        ("قربانیان قاچاق پناهندگان", "en", "fa"),
        ("انسانی اسمگلنگ کے متاثرین ہیں", "en", "ur"),
        ("торговля людьми", "fr", "ru"),
        ("贩运人口", "en", "zh"),
        ("formation des juges", "en", "fr"),
        ("training of the judges", "fr", "en"),
        ("interpol", "fr", "fr"),
        ("interpol", "ar", ""),
    ],
)
def test_the_language_of_the_words(words: str, interface: str, language: str) -> None:
    assert log.language_of(words, interface) == language


@pytest.mark.django_db
def test_a_day_has_one_line_for_the_same_question() -> None:
    for typed, results in (("Hotline", 2), ("hotline", 0), ("HOTLINE", 3)):
        log.count(log.asked(typed, interface="en"), results)
    log.count(log.asked("hotline", interface="fr"), 1)
    log.count(log.asked("hotline", interface="en", filters="country=ma"), 1)

    line = LoggedQuery.objects.get(interface="en", filters="")

    assert (line.words, line.times, line.in_vain, line.results) == ("Hotline", 3, 1, 3)
    assert LoggedQuery.objects.count() == 3


@pytest.mark.django_db
def test_no_line_says_the_hour_or_who() -> None:
    names = {field.name for field in LoggedQuery._meta.get_fields()}

    assert names == {
        "id", "day", "words", "folded", "interface", "language", "filters", "results", "times",
        "in_vain", "opened", "places", "settled_at",
    }  # fmt: skip
    assert LoggedQuery._meta.get_field("day").get_internal_type() == "DateField"


@pytest.mark.django_db
def test_counting_is_one_query(django_assert_num_queries: Any) -> None:
    for _again in range(2):
        with django_assert_num_queries(1):
            log.count(log.asked("hotline", interface="en"), 2)


@pytest.mark.django_db
def test_results_are_opened_at_most_as_often_as_asked_for() -> None:
    asked = log.asked("hotline", interface="en")
    log.count(asked, 2)

    assert log.count_opened(asked.id, 3)
    assert log.count_opened(asked.id, 1)
    assert not log.count_opened(log.asked("other", interface="en").id, 1)
    assert not log.count_opened(asked.id, 0)

    line = LoggedQuery.objects.get()
    assert (line.opened, line.places) == (1, 3)


@pytest.mark.django_db
def test_the_database_refuses_more_openings_than_questions() -> None:
    asked = log.asked("hotline", interface="en")
    log.count(asked, 2)

    with pytest.raises(IntegrityError, match="logged_query_counts"), transaction.atomic():
        LoggedQuery.objects.update(opened=2)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("now", "oldest"),
    [
        ("2026-11-24", "2025-10-24"),
        ("2027-01-15", "2025-12-15"),
        ("2027-03-31", "2026-02-28"),
    ],
)
def test_lines_are_kept_thirteen_months(now: str, oldest: str) -> None:
    kept = datetime.fromisoformat(oldest).replace(hour=12, tzinfo=UTC)
    for day in (kept, kept.replace(day=kept.day - 1)):
        with time_machine.travel(day, tick=False):
            log.count(log.asked("hotline", interface="en"), 2)

    with time_machine.travel(f"{now}T12:00:00+00:00", tick=False):
        first, second = StringIO(), StringIO()
        call_command("forget_queries", stdout=first)
        call_command("forget_queries", stdout=second)

    assert [str(line.day) for line in LoggedQuery.objects.all()] == [oldest]
    assert (first.getvalue(), second.getvalue()) == ("Forgotten: 1.\n", "Forgotten: 0.\n")
