"""What the community forgets is told, once; and what is still right is confirmed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from contributions import drafts, reminders, workflow
from contributions.models import Contribution, Decision, Notification, Revision
from tests.factories.accounts import UserFactory
from tests.factories.contributions import archived, draft, published, sent

pytestmark = pytest.mark.django_db

AsUser = Callable[[User], Client]
START = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
TWO_YEARS = timedelta(days=731)


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def told(variant: str) -> list[tuple[User, Contribution | None]]:
    lines = Notification.objects.filter(topic="reminder", variant=variant).order_by("pk")
    return [(line.recipient, line.contribution) for line in lines]


# Drafts


def test_a_draft_at_rest_is_told_to_its_authors_once_per_silence(
    clock: Any, author: User, member: User
) -> None:
    revision = draft(by=author, title="Half a text")
    contribution = revision.contribution
    contribution.co_authors.add(member)

    assert reminders.drafts(START + 14 * DAY) == 0
    clock.move_to(START + 15 * DAY)
    assert reminders.drafts(START + 15 * DAY) == 2
    assert reminders.drafts(START + 15 * DAY) == 0
    assert reminders.drafts(START + 40 * DAY) == 0
    assert [user for user, _on in told("draft")] == [author, member]
    line = Notification.objects.filter(variant="draft").latest("pk")
    assert line.text == "Half a text"
    assert line.get_absolute_url() == f"/contributions/{contribution.code}/edit/"
    assert "two weeks" in line.sentence()

    clock.shift(timedelta(hours=1))
    drafts.save(revision, {"title": "More of it"}, by=author, lock=0)

    assert reminders.drafts(START + 28 * DAY) == 0
    clock.move_to(START + 30 * DAY)
    assert reminders.drafts(START + 30 * DAY) == 2  # a silence of its own


def test_a_text_that_came_back_is_a_draft_too(clock: Any, author: User, coordinator: User) -> None:
    revision = sent(by=author)
    workflow.perform("request_changes", revision, by=coordinator, note="Since when?")

    assert reminders.drafts(START + 15 * DAY) == 1


def test_what_is_not_being_written_is_not_told(clock: Any, author: User) -> None:
    sent(by=author)
    published(by=author)
    workflow.perform("withdraw", draft(by=author), by=author)
    drafts.begin("practice", by=author)  # somebody only looked at the form
    left = UserFactory()
    draft(by=left)
    User.objects.filter(pk=left.pk).update(is_active=False)

    assert reminders.drafts(START + 15 * DAY) == 0


# Days of review


def test_the_day_of_review_is_told_to_authors_and_coordinators_once(
    clock: Any, author: User, coordinator: User
) -> None:
    contribution = published(by=author, approver=coordinator)
    day = START.date() + 10 * DAY
    Contribution.objects.filter(pk=contribution.pk).update(review_due_on=day)

    assert reminders.due_reviews(START + 9 * DAY) == 0
    clock.move_to(START + 10 * DAY)
    assert reminders.due_reviews(START + 10 * DAY) == 2
    assert reminders.due_reviews(START + 11 * DAY) == 0
    assert told("review_due") == [(author, contribution), (coordinator, contribution)]

    Contribution.objects.filter(pk=contribution.pk).update(review_due_on=day + 20 * DAY)
    assert reminders.due_reviews(START + 29 * DAY) == 0
    assert reminders.due_reviews(START + 30 * DAY) == 2


def test_archived_texts_are_reviewed_no_more(clock: Any) -> None:
    contribution = archived()
    Contribution.objects.filter(pk=contribution.pk).update(review_due_on=START.date())

    assert reminders.due_reviews(START + DAY) == 0


def test_efforts_are_looked_at_again_after_a_year_unless_another_day_is_set(clock: Any) -> None:
    effort, practice = published("effort"), published("practice")

    assert effort.review_due_on == START.date() + timedelta(days=365)
    assert practice.review_due_on is None


# Old texts


def test_what_nobody_confirmed_for_two_years_is_told_once(
    clock: Any, author: User, coordinator: User
) -> None:
    contribution = published(by=author, approver=coordinator)
    coordinator_line = (coordinator, None)

    assert reminders.unconfirmed(START + TWO_YEARS - DAY) == 0
    clock.move_to(START + TWO_YEARS)
    assert reminders.unconfirmed(START + TWO_YEARS) == 2
    assert reminders.unconfirmed(START + TWO_YEARS) == 0
    assert reminders.unconfirmed(START + TWO_YEARS + 90 * DAY) == 0
    assert told("unconfirmed") == [(author, contribution)]
    assert told("unconfirmed_all") == [coordinator_line]


def test_coordinators_get_one_line_for_many_and_not_more_often_than_monthly(
    clock: Any, author: User, coordinator: User
) -> None:
    for _ in range(3):
        published(by=author, approver=coordinator)
    late = START + TWO_YEARS

    clock.move_to(late)
    reminders.unconfirmed(late)
    assert len(told("unconfirmed")) == 3
    assert len(told("unconfirmed_all")) == 1

    for days, lines in ((10, 1), (31, 2), (62, 2)):
        Contribution.objects.filter(pk=Contribution.objects.earliest("pk").pk).update(
            last_confirmed_on=START.date() + 5 * DAY
        )
        clock.move_to(late + days * DAY)
        reminders.unconfirmed(late + days * DAY)
        assert len(told("unconfirmed_all")) == lines, days


def test_the_coordinators_line_leads_to_the_list_of_these_texts(
    as_user: AsUser, coordinator: User
) -> None:
    old, fresh = published(title="Old text"), published(title="Fresh text")
    Contribution.objects.filter(pk=old.pk).update(last_confirmed_on=date(2019, 5, 20))
    reminders.unconfirmed(datetime.now(UTC))
    line = Notification.objects.get(recipient=coordinator, variant="unconfirmed_all")

    html = as_user(coordinator).get(line.get_absolute_url()).content.decode()

    assert old.code in html
    assert fresh.code not in html


# Confirming


def old(kind: str, **kwargs: Any) -> Contribution:
    contribution = published(kind, **kwargs)
    Contribution.objects.filter(pk=contribution.pk).update(last_confirmed_on=date(2019, 5, 20))
    return contribution


@pytest.mark.parametrize("kind", ["practice", "lesson", "effort"])
def test_old_texts_say_so_on_the_page_and_in_print(visitor: Client, kind: str) -> None:
    contribution = old(kind)

    html = visitor.get(f"/{kind}s/{contribution.code}/").content.decode()

    assert "Last confirmed on 20 May 2019. Ask the contact point" in html
    cite = html.split('id="cite-text"')[1].split("</p>")[0]
    assert "Last confirmed on 20 May 2019." in cite
    assert "Confirm: it is still right" not in html


@pytest.mark.parametrize("kind", ["practice", "lesson", "effort"])
@pytest.mark.parametrize("who", ["author", "focal_point_morocco", "coordinator"])
def test_who_knows_confirms_it_by_a_button_and_the_step_is_kept(
    request: pytest.FixtureRequest, as_user: AsUser, author: User, kind: str, who: str
) -> None:
    contribution = old(kind, by=author)
    person = request.getfixturevalue(who)
    browser, page_address = as_user(person), f"/{kind}s/{contribution.code}/"
    place = f"/contributions/{contribution.code}/confirm/"
    assert f'action="{place}"' in browser.get(page_address).content.decode()

    answer = browser.post(place, follow=True)

    html = answer.content.decode()
    assert answer.redirect_chain == [(page_address, 302)]
    assert "confirmed today" in html
    assert "Ask the contact point before you rely on it" not in html
    assert f'action="{place}"' not in html
    decision = Decision.objects.latest("pk")
    assert (decision.action, decision.by, decision.revision_id) == (
        "confirm", person, contribution.live_id,
    )  # fmt: skip
    assert decision.action_label == "Confirmed as still right"


def test_others_see_no_button_and_are_refused(as_user: AsUser, member: User) -> None:
    contribution = old("practice")
    browser, place = as_user(member), f"/contributions/{contribution.code}/confirm/"
    assert place not in browser.get(f"/practices/{contribution.code}/").content.decode()

    assert browser.post(place).status_code == 403
    assert browser.get(place).status_code == 405
    closed = old("practice", visibility="coordinators")
    assert browser.post(f"/contributions/{closed.code}/confirm/").status_code == 404
    unpublished = draft(by=member).contribution
    assert browser.post(f"/contributions/{unpublished.code}/confirm/").status_code == 403
    assert not Decision.objects.filter(action="confirm").exists()


def test_a_day_of_review_that_has_come_is_answered_by_the_same_button(
    as_user: AsUser, author: User
) -> None:
    effort, practice = published("effort", by=author), published("practice", by=author)
    today = datetime.now(UTC).date()
    Contribution.objects.update(review_due_on=today)
    browser = as_user(author)
    html = browser.get(f"/efforts/{effort.code}/").content.decode()
    assert "It is time to look at it again." in html

    for contribution in (effort, practice):
        browser.post(f"/contributions/{contribution.code}/confirm/")
        contribution.refresh_from_db()

    assert effort.review_due_on == today + timedelta(days=365)
    assert practice.review_due_on is None


def test_a_day_that_lies_ahead_stays(as_user: AsUser, author: User) -> None:
    contribution = old("practice", by=author)
    ahead = datetime.now(UTC).date() + 100 * DAY
    Contribution.objects.filter(pk=contribution.pk).update(review_due_on=ahead)

    as_user(author).post(f"/contributions/{contribution.code}/confirm/")

    contribution.refresh_from_db()
    assert contribution.review_due_on == ahead
    assert Revision.objects.get(pk=contribution.live_id).state == "approved"
