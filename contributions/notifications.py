"""Who is told what: a line in the inbox first, then a mail at the pace the person chose."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from accounts import mailing
from accounts.models import Delivery, User
from contributions import permissions, tasks
from contributions.models import (
    Contribution,
    Decision,
    Notification,
    Pace,
    Preference,
    Revision,
)

# Steps the authors hear of. Their own steps are not told to themselves.
_TOLD_TO_AUTHORS = frozenset(
    {"review", "request_changes", "approve", "decline", "archive", "restore", "close", "reopen"}
)
# What only makes sense while a text waits.
_WHILE_WAITING = (
    Notification.Topic.WAITING,
    Notification.Topic.ASSIGNED,
    Notification.Topic.OVERDUE,
)


def tell(decision: Decision) -> None:
    """Tell the authors of a decision, or the reviewers and focal points that a text waits."""
    if decision.to_state not in Revision.WAITING_STATES:
        asking = Notification.objects.filter(topic__in=_WHILE_WAITING)
        asking.filter(decision__revision=decision.revision).settle()
    if decision.action == "submit":
        _tell_focal_points(decision)
        waiting = (
            User.objects.filter(is_active=True)
            .filter(Q(groups__name__in=("coordinator", "administrator", "reviewer")))
            .distinct()
        )
        send(
            [user for user in waiting if permissions.can_review(user, decision.revision)],
            Notification.Topic.WAITING,
            decision.contribution,
            decision=decision,
        )
    elif decision.action in _TOLD_TO_AUTHORS:
        send(
            authors(decision.contribution, but=decision.by),
            Notification.Topic.DECISION,
            decision.contribution,
            decision=decision,
            text=decision.note or "\n".join(p.text for p in decision.points.order_by("position")),
        )
    elif decision.action in Decision.INTERNAL:
        _tell_who_decides(decision)


def _tell_who_decides(decision: Decision) -> None:
    """A recommendation is for those who may act on it."""
    coordinators = User.objects.with_role("coordinator").exclude(pk=decision.by_id)
    send(
        [user for user in coordinators if permissions.can_decide(user, decision.revision)],
        Notification.Topic.WAITING,
        decision.contribution,
        decision=decision,
        text=decision.note,
        variant=decision.action,
    )


def _tell_focal_points(decision: Decision) -> None:
    """Those who speak for a country of the text, each once, but not its authors."""
    countries = decision.revision.content.get("countries") or []
    people = User.objects.filter(is_active=True, focal_points__country__in=countries).distinct()
    send(
        [
            user
            for user in people
            if permissions.hears_of_country(user, decision.revision)
            and not permissions.wrote(user, decision.revision)
        ],
        Notification.Topic.COUNTRY,
        decision.contribution,
        decision=decision,
    )


def authors(contribution: Contribution, *, but: User | None = None) -> list[User]:
    """Owner and co-authors, without the one who acts. Two queries."""
    people = {contribution.owner_id: contribution.owner}
    people |= {user.pk: user for user in contribution.co_authors.all()}
    return [user for user in people.values() if user.is_active and (not but or user.pk != but.pk)]


def send(
    recipients: Iterable[User],
    topic: Notification.Topic,
    contribution: Contribution | None,
    *,
    decision: Decision | None = None,
    text: str = "",
    anchor: str = "",
    link: str = "",
    variant: str = "",
) -> None:
    """Write the inbox lines and queue their mails, in the transaction of their cause.

    `anchor` is a place on the contribution's page, `link` the path of another page, `variant`
    names one of several sentences of the topic.
    """
    lines = Notification.objects.bulk_create(
        Notification(
            recipient=user,
            topic=topic,
            contribution=contribution,
            decision=decision,
            text=text,
            anchor=anchor,
            link=link,
            variant=variant,
        )
        for user in recipients
    )
    _mail_at_once(lines)


def _mail_at_once(lines: list[Notification]) -> None:
    """Queue the mails of those who want this topic at once; digests look for the others."""
    wanted = Preference.objects.paces([line.recipient for line in lines])
    chosen = [
        line
        for line in lines
        if wanted[line.recipient_id][line.topic] == Pace.NOW
        and line.recipient.is_active
        and not line.recipient.mail_has_stopped
    ]
    Delivery.objects.bulk_create(
        Delivery(
            recipient=line.recipient,
            address=line.recipient.email,
            topic=line.topic,
            key=tasks.key_of(line),
            # The worker sends it at once; the timer looks after it where no worker does.
            next_try_at=timezone.now() + mailing.FIRST_LOOK,
        )
        for line in chosen
    )
    for line in chosen:
        tasks.mail_notification.enqueue(line.pk)
