"""May they? One function for each question; every page, the admin and the workflow ask here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.models import User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from contributions.models import Contribution, Revision, Tagging


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


def can_read(user: User | AnonymousUser, revision: Revision) -> bool:
    """Whether the user may open this one version; asked after `visible_to` let them see the
    contribution.

    Authors and coordinators read all versions; reviewers also what waits for them; everybody
    else the approved ones, each only where its own visibility at that time lets them: a version
    that was for coordinators stays with them when a later one is public.
    """
    member = isinstance(user, User) and user.is_member
    if isinstance(user, User) and member:
        if user.is_coordinator or wrote(user, revision):
            return True
        if user.is_reviewer and revision.state in ("submitted", "in_review"):
            return True
    if revision.state != "approved" or not revision.contribution.is_published:
        return False
    visibility = revision.content.get("visibility")
    if visibility == "public":
        return revision.content.get("operational_detail") != "yes" or member
    if visibility == "members":
        return member
    countries = {str(code) for code in revision.content.get("countries") or []}
    return isinstance(user, User) and member and bool(countries & user.focal_countries)


def can_see_author(user: User | AnonymousUser, revision: Revision) -> bool:
    """Whether the author's function may be told: a lesson may withhold it from all but
    coordinators. It counts for all versions once the published one asks for it.

    Reads contribution.lesson of lessons (select_related it in lists).
    """
    contribution = revision.contribution
    asked = bool(revision.content.get("anonymous_to_members"))
    if contribution.kind == "lesson" and contribution.live_id:
        asked = asked or contribution.lesson.anonymous_to_members
    if not asked:
        return True
    return isinstance(user, User) and (user.is_coordinator or wrote(user, revision))


def can_see_status(user: User | AnonymousUser, contribution: Contribution) -> bool:
    """The way of a text is for its authors and those who answer them."""
    if not isinstance(user, User) or not user.is_member:
        return False
    return user.is_reviewer or contribution.is_written_by(user)


def can_see_queue(user: User | AnonymousUser) -> bool:
    return isinstance(user, User) and user.is_member and user.is_reviewer


def can_tag(user: User | AnonymousUser, contribution: Contribution) -> bool:
    """Members add tags to what is published. That they see it is the caller's `visible_to`."""
    return isinstance(user, User) and user.is_member and contribution.is_published


def can_untag(user: User | AnonymousUser, tagging: Tagging, *, wrote: bool) -> bool:
    """Tags added on the page are taken away by who added them, the authors and coordinators; tags
    of the text change with its versions. `wrote`: did the user write the contribution?"""
    if not isinstance(user, User) or not user.is_member or tagging.tagged_by_id is None:
        return False
    return wrote or user.pk == tagging.tagged_by_id or user.is_coordinator
