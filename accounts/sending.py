"""Handing mails to the mail server, and writing down what came of it."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPRecipientsRefused

from django.core.mail import EmailMultiAlternatives
from django.db.models import F
from django.utils import timezone

from accounts.models import Delivery, User

# After each failure a longer pause; after the last one the mail is given up.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (5, 30, 120, 480, 1440))


def attempt(delivery: Delivery, mail: EmailMultiAlternatives) -> bool:
    """Try to send; tell whether the mail left. The caller holds the row's lock.

    The Message-ID stays the same over all tries: where a mail leaves twice, because the program
    died before it could write down that it left, mail programs show it once.
    """
    mail.extra_headers["Message-ID"] = delivery.message_id
    delivery.subject = mail.subject[:250]
    delivery.attempts += 1
    try:
        mail.send()
    except SMTPRecipientsRefused as refusal:
        code, said = next(iter(refusal.recipients.values()), (0, b""))
        error = f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
        if code >= 500:
            came_back(delivery, error=error, hard=True)
        else:
            _failed(delivery, error)
        return False
    except OSError as error:  # all of smtplib, and no connection
        _failed(delivery, f"{type(error).__name__}: {error}")
        return False
    delivery.state, delivery.sent_at = Delivery.State.SENT, timezone.now()
    delivery.error, delivery.content = "", {}
    delivery.save()
    return True


def _failed(delivery: Delivery, error: str) -> None:
    delivery.error = error.replace("\x00", "")[:2000]
    if delivery.attempts > len(PAUSES):
        give_up(delivery, delivery.error)
        return
    delivery.next_try_at = timezone.now() + PAUSES[delivery.attempts - 1]
    delivery.save()


def give_up(delivery: Delivery, error: str) -> None:
    delivery.state, delivery.error, delivery.content = Delivery.State.FAILED, error, {}
    delivery.save()


def came_back(delivery: Delivery, *, error: str, hard: bool, counts: bool = True) -> None:
    """Mark a mail as returned, once; for good, it counts against the address.

    `counts` is false where the returned mail does not prove that it was ours.
    """
    known = delivery.state == Delivery.State.BOUNCED and delivery.is_hard >= hard
    delivery.state, delivery.content = Delivery.State.BOUNCED, {}
    delivery.is_hard = delivery.is_hard or hard
    delivery.error = error.replace("\x00", "")[:2000]
    delivery.bounced_at = delivery.bounced_at or timezone.now()
    delivery.save()
    if known or not hard or not counts or delivery.recipient_id is None:
        return
    person = User.objects.filter(pk=delivery.recipient_id, email=delivery.address)
    again = person.filter(bounced_address=delivery.address).update(
        hard_bounces=F("hard_bounces") + 1
    )
    if not again:
        person.update(bounced_address=delivery.address, hard_bounces=1)


def works_again(user: User) -> None:
    """The person says that the address works: mail goes there again."""
    user.bounced_address, user.hard_bounces = "", 0
    user.save(update_fields=["bounced_address", "hard_bounces"])
