"""What the queue and the page of one submission read, and how they name its author."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _t

from accounts.models import User
from contributions import history, kinds, permissions, rendering
from contributions.models import Contribution, Revision
from contributions.models.revision import RevisionQuerySet
from review.models import Look

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def sent_to(user: User | AnonymousUser) -> RevisionQuerySet:
    """What was sent (drafts belong to their authors) of what the person may see; closed versions
    are for coordinators."""
    seen = Contribution.objects.visible_to(user)
    found = Revision.objects.exclude(submitted_at=None).filter(contribution__in=seen)
    if isinstance(user, User) and user.is_coordinator:
        return found
    return found.filter(closed_at=None)


def whole(user: User | AnonymousUser) -> QuerySet[Revision]:
    """The same with all that the page of one submission reads of people. Two queries."""
    return (
        sent_to(user)
        .select_related(
            "contribution__live",
            "contribution__lesson",
            "contribution__owner",
            "author__country",
            "review_plan__waived_by__country",
        )
        .prefetch_related("contribution__co_authors")
    )


def others_for(user: User, revision: Revision) -> RevisionQuerySet:
    """What this person may answer next, longest waiting first; never an own text."""
    others = sent_to(user).filter(state__in=Revision.WAITING_STATES).exclude(pk=revision.pk)
    return others.not_written_by(user).order_by("submitted_at", "pk")


def base_of(revision: Revision) -> Revision | None:
    """The published version that this one would replace. Reads contribution.live."""
    live = revision.contribution.live
    return live if live and live.pk != revision.pk else None


def in_words(user: User, versions: list[Revision]) -> list[list[rendering.ShownSection]]:
    """Versions of one contribution for this reader; a withheld author is not named in any."""
    kind = kinds.get(versions[0].contribution.kind)
    texts = rendering.several(kind, [version.content for version in versions])
    for version in versions:
        version.contribution = versions[0].contribution
    if all(permissions.can_see_author(user, version) for version in versions):
        return texts
    return [history.without_names(parts) for parts in texts]


def author_words(revision: Revision) -> str:
    """Function and country of the author; withheld where the text asks for it.

    Coordinators know who it is from the record's owner; the queue is also read by reviewers.
    """
    if revision.content.get("anonymous_to_members"):
        return _t("Name withheld on request")
    return revision.author.public_function


def reviewer_words(person: User) -> str:
    """A reviewer as other reviewers see them: the name, or the function. Reads person.country."""
    return person.name or person.public_function


def look_words(look: Look) -> str:
    return _t("%(who)s is looking at it since %(time)s") % {
        "who": reviewer_words(look.reviewer),
        "time": date_format(timezone.localtime(look.since), "H:i"),
    }
