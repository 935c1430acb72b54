"""The log of mails, mails that come back, and addresses that get no more."""

from __future__ import annotations

import io
import mailbox
import sys
from collections.abc import Callable
from contextlib import closing
from email import message_from_string
from io import StringIO
from pathlib import Path
from smtplib import SMTPRecipientsRefused
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts import bounces, mailing
from accounts.models import Delivery, User
from contributions import notifications
from contributions.models import Notification
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

AsUser = Callable[[User], Client]

# As Postfix sends it; {status} 5.1.1 is for good, 4.2.2 for now.
REPORT = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
To: community@community.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <20261125061500.4D1F@mx.example.org>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

--=_b
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--=_b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
Arrival-Date: Wed, 25 Nov 2026 06:15:00 +0000 (UTC)

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <{address}>: Recipient address rejected

--=_b
Content-Type: text/rfc822-headers

From: community@community.example
To: {address}
Message-ID: {message_id}
Subject: News

--=_b--
"""
# As qmail sends it: no report, only words.
WORDS = """\
Return-Path: <>
From: MAILER-DAEMON@mail.example.org
To: community@community.example
Subject: failure notice

Hi. This is the qmail-send program at mail.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{address}>:
Sorry, no mailbox here by that name. (#5.1.1)
"""
OUT_OF_OFFICE = """\
From: {address}
To: community@community.example
Subject: Out of office
Auto-Submitted: auto-replied
In-Reply-To: {message_id}

I am back on Monday.
"""


def sent_to(user: User, **fields: Any) -> Delivery:
    return Delivery.objects.create(
        recipient=user, address=user.email, topic="digest", subject="News", state="sent",
        sent_at=timezone.now(), **fields,
    )  # fmt: skip


def report(delivery: Delivery, *, hard: bool = True, message_id: str = "") -> str:
    return REPORT.format(
        address=delivery.address,
        message_id=message_id or delivery.message_id,
        action="failed" if hard else "delayed",
        status="5.1.1" if hard else "4.2.2",
    )


def returns(delivery: Delivery, *, hard: bool = True, message_id: str = "") -> list[Delivery]:
    text = report(delivery, hard=hard, message_id=message_id)
    return bounces.record(message_from_string(text))


# The log


def test_mails_about_accounts_stand_in_the_log_without_their_text(member: User) -> None:
    mailing.queue("Your code", "The code is 123456.", to=member.email)

    delivery = Delivery.objects.get()
    (letter,) = mail.outbox
    assert (delivery.recipient, delivery.subject, delivery.state) == (member, "Your code", "sent")
    assert delivery.content == {}
    assert letter.extra_headers["Message-ID"] == delivery.message_id


def test_a_mail_that_does_not_leave_waits_with_its_text_and_is_sent_later(
    member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Any) -> int:
        raise OSError("No route")

    monkeypatch.setattr(EmailMultiAlternatives, "send", refuse)
    mailing.queue("Welcome", "Come in.", to=member.email)
    monkeypatch.undo()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("queued", 1)
    assert "No route" in delivery.error
    Delivery.objects.update(next_try_at=timezone.now())

    call_command("send_digests", stdout=StringIO())
    call_command("send_digests", stdout=StringIO())

    delivery.refresh_from_db()
    assert (delivery.state, delivery.content, delivery.error) == ("sent", {}, "")
    assert [letter.body for letter in mail.outbox] == ["Come in."]


@pytest.mark.parametrize(("code", "state", "counted"), [(550, "bounced", 1), (451, "queued", 0)])
def test_what_the_server_refuses_at_once(
    member: User, monkeypatch: pytest.MonkeyPatch, code: int, state: str, counted: int
) -> None:
    def refuse(self: Any) -> int:
        raise SMTPRecipientsRefused({member.email: (code, b"Not here")})

    monkeypatch.setattr(EmailMultiAlternatives, "send", refuse)

    mailing.queue("Welcome", "Come in.", to=member.email)

    member.refresh_from_db()
    assert Delivery.objects.get().state == state
    assert member.hard_bounces == counted


def test_coordinators_read_the_log_and_nobody_changes_it(
    as_user: AsUser, coordinator: User, reviewer: User, member: User
) -> None:
    delivery = sent_to(member, content={"text": "The code is 123456."})
    place = f"/admin/accounts/delivery/{delivery.pk}/change/"
    browser = as_user(coordinator)

    for address in ("/admin/accounts/delivery/?state__exact=sent&topic=digest", place):
        html = browser.get(address).content.decode()
        assert member.email in html
        assert "123456" not in html
    assert browser.post(place, {"state": "failed"}).status_code == 403
    assert browser.get("/admin/accounts/delivery/add/").status_code == 403
    assert browser.post(f"/admin/accounts/delivery/{delivery.pk}/delete/").status_code == 403
    assert as_user(reviewer).get("/admin/accounts/delivery/").status_code == 403


# What comes back


def test_a_report_marks_the_mail_and_counts_against_the_address(member: User) -> None:
    delivery = sent_to(member)
    other = sent_to(member)

    assert returns(delivery) == [delivery]

    delivery.refresh_from_db()
    other.refresh_from_db()
    member.refresh_from_db()
    assert (delivery.state, delivery.is_hard) == ("bounced", True)
    assert "Recipient address rejected" in delivery.error
    assert delivery.bounced_at
    assert other.state == "sent"
    assert (member.bounced_address, member.hard_bounces) == (member.email, 1)


def test_the_same_report_read_twice_counts_once(member: User) -> None:
    delivery = sent_to(member)

    returns(delivery)
    returns(delivery)

    member.refresh_from_db()
    assert member.hard_bounces == 1


def test_a_full_mailbox_is_marked_and_does_not_count(member: User) -> None:
    delivery = sent_to(member)

    assert returns(delivery, hard=False) == [delivery]

    delivery.refresh_from_db()
    member.refresh_from_db()
    assert (delivery.state, delivery.is_hard, member.hard_bounces) == ("bounced", False, 0)
    returns(delivery)  # given up in the end
    member.refresh_from_db()
    assert member.hard_bounces == 1


def test_words_without_an_id_mark_the_last_mail_but_stop_nobody(member: User) -> None:
    sent_to(member)
    last = sent_to(member)

    found = bounces.record(message_from_string(WORDS.format(address=member.email)))

    member.refresh_from_db()
    assert found == [last]
    assert member.hard_bounces == 0


def test_nobody_stops_somebody_s_mail_by_writing_to_us(member: User) -> None:
    delivery = sent_to(member)

    for number in range(5):
        returns(delivery, message_id=f"<guessed{number}@community.example>")

    member.refresh_from_db()
    assert member.mail_has_stopped is False


def test_other_mail_is_not_taken_for_returned(member: User) -> None:
    delivery = sent_to(member)
    words = {"address": member.email, "message_id": delivery.message_id}

    assert bounces.record(message_from_string(OUT_OF_OFFICE.format(**words))) == []
    assert bounces.record(message_from_string("")) == []
    delivery.refresh_from_db()
    assert delivery.state == "sent"


def test_an_old_address_that_comes_back_does_not_count_against_the_new_one(member: User) -> None:
    deliveries = [sent_to(member) for _ in range(3)]
    User.objects.filter(pk=member.pk).update(email="new@example.org")

    for delivery in deliveries:
        returns(delivery)

    member.refresh_from_db()
    assert member.hard_bounces == 0


# Addresses that get no more


@pytest.fixture
def stopped(member: User) -> User:
    """A member from whose address three mails came back."""
    for _ in range(3):
        assert member.mail_has_stopped is False
        returns(sent_to(member))
        member.refresh_from_db()
    assert member.mail_has_stopped is True
    return member


def test_no_mail_goes_to_a_dead_address_but_the_inbox_has_everything(stopped: User) -> None:
    mail.outbox.clear()

    notifications.send([stopped], Notification.Topic.QUESTION, None, text="When?")

    assert mail.outbox == []
    assert Notification.objects.filter(recipient=stopped).count() == 1


def test_a_code_that_the_person_asks_for_still_leaves(stopped: User) -> None:
    mail.outbox.clear()

    mailing.queue("Your code", "The code is 123456.", to=stopped.email)

    assert len(mail.outbox) == 1


def test_the_person_is_told_on_every_page_and_says_that_the_address_works(
    as_user: AsUser, stopped: User, author: User
) -> None:
    browser = as_user(stopped)
    banner = "came back, so we send none there any more"
    assert banner in browser.get("/").content.decode()
    assert banner in browser.get("/inbox/").content.decode()
    assert banner not in as_user(author).get("/inbox/").content.decode()

    assert browser.get("/profile/mails/works/").status_code == 405
    answer = browser.post("/profile/mails/works/", follow=True)

    stopped.refresh_from_db()
    assert f"We send mails to {stopped.email} again." in answer.content.decode()
    assert banner not in browser.get("/").content.decode()
    assert (stopped.mail_has_stopped, stopped.hard_bounces) == (False, 0)
    mail.outbox.clear()
    notifications.send([stopped], Notification.Topic.QUESTION, None)
    assert len(mail.outbox) == 1


def test_a_new_address_gets_mail_at_once(stopped: User) -> None:
    stopped.email = "new@example.org"
    stopped.save()

    assert stopped.mail_has_stopped is False


# The command


def test_one_mail_is_read_from_a_pipe(member: User, monkeypatch: pytest.MonkeyPatch) -> None:
    delivery = sent_to(member)
    raw = report(delivery).encode()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    told = StringIO()

    call_command("record_bounces", stdout=told)

    delivery.refresh_from_db()
    assert delivery.state == "bounced"
    assert told.getvalue() == "1 read, 1 mails marked as returned\n"


@pytest.mark.parametrize("kind", ["maildir", "mbox"])
def test_a_box_is_read_again_and_again_and_emptied_when_asked(tmp_path: Path, kind: str) -> None:
    deliveries = [sent_to(UserFactory()) for _ in range(2)]
    path = tmp_path / "box"
    with closing(open_box(kind, path)) as box:
        for delivery in deliveries:
            box.add(report(delivery))
        box.add("Subject: Hello\n\nNo returned mail.\n")
        box.flush()
    told = StringIO()

    call_command("record_bounces", str(path), stdout=told)
    call_command("record_bounces", str(path), delete=True, stdout=told)

    assert told.getvalue() == "3 read, 2 mails marked as returned\n" * 2
    assert {d.state for d in Delivery.objects.all()} == {"bounced"}
    assert {user.hard_bounces for user in User.objects.all()} == {1}
    with closing(open_box(kind, path)) as box:
        assert len(box) == 0


def open_box(kind: str, path: Path) -> mailbox.Mailbox[Any]:
    return mailbox.Maildir(path) if kind == "maildir" else mailbox.mbox(path)


def test_a_path_that_is_no_box(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="neither a maildir nor an mbox"):
        call_command("record_bounces", str(tmp_path / "nothing"))
