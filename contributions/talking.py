"""The talk between the authors of a submission and those who review it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _t

from accounts.models import User
from contributions import notifications, permissions
from contributions.models import Contribution, Message, Notification

MAX_MESSAGE = 5_000


@dataclass(frozen=True)
class Said:
    """A message as its readers see it: authors as authors, reviewers by function."""

    pk: int
    who: str
    is_author: bool
    text: str
    when: datetime


def messages(contribution: Contribution) -> list[Said]:
    """The talk from its beginning. Two queries, one with prefetched co-authors. That the reader
    may see it is the caller's `permissions.can_talk`."""
    writers = {contribution.owner_id, *(user.pk for user in contribution.co_authors.all())}
    found = contribution.messages.select_related("by__country").order_by("created_at", "pk")
    return [
        Said(
            pk=message.pk,
            who=_t("Author") if message.by_id in writers else message.by.public_function,
            is_author=message.by_id in writers,
            text=message.text,
            when=message.created_at,
        )
        for message in found
    ]


@transaction.atomic
def say(contribution: Contribution, *, by: User, text: str) -> Message:
    """Add a message and tell the other side: authors hear reviewers; those who review it already
    hear the authors (coordinators where nobody does yet). Raises PermissionDenied."""
    if not permissions.can_talk(by, contribution):
        raise PermissionDenied
    # A double click sends the same words twice.
    last = contribution.messages.order_by("-pk").first()
    if last is not None and (last.by_id, last.text) == (by.pk, text):
        return last
    message = Message.objects.create(contribution=contribution, by=by, text=text)
    if contribution.is_written_by(by):
        hearers = _reviewers_of(contribution)
    else:
        hearers = notifications.authors(contribution, but=by)
    notifications.send(
        hearers,
        Notification.Topic.QUESTION,
        contribution,
        text=text,
        anchor=f"message-{message.pk}",
    )
    return message


def _reviewers_of(contribution: Contribution) -> list[User]:
    """Who decided or said something about it; else all coordinators."""
    writers = {contribution.owner_id, *contribution.co_authors.values_list("pk", flat=True)}
    involved = {
        *contribution.decisions.exclude(by__in=writers).values_list("by", flat=True),
        *contribution.messages.exclude(by__in=writers).values_list("by", flat=True),
    }
    people = [
        user
        for user in User.objects.filter(pk__in=involved, is_active=True)
        if permissions.can_talk(user, contribution)
    ]
    if people:
        return people
    coordinators = User.objects.with_role("coordinator")
    return [user for user in coordinators if user.is_active and user.pk not in writers]
