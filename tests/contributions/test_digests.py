"""Digests: one mail a day at most, with what is due, whatever happens to the program."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.management import CommandError, call_command

from accounts.models import Beat, Delivery, User
from contributions import digests, notifications
from contributions.models import Contribution, Notification, Preference
from copkb.management.commands import send_digests
from tests.factories.accounts import wants
from tests.factories.contributions import published

pytestmark = pytest.mark.django_db

# 25 November 2026 is a Wednesday.
MORNING = datetime(2026, 11, 25, 6, 10, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def tell(
    user: User, topic: str = "comment", on: Contribution | None = None, *,
    at: datetime = MORNING - 2 * HOUR, text: str = "",
) -> Notification:  # fmt: skip
    """A line of the inbox, written at this time, with no mail queued."""
    return Notification.objects.create(
        recipient=user, topic=topic, contribution=on, text=text, created_at=at
    )


def run(at: datetime = MORNING) -> list[EmailMultiAlternatives]:
    """What the timer mails at this time."""
    mail.outbox.clear()
    with time_machine.travel(at, tick=False):
        call_command("send_digests", stdout=_Nowhere())
    return list(mail.outbox)  # type: ignore[arg-type]


class _Nowhere:
    def write(self, text: str) -> int:
        return len(text)


# What is in it


def test_one_mail_holds_everything_that_is_due(member: User) -> None:
    wants("daily", member)
    with time_machine.travel(MORNING - DAY):
        first, second = published(title="First text"), published(title="Second text")
    Notification.objects.all().delete()
    for number in range(5):
        tell(member, "comment", first, text=f"Remark {number}")
    tell(member, "comment", second, text="Another remark")
    tell(member, "tag", text="Your tag is used.")

    (letter,) = run()

    body, html = str(letter.body), str(letter.alternatives[0][0])
    assert letter.to == [member.email]
    assert letter.subject == "7 pieces of news from the community"
    for words in ("First text", "Second text", "Remark 0", "Another remark", "Your tag is used."):
        assert words in body
        assert words in html
    # By topic, then by text: five remarks on one text are one entry.
    assert body.count("There is a comment on “First text”.") == 1
    assert "and 2 more" in body
    assert body.index("Comments on your texts") < body.index("Tags you proposed")
    assert Notification.objects.filter(mailed_at=None).count() == 0


def test_the_next_day_brings_only_what_is_new(member: User) -> None:
    tell(member, text="Old")
    run()
    tell(member, at=MORNING + HOUR, text="New")

    assert run(MORNING + 2 * HOUR) == []  # one mail a day
    (letter,) = run(MORNING + DAY)

    assert "New" in str(letter.body)
    assert "Old" not in str(letter.body)


def test_nothing_new_is_no_mail_and_leaves_no_row(member: User) -> None:
    assert run() == []
    assert not Delivery.objects.exists()


def test_before_the_hour_nothing_leaves(member: User, settings: Any) -> None:
    tell(member)

    assert run(MORNING.replace(hour=5, minute=59)) == []
    assert len(run(MORNING.replace(hour=6, minute=0))) == 1


def test_what_was_read_is_not_mailed(member: User) -> None:
    line = tell(member)
    Notification.objects.filter(pk=line.pk).update(read_at=MORNING)

    assert run() == []


def test_weekly_news_leave_once_the_week_has_ended(member: User) -> None:
    wants("weekly", member)
    tell(member, at=MORNING)
    monday = MORNING + 5 * DAY

    assert [len(run(MORNING + n * DAY)) for n in range(5)] == [0, 0, 0, 0, 0]
    assert monday.weekday() == 0
    assert len(run(monday)) == 1
    assert run(monday + DAY) == []


def test_a_missed_weekly_day_is_made_good(member: User) -> None:
    wants("weekly", member)
    tell(member, at=MORNING)

    assert len(run(MORNING + 7 * DAY)) == 1  # Wednesday: the timer was down since Sunday


def test_daily_and_weekly_on_one_day_are_one_mail(member: User) -> None:
    Preference.objects.choose(member, {"tag": "weekly"})
    monday = MORNING + 5 * DAY
    tell(member, "tag", at=MORNING, text="Weekly words")
    tell(member, "comment", at=monday - HOUR, text="Daily words")

    (letter,) = run(monday)

    assert "Weekly words" in str(letter.body)
    assert "Daily words" in str(letter.body)


def test_never_means_never(member: User) -> None:
    wants("never", member)
    tell(member)

    assert [run(MORNING + n * DAY) for n in range(8)] == [[]] * 8


def test_a_mail_at_once_that_did_not_leave_is_carried_along_once(
    member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EmailMultiAlternatives, "send", _raises(OSError("No route")))
    with time_machine.travel(MORNING - 2 * HOUR):
        notifications.send([member], Notification.Topic.QUESTION, None, text="When?")
    monkeypatch.undo()

    letters = run()

    assert len(letters) == 1
    assert run(MORNING + HOUR) == []
    assert run(MORNING + DAY) == []


def test_visibility_is_looked_at_again_when_it_leaves(member: User) -> None:
    with time_machine.travel(MORNING - DAY):
        closed = published(title="Closed words")
        open_one = published(title="Open words")
    Notification.objects.all().delete()
    tell(member, on=closed)
    tell(member, on=open_one)
    closed.visibility = "coordinators"
    closed.save()

    (letter,) = run()

    assert "Open words" in str(letter.body)
    assert "Closed words" not in str(letter.body)
    Contribution.objects.filter(pk=open_one.pk).update(visibility="coordinators")
    tell(member, on=open_one, at=MORNING + HOUR)
    assert run(MORNING + DAY) == []


def test_people_who_left_or_whose_mails_come_back_get_none(member: User, author: User) -> None:
    tell(member)
    tell(author)
    User.objects.filter(pk=member.pk).update(is_active=False)
    User.objects.filter(pk=author.pk).update(bounced_address=author.email, hard_bounces=3)

    assert run() == []


def test_each_reads_it_in_the_own_language(member: User, author: User) -> None:
    User.objects.filter(pk=author.pk).update(language="ar")
    tell(member)
    tell(author)

    letters = {letter.to[0]: str(letter.alternatives[0][0]) for letter in run()}

    assert '<html lang="en" dir="ltr">' in letters[member.email]
    assert '<html lang="ar" dir="rtl">' in letters[author.email]


def test_the_digest_says_how_to_end_it(member: User) -> None:
    tell(member)

    (letter,) = run()

    assert "/mails/off/" in letter.extra_headers["List-Unsubscribe"]
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_what_a_person_writes_stays_text(member: User) -> None:
    tell(member, text="<b>Tom</b> & co")

    (letter,) = run()

    assert "<b>Tom</b> & co" in str(letter.body)
    assert "&lt;b&gt;Tom&lt;/b&gt; &amp; co" in str(letter.alternatives[0][0])


# Twice, half-way, at the same time


def _raises(error: Exception) -> Callable[..., int]:
    def refuse(*args: Any, **kwargs: Any) -> int:
        raise error

    return refuse


class DiesError(Exception):
    """The program is killed here."""


def test_running_twice_sends_once(member: User) -> None:
    tell(member)

    assert len(run()) == 1
    assert run() == []
    assert Delivery.objects.get().state == "sent"


def test_a_death_before_sending_loses_nothing(
    member: User, author: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(member)
    tell(author)
    monkeypatch.setattr(digests.mails, "of_digest", _raises(DiesError()))
    with pytest.raises(DiesError):
        run()
    assert Notification.objects.filter(mailed_at=None).count() == 2
    monkeypatch.undo()

    letters = run()

    assert sorted(letter.to[0] for letter in letters) == sorted([member.email, author.email])
    assert run() == []


def test_a_death_between_sending_and_marking_repeats_one_mail_under_the_same_id(
    member: User, author: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(member)
    tell(author)
    monkeypatch.setattr(Delivery, "save", _raises(DiesError()))
    with pytest.raises(DiesError):
        run()
    (first,) = mail.outbox
    monkeypatch.undo()

    again = run()

    assert len(again) == 2  # the one that was on its way, and the one not reached
    (same,) = [letter for letter in again if letter.to == first.to]
    assert same.extra_headers["Message-ID"] == first.extra_headers["Message-ID"]
    assert run() == []


def test_a_server_that_refuses_is_tried_again_with_growing_pauses(
    member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(member)
    monkeypatch.setattr(EmailMultiAlternatives, "send", _raises(SMTPServerDisconnected("Gone")))
    run()
    delivery = Delivery.objects.get()
    pauses, now = [], MORNING
    while delivery.state == "queued":
        pauses.append((delivery.next_try_at - now).total_seconds() / 60)
        run(delivery.next_try_at - timedelta(minutes=1))
        now = delivery.next_try_at
        run(now)
        tries, delivery = delivery.attempts, Delivery.objects.get(pk=delivery.pk)
        assert delivery.attempts == tries + 1

    assert pauses == [5, 30, 120, 480, 1440]
    assert delivery.state == "failed"
    assert "Gone" in delivery.error


def test_after_a_failure_the_mail_leaves_once(
    member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(member)
    monkeypatch.setattr(EmailMultiAlternatives, "send", _raises(OSError("No route")))
    run()
    monkeypatch.undo()

    assert run(MORNING + timedelta(minutes=1)) == []
    assert len(run(MORNING + timedelta(minutes=6))) == 1
    assert run(MORNING + HOUR) == []


def test_a_failed_digest_of_yesterday_and_that_of_today_are_one_mail(
    member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(member, text="Of yesterday")
    monkeypatch.setattr(EmailMultiAlternatives, "send", _raises(OSError("No route")))
    run()
    monkeypatch.undo()
    tell(member, at=MORNING + HOUR, text="Of today")

    letters = run(MORNING + DAY)

    assert len(letters) == 1
    assert "Of yesterday" in str(letters[0].body)
    assert "Of today" in str(letters[0].body)


def test_an_address_the_server_does_not_know_is_not_tried_again(
    member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(member)
    refusal = SMTPRecipientsRefused({member.email: (550, b"No such user")})
    monkeypatch.setattr(EmailMultiAlternatives, "send", _raises(refusal))

    run()

    delivery = Delivery.objects.get()
    member.refresh_from_db()
    assert (delivery.state, delivery.is_hard) == ("bounced", True)
    assert "No such user" in delivery.error
    assert member.hard_bounces == 1


def test_a_broken_collector_keeps_nobody_s_mail_back(
    member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(member)
    monkeypatch.setattr(send_digests, "COLLECTORS", (_raises(RuntimeError("Broken")),))

    with pytest.raises(CommandError, match="refuse"):
        run()

    assert [letter.to for letter in mail.outbox] == [[member.email]]


def test_what_is_kept_no_longer_is_deleted_at_the_first_run_of_a_day(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[datetime] = []

    def purge(now: datetime) -> int:
        runs.append(now)
        return 1

    monkeypatch.setattr(send_digests, "PURGES", (purge,))
    for moment in (MORNING, MORNING + HOUR, MORNING + DAY, MORNING + DAY + HOUR):
        run(moment)

    assert runs == [MORNING, MORNING + DAY]


def test_the_run_leaves_its_time(member: User) -> None:
    run()

    beat = Beat.objects.get()
    assert (beat.name, beat.began_at, beat.ended_at) == ("digests", MORNING, MORNING)


def test_the_cost_does_not_grow_with_the_news(member: User, django_assert_num_queries: Any) -> None:
    def cost(lines: int, day: int) -> int:
        for _ in range(lines):
            tell(member, at=MORNING + day * DAY - HOUR)
        with django_assert_num_queries(15):
            digests.send_due(MORNING + day * DAY)
        return lines

    cost(1, 0)
    cost(3, 1)
    assert len(mail.outbox) == 2
