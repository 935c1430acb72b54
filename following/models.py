"""SavedSearch: an address of the search page that somebody comes back to, and when they did."""

from __future__ import annotations

import datetime
from typing import Final, Self

from django.db import models
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contributions import kinds, selection


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    """Saved searches by meaning."""

    def kept(self) -> Self:
        """Not those taken away a moment ago, which can still be brought back."""
        return self.filter(removed_at=None)

    def of(self, user: User) -> Self:
        return self.filter(user=user)

    def due(self, now: datetime.datetime) -> Self:
        """Alerts whose time has come. Their people may have left: the caller looks."""
        return self.kept().filter(
            models.Q(alert="daily", last_alerted_at__lte=now - SavedSearch.PACES["daily"])
            | models.Q(alert="weekly", last_alerted_at__lte=now - SavedSearch.PACES["weekly"])
        )


class SavedSearch(models.Model):
    """One search of one person. Two addresses that show the same are the same search."""

    class Alert(models.TextChoices):
        """How often news of it are told."""

        NONE = "none", _("no alert")
        DAILY = "daily", _("once a day")
        WEEKLY = "weekly", _("once a week")

    NAME_LENGTH: Final = 120
    # A row of a btree holds 2,700 bytes.
    QUERY_LENGTH: Final = 2_000
    MOST: Final = 60  # for one person
    # An hour less than it says: the timer does not come to the second.
    PACES: Final = {
        "daily": datetime.timedelta(hours=23),
        "weekly": datetime.timedelta(days=7, hours=-1),
    }
    # Longer away than this, and one comes back for another look.
    VISIT: Final = datetime.timedelta(minutes=30)
    # Following is one of these with one value, over all kinds.
    FOLLOWED: Final = ("country", "objective", "tag")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_searches")
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    kind = models.CharField(_("list"), max_length=20, blank=True)  # empty: search in all kinds
    # The query string of its address, in its one canonical form, without order and page.
    query = models.CharField(_("address"), max_length=QUERY_LENGTH, blank=True)
    alert = models.CharField(_("alert"), max_length=6, choices=Alert, default=Alert.WEEKLY)
    # What was published later is new; stays as it is during a visit.
    last_seen_at = models.DateTimeField(_("last look"), default=timezone.now, editable=False)
    visited_at = models.DateTimeField(_("visit"), default=timezone.now, editable=False)
    last_alerted_at = models.DateTimeField(_("last alert"), default=timezone.now, editable=False)
    created_at = models.DateTimeField(_("saved"), default=timezone.now, editable=False)
    removed_at = models.DateTimeField(_("taken away"), null=True, blank=True, editable=False)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        indexes = [
            models.Index(
                fields=["alert", "last_alerted_at"],
                condition=models.Q(removed_at=None),
                name="saved_search_due",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "query"], name="saved_search_once"),
            models.CheckConstraint(
                condition=models.Q(last_seen_at__lte=models.F("visited_at")),
                name="saved_search_seen_before_visit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.name}"

    def get_absolute_url(self) -> str:
        """The page of its results."""
        page = reverse(f"{kinds.get(self.kind).url_namespace}:browse" if self.kind else "search")
        return f"{page}?{self.query}" if self.query else page

    @property
    def selection(self) -> selection.Selection:
        """What it asks for."""
        return selection.read(QueryDict(self.query), self.kind)

    @property
    def is_following(self) -> bool:
        """Whether it stands for a country, an objective or a tag as a whole."""
        pairs = QueryDict(self.query)
        return (
            not self.kind
            and len(pairs) == 1
            and all(name in self.FOLLOWED and len(pairs.getlist(name)) == 1 for name in pairs)
        )
