"""Alerts: a line in the inbox for each saved search in which something new came up."""

from __future__ import annotations

import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from accounts.models import User
from contributions import notifications
from contributions.models import Notification
from contributions.sentence import isolated
from following import news, searches
from following.models import SavedSearch

# What was published this moment may stand in a transaction that is not done; it waits a round.
SETTLING: Final = datetime.timedelta(minutes=1)
# How long a search that was taken away can be brought back.
UNDO: Final = datetime.timedelta(days=1)


def collect(now: datetime.datetime) -> int:
    """Write the alerts that are due; how many lines. Again at once, it writes none.

    One person is one transaction: what was told and up to when stand or fall together.
    """
    searches.follow_merged_tags()
    SavedSearch.objects.filter(removed_at__lt=now - UNDO).delete()
    due = SavedSearch.objects.due(now).filter(user__is_active=True)
    people = User.objects.filter(pk__in=due.values("user")).order_by("pk")
    return sum(_tell(user, now) for user in people.iterator())


@transaction.atomic
def _tell(user: User, now: datetime.datetime) -> int:
    """Two queries, and one for each search while something new was published."""
    waiting = list(
        SavedSearch.objects.due(now).of(user).order_by("pk").select_for_update(skip_locked=True)
    )
    if not waiting:
        return 0
    until = now - SETTLING
    since = min(saved.last_alerted_at for saved in waiting)
    fresh = news.published_between(user, since, until)
    lines = 0
    for saved in waiting:
        saved.user = user
        number = news.matching(saved, saved.last_alerted_at, fresh)
        if number:
            _write(saved, number)
            lines += 1
        saved.last_alerted_at = max(until, saved.last_alerted_at)
    SavedSearch.objects.bulk_update(waiting, ["last_alerted_at"])
    return lines


def _write(saved: SavedSearch, number: int) -> None:
    """The number and the person's own words for the search; no title, which may be hidden soon."""
    with translation.override(saved.user.language or settings.LANGUAGE_CODE):
        said = ngettext(
            "%(number)d new result for “%(name)s”.",
            "%(number)d new results for “%(name)s”.",
            number,
        )
        text = said % {"number": number, "name": isolated(saved.name)}
    notifications.send(
        [saved.user],
        Notification.Topic.ALERT,
        None,
        text=text,
        link=reverse("following:run", args=[saved.pk]),
    )
