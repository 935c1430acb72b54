"""May they comment, answer, hide?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.models import User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from contributions.models import Contribution


def can_comment(user: User | AnonymousUser, contribution: Contribution) -> bool:
    """Members talk about what is published. That they see it is the caller's `visible_to`."""
    return isinstance(user, User) and user.is_member and contribution.is_published


def can_hide(user: User | AnonymousUser) -> bool:
    """Coordinators hide comments and show them again."""
    return isinstance(user, User) and user.is_coordinator


def can_look(user: User | AnonymousUser) -> bool:
    """Reviewers read the list in the admin, without names and without hidden texts."""
    return isinstance(user, User) and user.is_reviewer
