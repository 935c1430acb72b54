"""May they? One function for each question; every page, the admin and the workflow ask here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.models import User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from contributions.models import Contribution, Revision


def can_contribute(user: User | AnonymousUser) -> bool:
    """Every admitted member writes."""
    return isinstance(user, User) and user.is_member


def can_edit(user: User | AnonymousUser, contribution: Contribution) -> bool:
    """Authors edit what they wrote; coordinators may begin a new version of anything published."""
    if not isinstance(user, User) or not user.is_member:
        return False
    return contribution.is_written_by(user) or (user.is_coordinator and contribution.is_published)


def wrote(user: User, revision: Revision) -> bool:
    """Whether the text is the user's own: written by them or for their contribution."""
    return revision.author_id == user.pk or revision.contribution.is_written_by(user)


def can_send(user: User, revision: Revision) -> bool:
    """Only authors send a text for review, withdraw it and take it up again."""
    return user.is_member and wrote(user, revision)


def can_review(user: User, revision: Revision) -> bool:
    """Reviewers and coordinators read and answer what is not their own."""
    return user.is_member and user.is_reviewer and not wrote(user, revision)


def can_decide(user: User, revision: Revision) -> bool:
    """Coordinators publish and decline; nobody decides on own text."""
    return user.is_member and user.is_coordinator and not wrote(user, revision)


def can_publish_directly(user: User, revision: Revision) -> bool:
    """A focal point publishes efforts of the own country, and of no other, without review.

    Both the text as written and the published row are looked at, so that an effort cannot be
    carried over from or to another country.
    """
    contribution = revision.contribution
    if contribution.kind != "effort" or not user.is_member or not wrote(user, revision):
        return False
    written = {str(code) for code in revision.content.get("countries") or []}
    published = {country.pk for country in contribution.countries.all()}
    return len(written) == 1 and (written | published) <= user.focal_countries


def can_import(user: User, revision: Revision) -> bool:
    """Administrators publish what a published report says, with its source, without review."""
    return user.is_administrator and revision.content.get("form") == "report"


def can_archive(user: User, revision: Revision) -> bool:
    """Coordinators archive and restore what is published; authors ask them to."""
    return user.is_member and user.is_coordinator


def can_see_queue(user: User | AnonymousUser) -> bool:
    return isinstance(user, User) and user.is_member and user.is_reviewer
