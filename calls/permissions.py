"""Who may do what with calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.models import User
from calls.models import Call
from contributions import permissions

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def can_manage(user: User | AnonymousUser) -> bool:
    """Coordinators prepare, open and close calls."""
    return isinstance(user, User) and user.is_member and user.is_coordinator


def can_ask(user: User | AnonymousUser) -> bool:
    """Whoever may contribute may have a question put to all: coordinators open it as a call."""
    return permissions.can_contribute(user)


def can_answer(user: User | AnonymousUser, call: Call) -> bool:
    """Whoever may contribute, while the call is open: a call that names countries refuses nobody,
    since people know practices of other places too."""
    return call.is_open and permissions.can_contribute(user)
