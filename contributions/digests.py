"""Digests: one mail a day at most, with everything that is due to a person.

Days are those of TIME_ZONE. What is chosen daily is due at any time; what is chosen weekly is due
once its week has ended, so that a week whose day was missed is made good on the next one. A mail
at once that did not leave is carried along. See docs/adr/0015.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import sending
from accounts.models import Delivery, User
from contributions import mails
from contributions.models import Notification, Pace, Preference
from contributions.models.notification import NotificationQuerySet

# Older news stand in the inbox and are mailed no more.
OLDEST = timedelta(days=14)
# A mail at once that has not left by then goes with the digest.
LATE = timedelta(hours=1)
LONGEST = 200
_KEY = "digest:"


def send_due(now: datetime) -> int:
    """Send the digests of the day that have not left; return how many did.

    Running it twice, at the same time too, sends nothing twice.
    """
    local = timezone.localtime(now)
    if local.hour < settings.DIGEST_HOUR:
        return 0
    day = local.date()
    sent = Delivery.objects.exclude(state=Delivery.State.QUEUED).filter(
        topic=Delivery.DIGEST, key__endswith=f":{day}"
    )
    people = list(
        User.objects.filter(is_active=True, pk__in=_open(now).values("recipient"))
        .exclude(pk__in=sent.values("recipient"))
        .order_by("pk")
    )
    paces = Preference.objects.paces(people)
    return sum(
        send(person, day, now)
        for person in people
        if not person.mail_has_stopped and _due(person, paces[person.pk], now).exists()
    )


def again(delivery: Delivery, now: datetime) -> bool:
    """Try a digest that did not leave once more."""
    day = date.fromisoformat((delivery.key or "").rpartition(":")[2])
    person = delivery.recipient
    return person is not None and send(person, day, now)


def send(person: User, day: date, now: datetime) -> bool:
    """Send the person's digest of the day, once.

    The claim is committed first; then its row stays locked until the mail has left and is marked.
    A program that dies in between leaves the claim behind, and the next run sends with the same
    Message-ID.
    """
    key = f"{_KEY}{person.pk}:{day}"
    Delivery.objects.bulk_create(
        [
            Delivery(
                recipient=person,
                address=person.email,
                topic=Delivery.DIGEST,
                key=key,
                next_try_at=now,
            )
        ],
        ignore_conflicts=True,
    )
    with transaction.atomic():
        delivery = (
            Delivery.objects.due(now)
            .select_for_update(of=("self",), skip_locked=True)
            .filter(key=key)
            .first()
        )
        if delivery is None:
            return False
        paces = Preference.objects.paces([person])[person.pk]
        lines = list(_due(person, paces, now).select_for_update(of=("self",))[:LONGEST])
        if not lines or not person.is_active or person.mail_has_stopped:
            delivery.delete()
            return False
        delivery.address = person.email
        if not sending.attempt(delivery, mails.of_digest(person, lines)):
            return False
        Notification.objects.filter(pk__in=[line.pk for line in lines]).update(mailed_at=now)
        return True


def _open(now: datetime) -> NotificationQuerySet:
    """Lines neither read nor mailed."""
    return Notification.objects.unread().filter(
        mailed_at__isnull=True, created_at__gt=now - OLDEST, created_at__lte=now
    )


def _due(person: User, paces: Mapping[str, Pace], now: datetime) -> NotificationQuerySet:
    """The person's lines that belong into a digest now, and that they (still) may see."""
    at_once, daily, weekly = (
        [topic for topic, pace in paces.items() if pace == wanted]
        for wanted in (Pace.NOW, Pace.DAILY, Pace.WEEKLY)
    )
    due = (
        Q(topic__in=daily)
        | Q(topic__in=weekly, created_at__lt=_end_of_week(now))
        | Q(topic__in=at_once, created_at__lt=now - LATE)
    )
    mine = Notification.objects.for_user(person).filter(pk__in=_open(now).values("pk"))
    return mine.filter(due).order_by("created_at", "pk")


def _end_of_week(now: datetime) -> datetime:
    """The last midnight that ended a week."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=(midnight.weekday() - settings.DIGEST_WEEKDAY) % 7)
