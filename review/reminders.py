"""Reminders of reviews, for the timer: once before the due date, once after it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from contributions.models import Notification
from review import assigning
from review.models import Assignment
from review.models.assignment import REMIND_BEFORE


def remind(now: datetime) -> int:
    """Write the lines that are due at `now`; how many. Running it again, or twice at the same
    time, writes nothing twice: the mark is set in the transaction of the line."""
    today = timezone.localdate(now)
    waiting = Assignment.objects.waiting()
    soon = waiting.filter(reminded_at=None, due_on__gte=today, due_on__lte=today + REMIND_BEFORE)
    # Who was asked a moment ago needs no reminder, however short the time given.
    soon = soon.filter(created_at__lt=now - REMIND_BEFORE)
    late = Assignment.objects.overdue(today).filter(overdue_told_at=None)
    return sum(_told(pk, "reminded_at", now) for pk in _keys(soon)) + sum(
        _told(pk, "overdue_told_at", now) for pk in _keys(late)
    )


def _keys(assignments: Iterable[Assignment]) -> list[int]:
    return [assignment.pk for assignment in assignments]


@transaction.atomic
def _told(pk: int, mark: str, now: datetime) -> int:
    """Mark one assignment and tell its people; nothing where another run was faster."""
    found = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("revision__contribution", "reviewer", "by")
        .filter(pk=pk, ended_at=None, **{mark: None})
        .first()
    )
    if found is None:
        return 0
    setattr(found, mark, now)
    found.save(update_fields=[mark])
    if mark == "reminded_at":
        assigning.tell(
            found.revision, Notification.Topic.ASSIGNED, [found.reviewer], variant="soon"
        )
        return 1
    # Who can give the review to somebody else hears it, too.
    people = [p for p in (found.reviewer, *assigning.in_charge(found)) if p.is_active]
    assigning.tell(found.revision, Notification.Topic.OVERDUE, people)
    return len(people)
