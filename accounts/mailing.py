"""The way mails about accounts go out: in the recipient's language, as text and HTML, by a task.

People ask for them (a code, an invitation), so they leave whatever was returned before.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from accounts.models import Delivery, User
from accounts.tasks import deliver_mail

FIRST_LOOK = timedelta(minutes=15)


def language_of(user: User) -> str:
    return user.language or settings.LANGUAGE_CODE


def absolute(path: str) -> str:
    """The address of a page as it must stand in a mail."""
    return f"{settings.SITE_URL}{path}"


def send(template: str, *, to: str, language: str, **context: Any) -> None:
    """Queue the mail `templates/mail/<template>.txt`: first line subject, the rest text.

    Queued in the transaction of the caller, so a mail leaves only for what was really done.
    """
    with translation.override(language):
        content = render_to_string(
            f"mail/{template}.txt", {**context, "site_url": settings.SITE_URL}
        )
        subject, _newline, text = content.strip().partition("\n")
        queue(subject, text.strip(), to=to)


def queue(subject: str, text: str, *, to: str) -> None:
    """Queue a mail written in the active language; the HTML part holds the same words."""
    subject = " ".join(subject.split())
    html = render_to_string("mail/page.html", {"subject": subject, "text": text})
    delivery = Delivery.objects.create(
        recipient=User.objects.filter(email__iexact=to).first(),
        address=to,
        topic=Delivery.ACCOUNT,
        subject=subject[:250],
        content={"text": text, "html": html},
        # The worker sends it at once; the timer looks after it where no worker does.
        next_try_at=timezone.now() + FIRST_LOOK,
    )
    deliver_mail.enqueue(delivery.pk)
