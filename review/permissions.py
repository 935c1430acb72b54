"""May they? Questions about assigning, scoring and talking among reviewers."""

from __future__ import annotations

from accounts.models import User
from contributions import permissions
from contributions.models import Revision
from review.models import Assignment, ReviewerProfile


def can_assign(user: User, revision: Revision) -> bool:
    """Coordinators ask for reviews of what waits and is not their own text."""
    return user.is_coordinator and _is_read_by(user, revision)


def can_take(user: User, revision: Revision) -> bool:
    """Reviewers take a text on themselves."""
    return _is_read_by(user, revision)


def can_hand_over(user: User, assignment: Assignment) -> bool:
    """The reviewer themself, or a coordinator; what has ended stays as it is."""
    return (
        assignment.is_open
        and _is_read_by(user, assignment.revision)
        and (assignment.reviewer_id == user.pk or user.is_coordinator)
    )


def can_talk(user: User, revision: Revision) -> bool:
    """Whether the user reads the notes and scores: reviewers of others' texts, never authors."""
    return permissions.can_review(user, revision)


def can_score(user: User, revision: Revision, profile: ReviewerProfile | None) -> bool:
    """Who may read it as a reviewer and declared no conflict with it, while it waits."""
    return _is_read_by(user, revision) and not (profile and profile.conflict_with(revision))


def can_see_profiles(user: User) -> bool:
    return user.is_member and user.is_coordinator


def _is_read_by(user: User, revision: Revision) -> bool:
    return permissions.can_review(user, revision) and revision.state in Revision.WAITING_STATES
