"""Two people, or one with two windows, at the same moment: really committed, on two connections."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.models import Delivery
from contributions import digests, drafts, reminders, workflow
from contributions.models import Contribution, Notification, Revision
from tests.factories.accounts import UserFactory
from tests.factories.contributions import draft, sent

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("reference_data_afterwards"),
]


@pytest.fixture(autouse=True)
def _reference_data(transactional_db: None) -> None:
    call_command("load_reference", verbosity=0, stdout=StringIO())


def at_the_same_time(*jobs: Callable[[], Any]) -> list[Any]:
    """Results (or errors) of jobs that start together, each on a connection of its own."""
    barrier = threading.Barrier(len(jobs))
    results: list[Any] = [None] * len(jobs)

    def run(index: int, job: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            results[index] = job()
        except Exception as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def test_beginners_get_codes_of_their_own() -> None:
    people = [UserFactory() for _number in range(4)]

    codes = at_the_same_time(
        *[lambda by=by: drafts.begin("practice", by=by).contribution.code for by in people]
    )

    assert sorted(codes) == ["PR-0001", "PR-0002", "PR-0003", "PR-0004"]


def test_the_same_button_pressed_twice_begins_one_draft() -> None:
    author = UserFactory()

    def begin() -> int:
        return drafts.begin_once("practice", by=author, content={"form": "snapshot"}).pk

    assert len(set(at_the_same_time(begin, begin))) == 1


def test_of_two_saves_one_is_told() -> None:
    revision = draft()
    author = revision.author

    results = at_the_same_time(
        lambda: drafts.save(revision, {"title": "One"}, by=author, lock=0),
        lambda: drafts.save(revision, {"title": "Two"}, by=author, lock=0),
    )

    refused = [result for result in results if isinstance(result, drafts.StaleFormError)]
    saved = [result for result in results if isinstance(result, Revision)]
    revision.refresh_from_db()
    assert (len(refused), len(saved)) == (1, 1)
    assert (revision.title, revision.lock) == (saved[0].title, 1)


def test_of_two_decisions_one_counts() -> None:
    revision = sent()
    same = Revision.objects.get(pk=revision.pk)
    first, second = UserFactory(role="coordinator"), UserFactory(role="coordinator")

    results = at_the_same_time(
        lambda: workflow.perform("approve", revision, by=first),
        lambda: workflow.perform("decline", same, by=second, note="No."),
    )

    assert [type(r) for r in results].count(workflow.WrongStateError) == 1
    assert revision.decisions.exclude(action="submit").count() == 1


def test_two_new_versions_are_one() -> None:
    author = UserFactory()
    revision = sent(by=author)
    workflow.perform("approve", revision, by=UserFactory(role="coordinator"))
    contribution = Contribution.objects.get()

    def revise() -> int:
        return drafts.revise(contribution, by=author).pk

    assert len(set(at_the_same_time(revise, revise))) == 1


def test_of_two_authors_one_gets_the_draft_and_the_other_is_told() -> None:
    revision = draft()
    first, second = revision.author, UserFactory()
    revision.contribution.co_authors.add(second)

    results = at_the_same_time(
        lambda: drafts.save(revision, {"title": "One"}, by=first, lock=0),
        lambda: drafts.save(revision, {"title": "Two"}, by=second, lock=0),
    )

    told = [result for result in results if isinstance(result, drafts.HeldError)]
    saved = [result for result in results if isinstance(result, Revision)]
    revision.refresh_from_db()
    assert (len(told), len(saved)) == (1, 1)
    assert (revision.title, revision.held_by_id) == (saved[0].title, saved[0].held_by_id)


def test_of_two_who_take_over_the_last_one_holds_and_the_other_hears_of_it() -> None:
    revision = draft()
    people = [revision.author, UserFactory(), UserFactory()]
    revision.contribution.co_authors.add(*people[1:])
    drafts.take_over(revision, by=people[0])

    at_the_same_time(*[lambda by=by: drafts.take_over(revision, by=by) for by in people[1:]])

    revision.refresh_from_db()
    told = set(Notification.objects.filter(topic="taken_over").values_list("recipient", flat=True))
    assert revision.held_by in people[1:]
    assert told == {person.pk for person in people} - {revision.held_by_id}


def test_two_timers_send_each_digest_once() -> None:
    people = [UserFactory() for _ in range(4)]
    for person in people:
        Notification.objects.create(recipient=person, topic="comment", text="Words")
    noon = timezone.now().replace(hour=12)
    Notification.objects.update(created_at=noon - timedelta(hours=2))
    mail.outbox.clear()

    sent = at_the_same_time(lambda: digests.send_due(noon), lambda: digests.send_due(noon))

    assert sum(sent) == 4
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted(p.email for p in people)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_two_timers_write_each_reminder_once() -> None:
    revision = draft()
    Revision.objects.filter(pk=revision.pk).update(updated_at=timezone.now() - timedelta(days=15))
    now = timezone.now()

    written = at_the_same_time(lambda: reminders.drafts(now), lambda: reminders.drafts(now))

    assert sorted(written) == [0, 1]
    assert Notification.objects.filter(topic="reminder").count() == 1
