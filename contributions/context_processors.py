"""What every page shows of the signed-in person's contributions."""

from __future__ import annotations

from django.http import HttpRequest

from contributions.models import Notification


def inbox(request: HttpRequest) -> dict[str, int]:
    """The number of unread inbox lines. One query for signed-in people, none for visitors."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"unread_count": 0}
    return {"unread_count": Notification.objects.for_user(user).unread().count()}
