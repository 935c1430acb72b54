"""The number of unread inbox lines, in the masthead of every page of a signed-in person: asked once
for a request, where possible within another statement of the page."""

from __future__ import annotations

from typing import Final

from django.db.models import Count, IntegerField, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from contributions.models import Notification

# Where the person of the request keeps it.
_KEPT: Final = "_unread_lines"


def number(user: User) -> Coalesce:
    """The number as an expression, for a statement that finds something else."""
    lines = Notification.objects.for_user(user).unread().order_by().values("recipient")
    counted = lines.annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def keep(user: User, found: int) -> None:
    """What `number` came to; it stays for the request."""
    setattr(user, _KEPT, found)


def is_kept(user: User) -> bool:
    return hasattr(user, _KEPT)


def of(user: User) -> int:
    """One query, none where it is kept."""
    if not is_kept(user):
        keep(user, Notification.objects.for_user(user).unread().count())
    found: int = getattr(user, _KEPT)
    return found
