"""What the queue and the page of one submission read, and how they name its author."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.translation import gettext as _t

from accounts.models import User
from contributions.models import Contribution, Revision

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def sent_to(user: User | AnonymousUser) -> QuerySet[Revision]:
    """What was sent (drafts belong to their authors) of what the person may see."""
    seen = Contribution.objects.visible_to(user)
    return Revision.objects.exclude(submitted_at=None).filter(contribution__in=seen)


def author_words(revision: Revision) -> str:
    """Function and country of the author; withheld where the text asks for it.

    Coordinators know who it is from the record's owner; the queue is also read by reviewers.
    """
    if revision.content.get("anonymous_to_members"):
        return _t("Name withheld on request")
    return revision.author.public_function
