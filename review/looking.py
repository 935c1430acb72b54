"""Who looks at a submission now: told to others, for five minutes, keeping nobody from anything."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import User
from contributions.models import Revision
from review.models import Look
from review.models.assignment import LOOK_LASTS


def look(revision: Revision, by: User) -> None:
    """Note that the page is open. One query while it stays open, two when it is opened."""
    now = timezone.now()
    own = Look.objects.filter(revision=revision, reviewer=by)
    if own.filter(seen_at__gt=now - LOOK_LASTS).update(seen_at=now):
        return
    # One statement: the same person may open the page in two windows at once.
    Look.objects.bulk_create(
        [Look(revision=revision, reviewer=by, since=now, seen_at=now)],
        update_conflicts=True,
        unique_fields=["revision", "reviewer"],
        update_fields=["since", "seen_at"],
    )


def others(revision: Revision, user: User) -> list[Look]:
    """The looks of everybody else. One query."""
    return list(Look.objects.now().filter(revision=revision).exclude(reviewer=user))
