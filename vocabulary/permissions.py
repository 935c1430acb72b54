"""Who may do what with the vocabulary."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def can_propose(user: User | AnonymousUser) -> bool:
    """Every member may propose a concept; it is shown as proposed until someone decides."""
    return bool(user.is_authenticated and user.is_member)


def can_curate(user: User | AnonymousUser) -> bool:
    """Coordinators keep the vocabulary: accept, reject, merge, add labels."""
    return bool(user.is_authenticated and user.is_coordinator)


def can_look(user: User | AnonymousUser) -> bool:
    """Reviewers see the vocabulary in the admin, with its proposals, and change nothing."""
    return bool(user.is_authenticated and user.is_reviewer)
