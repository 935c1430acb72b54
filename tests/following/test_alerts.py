"""Alerts: at the chosen pace, once, of what is visible now, never of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from contributions import curating, indexing, notifications
from contributions.models import Contribution, Notification
from following import alerts, searches
from following.models import SavedSearch
from tests.factories.accounts import UserFactory
from tests.factories.contributions import archived, draft, published, sent
from tests.factories.following import saved_search
from tests.factories.vocabulary import concept

pytestmark = pytest.mark.django_db

START = datetime(2026, 6, 1, 9, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(days=7)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(START, tick=False) as clock:
        yield clock


def lines(user: User) -> list[tuple[str, str]]:
    told = Notification.objects.filter(recipient=user, topic="alert").order_by("pk")
    return [(line.text.replace("\u2068", "").replace("\u2069", ""), line.link) for line in told]


def collect() -> int:
    return alerts.collect(timezone.now())


@pytest.mark.parametrize(
    ("alert", "told_after"), [("daily", DAY), ("weekly", WEEK), ("none", None)]
)
def test_the_search_decides_the_pace(
    clock: Any, member: User, alert: str, told_after: timedelta | None
) -> None:
    saved = saved_search(member, "q=hotline", name="Hotlines", alert=alert)
    clock.shift(timedelta(hours=2))
    published(title="A hotline")
    published(title="Second hotline")
    published(title="A port")

    written = []
    for _hour in range(24 * 8):
        clock.shift(timedelta(hours=1))
        if collect():
            written.append(timezone.now() - START)

    if told_after is None:
        assert written == []
        return
    assert [abs(at - told_after) <= timedelta(hours=1) for at in written] == [True]
    assert lines(member) == [("2 new results for “Hotlines”.", f"/searches/{saved.pk}/results/")]


def test_each_thing_is_told_once_and_none_is_lost(clock: Any, member: User) -> None:
    saved_search(member, "q=hotline", alert="daily")
    for number in range(5):
        clock.shift(DAY)
        published(title=f"Hotline {number}")
        # It was published this very moment: it waits for the next round.
        collect()
        collect()
    clock.shift(DAY)
    collect()

    assert [text[:1] for text, _link in lines(member)] == ["1"] * 5


def test_hidden_things_are_never_told(clock: Any, member: User) -> None:
    saved_search(member, "q=hotline", alert="daily")
    clock.shift(timedelta(hours=1))
    published(title="Hotline of coordinators", visibility="coordinators")
    draft(title="Hotline to be")
    sent(title="Hotline that waits")
    archived(title="Hotline that was")
    shrinking = published(title="Hotline of all")
    Contribution.objects.filter(pk=shrinking.pk).update(visibility="coordinators")
    indexing.refresh(shrinking)
    clock.shift(DAY)

    assert collect() == 0
    assert lines(member) == []


def test_who_may_see_less_now_is_told_less(clock: Any, focal_point_morocco: User) -> None:
    saved_search(focal_point_morocco, "q=hotline", alert="daily")
    clock.shift(timedelta(hours=1))
    published(title="Hotline of coordinators", visibility="coordinators")
    focal_point_morocco.focal_points.all().delete()
    clock.shift(DAY)

    assert collect() == 0


def test_coordinators_are_told_what_coordinators_see(clock: Any, coordinator: User) -> None:
    saved_search(coordinator, "q=hotline", alert="daily")
    clock.shift(timedelta(hours=1))
    published(title="Hotline", visibility="coordinators", approver=UserFactory(role="coordinator"))
    clock.shift(DAY)

    assert collect() == 1


def test_own_contributions_are_no_news(clock: Any, member: User) -> None:
    saved_search(member, "country=ma", alert="daily")
    clock.shift(timedelta(hours=1))
    published(by=member)
    together = published()
    together.co_authors.add(member)
    clock.shift(DAY)

    assert collect() == 0


def test_results_with_some_of_the_words_are_no_news(clock: Any, member: User) -> None:
    saved_search(member, "q=hotline+floating", alert="daily")
    clock.shift(timedelta(hours=1))
    published(title="A hotline")
    clock.shift(DAY)

    assert collect() == 0


def test_a_new_version_is_no_new_contribution(clock: Any, member: User) -> None:
    contribution = published(title="A hotline")
    clock.shift(timedelta(hours=1))
    saved_search(member, "q=hotline", alert="daily")
    Contribution.objects.filter(pk=contribution.pk).update(updated_at=timezone.now())
    clock.shift(DAY)

    assert collect() == 0


@pytest.mark.parametrize("gone", ["inactive", "removed"])
def test_nobody_is_told_who_left_or_removed_it(clock: Any, member: User, gone: str) -> None:
    saved = saved_search(member, "q=hotline", alert="daily")
    if gone == "inactive":
        User.objects.filter(pk=member.pk).update(is_active=False)
    else:
        searches.remove(saved)
    clock.shift(timedelta(hours=1))
    published(title="A hotline")
    clock.shift(DAY)

    assert collect() == 0


def test_it_is_told_in_the_readers_language(clock: Any, member: User) -> None:
    User.objects.filter(pk=member.pk).update(language="fr")
    saved_search(member, "q=hotline", alert="daily", name="Lignes")
    clock.shift(timedelta(hours=1))
    published(title="A hotline")
    clock.shift(DAY)

    collect()

    assert "Lignes" in lines(member)[0][0]


def test_a_crash_in_the_middle_is_made_good_by_the_next_run(
    clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [UserFactory(), UserFactory()]
    for person in people:
        saved_search(person, "q=hotline", alert="daily")
    clock.shift(timedelta(hours=1))
    published(title="A hotline")
    clock.shift(DAY)
    real = notifications.send

    def crash_for_the_second(recipients: list[User], *args: Any, **kwargs: Any) -> None:
        real(recipients, *args, **kwargs)
        if recipients[0] == people[1]:
            raise OSError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(notifications, "send", crash_for_the_second)
        with pytest.raises(OSError, match="full"):
            collect()
    assert [len(lines(person)) for person in people] == [1, 0]

    assert collect() == 1
    assert [len(lines(person)) for person in people] == [1, 1]


def test_what_was_removed_is_gone_after_a_day(clock: Any, member: User) -> None:
    searches.remove(saved_search(member, "q=hotline"))
    clock.shift(timedelta(hours=23))
    collect()
    assert SavedSearch.objects.count() == 1
    clock.shift(timedelta(hours=2))
    collect()

    assert SavedSearch.objects.count() == 0


def test_a_search_for_a_merged_tag_asks_for_the_one_that_stays(
    clock: Any, member: User, coordinator: User
) -> None:
    old, new = concept("Floating court"), concept("Court at sea")
    both = saved_search(member, "tag=floating-court&tag=court-at-sea", alert="daily")
    other = saved_search(UserFactory(), "tag=court-at-sea")
    saved = saved_search(other.user, "tag=floating-court")
    curating.merge(old, into=new, by=coordinator)
    clock.shift(timedelta(hours=1))
    published(title="A hotline", tags=["court-at-sea"])
    clock.shift(DAY)

    assert collect() == 1
    both.refresh_from_db()
    assert both.query == "tag=court-at-sea"
    assert not SavedSearch.objects.filter(pk=saved.pk).exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_nothing_published_costs_the_same_for_any_number_of_searches(
    clock: Any, member: User, rows: int, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        saved_search(member, f"q=hotline{number}", alert="daily")
    clock.shift(DAY)

    # Merged tags, left-overs, people; then for one person: begin, searches, roles, countries,
    # what is new, written, end.
    with django_assert_num_queries(10):
        collect()
