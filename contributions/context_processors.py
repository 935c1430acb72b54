"""What every page shows of the signed-in person's contributions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest

from contributions import unread


def inbox(request: HttpRequest) -> dict[str, int | Callable[[], int]]:
    """The number of unread inbox lines: nothing for visitors. For others a function, since the
    page may ask it together with something else before the masthead does. One query at most."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"unread_count": 0}
    return {"unread_count": partial(unread.of, user)}
