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


def can_invite(user: User | AnonymousUser, contribution: Contribution) -> bool:
    """Authors ask others to write with them; coordinators who only revise a text do not."""
    return isinstance(user, User) and user.is_member and contribution.is_written_by(user)


def can_remove_author(user: User, contribution: Contribution, person: User) -> bool:
    """The owner takes co-authors away; co-authors leave by themselves. The owner stays."""
    if not user.is_member or person.pk == contribution.owner_id:
        return False
    return user.pk in (contribution.owner_id, person.pk)


def can_send(user: User, revision: Revision) -> bool:
    """Only authors send a text for review, withdraw it and take it up again."""
    return user.is_member and wrote(user, revision)


def can_review(user: User, revision: Revision) -> bool:
    """Reviewers and coordinators read and answer what is not their own."""
    return user.is_member and user.is_reviewer and not wrote(user, revision)


def can_decide(user: User, revision: Revision) -> bool:
    """Coordinators publish and decline; nobody decides on own text. Whether they may do so alone
    say `can_approve` and `can_decline`."""
    return user.is_member and user.is_coordinator and not wrote(user, revision)


def is_concerned(user: User, revision: Revision) -> bool:
    """Whether the record is one of the user's own country (the country of the person, or one they
    speak for). International records belong to no country. One query at most, besides roles."""
    own = set(user.focal_countries)
    if user.country_id:
        own.add(user.country_id)
    if not own or _is_international(revision):
        return False
    return bool(own & countries_of(revision))


def _is_international(revision: Revision) -> bool:
    """Both the text as written and the published row, as with countries."""
    contribution = revision.contribution
    return bool(revision.content.get("international")) and (
        contribution.live_id is None or contribution.international
    )


def countries_of(revision: Revision) -> set[str]:
    """Codes of the countries that the text names and those of the published row. One query."""
    written = {str(code) for code in revision.content.get("countries") or []}
    return written | {country.pk for country in revision.contribution.countries.all()}


def can_recommend(user: User, revision: Revision) -> bool:
    """Reviewers and coordinators from elsewhere say what they would decide."""
    return can_review(user, revision) and not is_concerned(user, revision)


def can_approve(user: User, revision: Revision) -> bool:
    """Of the own country's record only where somebody from elsewhere recommends it, too."""
    return can_decide(user, revision) and not needs_second(user, revision, "recommend")


def can_decline(user: User, revision: Revision) -> bool:
    return can_decide(user, revision) and not needs_second(user, revision, "advise_against")


def needs_second(user: User, revision: Revision, recommendation: str) -> bool:
    """Whether a second person has yet to agree before this one may decide. A recommendation
    counts for the text as it was sent last. Three queries at most."""
    if not is_concerned(user, revision):
        return False
    said = revision.decisions.filter(action=recommendation).exclude(by=user)
    last_sent = (
        revision.decisions.filter(action="submit").order_by("-pk").values_list("pk", flat=True)
    )
    return not said.filter(pk__gt=last_sent.first() or 0).exists()


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
    """Coordinators take away what is published, and close old versions, at once and whosever it
    is: harm does not wait for a second person."""
    return user.is_member and user.is_coordinator


def can_confirm(user: User, revision: Revision) -> bool:
    return can_vouch(user, revision.contribution)


def can_vouch(user: User, contribution: Contribution) -> bool:
    """Authors, the focal points of its countries and coordinators say that it is still right."""
    if not user.is_member:
        return False
    countries = {country.pk for country in contribution.countries.all()}
    return (
        user.is_coordinator
        or bool(countries & user.focal_countries)
        or contribution.is_written_by(user)
    )


def can_restore(user: User, revision: Revision) -> bool:
    """What was taken away is shown again by somebody who neither wrote it nor is concerned."""
    return can_decide(user, revision) and not is_concerned(user, revision)


def can_read(user: User | AnonymousUser, revision: Revision) -> bool:
    """Whether the user may open this one version; asked after `visible_to` let them see the
    contribution.

    Coordinators read all versions, authors all but closed ones; reviewers also what waits for
    them, focal points what waits and is about their country; everybody else the approved ones,
    each only where its own visibility at that time lets them: a version that was for
    coordinators stays with them when a later one is public.
    """
    member = user if isinstance(user, User) and user.is_member else None
    if member and member.is_coordinator:
        return True
    if revision.closed_at is not None:
        return False
    if member and (wrote(member, revision) or _reads_waiting(member, revision)):
        return True
    if revision.state != "approved" or not revision.contribution.is_published:
        return False
    return _was_open_to(member, revision)


def _reads_waiting(user: User, revision: Revision) -> bool:
    if revision.state not in ("submitted", "in_review"):
        return False
    return user.is_reviewer or hears_of_country(user, revision)


def hears_of_country(user: User, revision: Revision) -> bool:
    """Focal points hear of what is written about their country and may endorse it. Where the
    author asks to stay unnamed they hear nothing before it is published: in a small service the
    text alone tells who wrote it."""
    if revision.content.get("anonymous_to_members"):
        return False
    countries = {str(code) for code in revision.content.get("countries") or []}
    return user.is_member and bool(countries & user.focal_countries)


def _was_open_to(member: User | None, revision: Revision) -> bool:
    """Whether the version's own visibility lets them read it."""
    visibility = revision.content.get("visibility")
    if visibility == "public":
        return revision.content.get("operational_detail") != "yes" or member is not None
    if visibility == "members":
        return member is not None
    countries = {str(code) for code in revision.content.get("countries") or []}
    return member is not None and bool(countries & member.focal_countries)


def can_talk(user: User | AnonymousUser, contribution: Contribution) -> bool:
    """The talk about a submission is for its authors and those who review it."""
    return can_see_status(user, contribution)


def can_endorse(user: User | AnonymousUser, revision: Revision) -> bool:
    """Focal points endorse what is about their country and not their own, while it waits or is
    published. That they may read it is the caller's `can_read`."""
    if not isinstance(user, User) or not user.is_member or wrote(user, revision):
        return False
    is_live = revision.contribution.is_published and revision.contribution.live_id == revision.pk
    waits = revision.state in ("submitted", "in_review") and hears_of_country(user, revision)
    return (is_live or waits) and bool(endorsable_countries(user, revision))


def endorsable_countries(user: User, revision: Revision) -> set[str]:
    """Codes of the record's countries that the user speaks for."""
    countries = {str(code) for code in revision.content.get("countries") or []}
    return countries & user.focal_countries


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
