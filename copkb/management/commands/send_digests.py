"""manage.py send_digests: what a timer does every quarter of an hour, or at least every day.

It writes the inbox lines that time brings about, tries mails again that did not leave, and sends
the digests that are due. Run twice, or killed half-way, it sends nothing twice (docs/adr/0015).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Beat, Delivery
from accounts.tasks import deliver_mail
from contributions import digests, reminders, tasks

logger = logging.getLogger(__name__)

# Each writes the lines that are due by now, once however often it runs, and returns their number.
# A new one is a line here.
COLLECTORS: tuple[Callable[[datetime], int], ...] = (
    reminders.drafts,
    reminders.due_reviews,
    reminders.unconfirmed,
)


class Command(BaseCommand):
    help = "Write reminders, try failed mails again, send the digests that are due (for a timer)."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        Beat.objects.update_or_create(name="digests", defaults={"began_at": now, "ended_at": None})
        failed = []
        lines = 0
        for collect in COLLECTORS:
            try:
                lines += collect(now)
            except Exception:  # one broken collector must not keep everybody's mail back
                logger.exception("send_digests: %s.%s", collect.__module__, collect.__name__)
                failed.append(f"{collect.__module__}.{collect.__name__}")
        tried = try_again(now)
        sent = digests.send_due(now)
        Beat.objects.filter(name="digests").update(ended_at=timezone.now())
        self.stdout.write(f"{lines} new lines, {tried} mails tried again, {sent} digests sent")
        if failed:
            raise CommandError(f"Failed, see the log: {', '.join(failed)}")


def try_again(now: datetime) -> int:
    """Give each mail that should have left by now another try; return how many there were."""
    late = list(Delivery.objects.due(now).select_related("recipient"))
    for delivery in late:
        line = tasks.line_of(delivery)
        if line is not None:
            tasks.mail_notification.call(line)
        elif delivery.topic == Delivery.DIGEST:
            digests.again(delivery, now)
        else:
            deliver_mail.call(delivery.pk)
    return len(late)
