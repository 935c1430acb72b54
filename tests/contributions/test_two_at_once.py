"""Two people, or one with two windows, at the same moment: really committed, on two connections."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from contributions import drafts, workflow
from contributions.models import Contribution, Revision
from tests.factories.accounts import UserFactory
from tests.factories.contributions import draft, sent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module", autouse=True)
def _reference_data_afterwards(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """The tests here empty all tables when they end; the tests of other modules need theirs."""
    yield
    with django_db_blocker.unblock():
        call_command("load_reference", verbosity=0, stdout=StringIO())


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
