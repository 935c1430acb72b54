"""manage.py send_digests: what a timer does every quarter of an hour, or at least every day.

It writes the inbox lines that time brings about, tries mails again that did not leave, sends the
digests that are due, and once a day throws away what is kept no longer. Run twice, or killed
half-way, it sends nothing twice (docs/adr/0015).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

import calls.reminders
import review.reminders
from accounts.models import Beat, Delivery
from accounts.tasks import deliver_mail
from contributions import digests, drafts, reminders, tasks, together
from contributions.files import attaching, sweeping
from following import alerts
from search import log

logger = logging.getLogger(__name__)

Step = Callable[[datetime], int]
# Each writes the lines that are due by now, once however often it runs, and returns their number.
# A new one is a line here; a test finds one that was forgotten.
COLLECTORS: tuple[Step, ...] = (
    reminders.drafts,
    reminders.due_reviews,
    reminders.unconfirmed,
    review.reminders.remind,
    calls.reminders.remind,
    alerts.collect,
)
# At the first run of a day: each deletes what is kept no longer and returns how much that was.
PURGES: tuple[Step, ...] = (
    drafts.purge,
    together.purge,
    attaching.purge,
    sweeping.sweep,
    log.forget,
)


class Command(BaseCommand):
    help = "Write reminders, try failed mails again, send the digests that are due (for a timer)."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        is_first = _is_first_of_day(now)
        Beat.objects.update_or_create(name="digests", defaults={"began_at": now, "ended_at": None})
        lines, failed = _run(COLLECTORS, now)
        tried = _try_again(now)
        sent = digests.send_due(now)
        deleted, failed_purges = _run(PURGES if is_first else (), now)
        Beat.objects.filter(name="digests").update(ended_at=timezone.now())
        self.stdout.write(
            f"{lines} new lines, {tried} mails tried again, {sent} digests sent, {deleted} deleted"
        )
        if failed + failed_purges:
            raise CommandError(f"Failed, see the log: {', '.join(failed + failed_purges)}")


def _is_first_of_day(now: datetime) -> bool:
    """Whether no run of this day has come to its end."""
    last = Beat.objects.filter(name="digests").first()
    if last is None or last.ended_at is None:
        return True
    return timezone.localdate(last.ended_at) < timezone.localdate(now)


def _run(steps: Iterable[Step], now: datetime) -> tuple[int, list[str]]:
    """The sum of what they return, and the names of those that failed: one that is broken must
    not keep everybody's mail back."""
    total, failed = 0, []
    for step in steps:
        try:
            total += step(now)
        except Exception:
            logger.exception("send_digests: %s.%s", step.__module__, step.__name__)
            failed.append(f"{step.__module__}.{step.__name__}")
    return total, failed


def _try_again(now: datetime) -> int:
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
