"""Work after the response: mails that repeat the inbox."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from accounts import sending
from accounts.models import Delivery
from contributions import mails
from contributions.models import Notification, Pace, Preference

_LINE = "line:"


def key_of(line: Notification) -> str:
    """The key of the one mail about one line."""
    return f"{_LINE}{line.pk}"


def line_of(delivery: Delivery) -> int | None:
    """The line a mail is about; None of other mails."""
    key = delivery.key or ""
    return int(key.removeprefix(_LINE)) if key.startswith(_LINE) else None


@task()
def mail_notification(notification_id: int) -> None:
    """Mail one inbox line, once, if its reader still may see it and still wants it at once.

    The row of the mail is locked while it leaves, so that a task that runs twice sends once.
    """
    with transaction.atomic():
        delivery = (
            Delivery.objects.waiting()
            .select_for_update(of=("self",), skip_locked=True)
            .filter(key=f"{_LINE}{notification_id}")
            .first()
        )
        if delivery is None:
            return
        line = _line(notification_id)
        if line is None or not _is_wanted(line):
            delivery.delete()
        elif sending.attempt(delivery, mails.of_line(line)):
            line.mailed_at = timezone.now()
            line.save(update_fields=["mailed_at"])


def _line(notification_id: int) -> Notification | None:
    """The line, locked, unless a digest has carried it meanwhile."""
    return (
        Notification.objects.select_for_update(of=("self",))
        .select_related("recipient", "contribution", "decision__revision")
        .filter(pk=notification_id, mailed_at__isnull=True)
        .first()
    )


def _is_wanted(line: Notification) -> bool:
    person = line.recipient
    return (
        person.is_active
        and not person.mail_has_stopped
        and Preference.objects.paces([person])[person.pk][line.topic] == Pace.NOW
        and Notification.objects.for_user(person).filter(pk=line.pk).exists()
    )
