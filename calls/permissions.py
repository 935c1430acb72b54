"""Who may do what with calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.models import User
from calls.models import Call
from contributions import permissions
from contributions.models import Contribution, Revision

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


def can_choose(user: User | AnonymousUser, contribution: Contribution) -> bool:
    """Authors say which call a draft answers, and that it answers none. One query at most
    (co-authors)."""
    return permissions.can_contribute(user) and contribution.is_written_by(user)


def is_chosen_still(contribution: Contribution) -> bool:
    """While it waits for review it stands as it was sent; what is published stays with its call."""
    return (
        contribution.status == Contribution.Status.DRAFT
        and contribution.open_state in Revision.EDITABLE_STATES
    )
