"""What the community forgets: drafts at rest, texts due to be looked at, texts nobody confirmed.

Each function writes inbox lines and returns their number; running it again, or twice at the same
time, writes none until there is a new reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from contributions import notifications
from contributions.models import (
    Contribution,
    ContributionQuerySet,
    Notification,
    Revision,
)
from contributions.models.contribution import STALE_AFTER

DRAFT_RESTS = timedelta(days=14)
# Coordinators get one line about all texts that grew old, not more often than this.
OVERVIEW_EVERY = timedelta(days=30)
_LOCK = 7_205_002

Told = dict[tuple[int | None, int], datetime]


@transaction.atomic
def drafts(now: datetime) -> int:
    """Remind authors of what they began and have not touched for two weeks, once per silence."""
    told = _told("draft")
    resting = (
        Revision.objects.editable()
        .filter(updated_at__lt=now - DRAFT_RESTS)
        .select_related("contribution__owner", "author")
        .prefetch_related("contribution__co_authors")
        .order_by("pk")
    )
    written = 0
    for revision in resting:
        if not revision.title and not revision.lock:
            continue  # somebody only looked at the form
        contribution = revision.contribution
        people = _unique(notifications.authors(contribution), [revision.author])
        people = _untold(people, contribution, told, since=revision.updated_at)
        link = reverse("contributions:edit", args=[contribution.code])
        _send(people, "draft", contribution, text=revision.title, link=link)
        written += len(people)
    return written


@transaction.atomic
def due_reviews(now: datetime) -> int:
    """Tell authors and coordinators that the day has come to look at a text again."""
    told, coordinators = _told("review_due"), _coordinators()
    due = _published().filter(review_due_on__lte=timezone.localtime(now).date())
    written = 0
    for contribution in due:
        day = _midnight(contribution.review_due_on)
        people = _unique(notifications.authors(contribution), coordinators)
        people = _untold(people, contribution, told, since=day)
        _send(people, "review_due", contribution)
        written += len(people)
    return written


@transaction.atomic
def unconfirmed(now: datetime) -> int:
    """Ask authors whether a text is still right that nobody has confirmed for two years.

    Coordinators get one line for all such texts.
    """
    told, coordinators = _told("unconfirmed"), _coordinators()
    written, newest = 0, None
    for contribution in _published().stale(timezone.localtime(now).date()):
        people = [u for u in notifications.authors(contribution) if u not in coordinators]
        since = _midnight(contribution.confirmed_on)
        people = _untold(people, contribution, told, since=since)
        _send(people, "unconfirmed", contribution)
        written += len(people)
        newest = max(newest or since, since)
    if newest is None:
        return written
    return written + _overview(coordinators, now, newest + STALE_AFTER)


def _overview(coordinators: list[User], now: datetime, newest: datetime) -> int:
    """One line for all old texts, where one grew old (`newest`) since the last such line."""
    told = _told("unconfirmed_all")
    people = [
        user
        for user in coordinators
        if (None, user.pk) not in told or told[None, user.pk] < min(newest, now - OVERVIEW_EVERY)
    ]
    link = reverse("admin:contributions_contribution_changelist") + "?missing=unconfirmed"
    _send(people, "unconfirmed_all", None, link=link)
    return len(people)


def _published() -> ContributionQuerySet:
    relations = Contribution.objects.select_related("owner").prefetch_related("co_authors")
    return relations.published().order_by("pk")


def _send(
    people: list[User], variant: str, contribution: Contribution | None, *, text: str = "",
    link: str = "",
) -> None:  # fmt: skip
    if people:
        notifications.send(
            people, Notification.Topic.REMINDER, contribution,
            text=text, link=link, variant=variant,
        )  # fmt: skip


def _told(variant: str) -> Told:
    """When whom was last reminded of what. Waits for whoever writes reminders at the same time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    lines = Notification.objects.filter(topic=Notification.Topic.REMINDER, variant=variant)
    rows = lines.values_list("contribution", "recipient").annotate(last=Max("created_at"))
    return {(contribution, recipient): last for contribution, recipient, last in rows}


def _untold(
    people: Iterable[User], contribution: Contribution, told: Told, *, since: datetime
) -> list[User]:
    """Those not reminded of this text since then."""
    return [
        user
        for user in people
        if (contribution.pk, user.pk) not in told or told[contribution.pk, user.pk] < since
    ]


def _unique(*people: Iterable[User]) -> list[User]:
    return list({user.pk: user for some in people for user in some if user.is_active}.values())


def _coordinators() -> list[User]:
    return list(User.objects.with_role("coordinator", "administrator").order_by("pk"))


def _midnight(day: date | None) -> datetime:
    """The beginning of a day; the beginning of time for none."""
    return timezone.make_aware(datetime.combine(day or date(1970, 1, 1), time.min))
