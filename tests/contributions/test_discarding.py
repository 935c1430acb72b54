"""A discarded draft lies in the bin for thirty days and comes back as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from contributions import drafts, workflow
from contributions.models import Contribution, Revision
from tests.factories.accounts import UserFactory
from tests.factories.contributions import draft, published, sent

pytestmark = pytest.mark.django_db

AsUser = Callable[[User], Client]
IN_A_MONTH = timedelta(days=30, minutes=1)


def url(revision: Revision, page: str) -> str:
    return f"/contributions/{revision.contribution.code}/{page}/"


def test_the_question_says_what_will_happen(as_user: AsUser, author: User) -> None:
    page = as_user(author).get(url(draft(by=author), "withdraw")).content.decode()

    assert "Discard this draft?" in page
    assert "For 30 days you can bring it back" in page


def test_a_discarded_draft_is_listed_and_brought_back_as_it_was(
    as_user: AsUser, author: User
) -> None:
    revision = draft(by=author)
    content = revision.content
    browser = as_user(author)

    mine = browser.post(url(revision, "withdraw"), follow=True).content.decode()
    assert "Discarded drafts" in mine
    assert mine.count(revision.contribution.code) < 6
    browser.post(url(revision, "resume"), {"revision": revision.pk})

    revision.refresh_from_db()
    assert (revision.state, revision.discarded_at) == ("draft", None)
    assert revision.content == content
    assert "Discarded drafts" not in browser.get("/mine/").content.decode()


def test_a_published_text_stays_in_the_list_when_its_new_version_is_discarded(
    as_user: AsUser, author: User
) -> None:
    contribution = published(by=author)
    revision = drafts.revise(contribution, by=author)
    browser = as_user(author)

    mine = browser.post(url(revision, "withdraw"), follow=True).content.decode()

    assert contribution.get_absolute_url() in mine
    assert "Discarded drafts" in mine


def test_an_older_discarded_version_comes_back_when_nothing_is_open(
    as_user: AsUser, author: User, coordinator: User
) -> None:
    contribution = published(by=author)
    old = drafts.revise(contribution, by=author)
    workflow.perform("withdraw", old, by=author)
    newer = drafts.revise(contribution, by=author)
    workflow.perform("submit", newer, by=author)
    workflow.perform("approve", newer, by=coordinator)

    as_user(author).post(url(old, "resume"), {"revision": old.pk})

    old.refresh_from_db()
    assert old.state == "draft"


@pytest.mark.parametrize("named", ["x", "0", "99999999999999999999", "-1"])
def test_an_odd_number_brings_nothing_back(as_user: AsUser, author: User, named: str) -> None:
    contribution = published(by=author)
    assert contribution.live is not None

    answer = as_user(author).post(url(contribution.live, "resume"), {"revision": named})

    assert answer.status_code == 302


def test_after_thirty_days_it_is_gone(author: User) -> None:
    revision = draft(by=author)
    kept = draft(by=author)
    workflow.perform("withdraw", revision, by=author)

    early = drafts.purge(timezone.now() + timedelta(days=29))
    late = drafts.purge(timezone.now() + IN_A_MONTH)
    again = drafts.purge(timezone.now() + IN_A_MONTH)

    assert (early, late, again) == (0, 1, 0)
    assert list(Contribution.objects.values_list("pk", flat=True)) == [kept.contribution_id]


def test_only_the_draft_goes_where_something_was_published(author: User) -> None:
    contribution = published(by=author)
    workflow.perform("withdraw", drafts.revise(contribution, by=author), by=author)

    assert drafts.purge(timezone.now() + IN_A_MONTH) == 1

    contribution.refresh_from_db()
    assert contribution.is_published
    assert contribution.revisions.count() == 1


def test_a_draft_that_another_began_from_stays(author: User) -> None:
    first = draft(by=author)
    workflow.perform("withdraw", first, by=author)
    second = drafts.revise(first.contribution, by=author)

    assert drafts.purge(timezone.now() + IN_A_MONTH) == 0
    workflow.perform("withdraw", second, by=author)
    assert drafts.purge(timezone.now() + IN_A_MONTH) == 2


@pytest.mark.parametrize("step", ["withdraw", "request_changes"])
def test_what_reviewers_have_had_is_never_deleted(author: User, step: str) -> None:
    revision = sent(by=author)
    if step == "request_changes":
        by = UserFactory(role="coordinator")
        workflow.perform(step, revision, by=by, note="Say more.")
    workflow.perform("withdraw", revision, by=author)

    assert revision.discarded_at is None
    assert drafts.purge(timezone.now() + IN_A_MONTH) == 0
