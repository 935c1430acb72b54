"""Preference: at which pace a person wants mail about a topic; the inbox has everything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contributions.models.notification import Notification

Topic = Notification.Topic


class Pace(models.TextChoices):
    NOW = "now", _("At once")
    DAILY = "daily", _("Once a day")
    WEEKLY = "weekly", _("Once a week")
    NEVER = "never", _("No mail")


# What holds until a person chooses: decisions and direct questions at once, the rest in one daily
# mail; reviewers and coordinators are mailed only what waits for them or what they asked for.
# The first pace is for members, the second for reviewers and coordinators.
DEFAULTS: dict[str, tuple[Pace, Pace]] = {
    Topic.DECISION: (Pace.NOW, Pace.NOW),
    Topic.QUESTION: (Pace.NOW, Pace.NOW),
    Topic.INVITED: (Pace.NOW, Pace.NOW),
    Topic.HIDDEN: (Pace.NOW, Pace.NOW),
    Topic.ASSIGNED: (Pace.NOW, Pace.NOW),
    Topic.WAITING: (Pace.DAILY, Pace.DAILY),
    Topic.OVERDUE: (Pace.DAILY, Pace.DAILY),
    Topic.COUNTRY: (Pace.DAILY, Pace.DAILY),
    Topic.REMINDER: (Pace.DAILY, Pace.DAILY),
    Topic.ALERT: (Pace.DAILY, Pace.DAILY),
    Topic.COMMENT: (Pace.DAILY, Pace.NEVER),
    Topic.REPLY: (Pace.DAILY, Pace.NEVER),
    Topic.TAKEN_OVER: (Pace.DAILY, Pace.NEVER),
    Topic.TAG: (Pace.DAILY, Pace.NEVER),
    Topic.ENDORSED: (Pace.DAILY, Pace.NEVER),
    Topic.CALL: (Pace.DAILY, Pace.NEVER),
}

_REVIEWERS = Q(is_superuser=True) | Q(groups__name__in=("reviewer", "coordinator", "administrator"))


class PreferenceQuerySet(models.QuerySet["Preference"]):
    """What people chose, and what holds."""

    def paces(self, users: Iterable[User]) -> dict[int, dict[str, Pace]]:
        """For each user's key the pace of every topic. Two queries for any number of people."""
        keys = [user.pk for user in users]
        if not keys:
            return {}
        reviewers = set(
            User.objects.filter(_REVIEWERS, pk__in=keys).values_list("pk", flat=True).distinct()
        )
        paces = {key: defaults(reviews=key in reviewers) for key in keys}
        for key, topic, pace in self.filter(user__in=keys).values_list("user", "topic", "pace"):
            paces[key][topic] = Pace(pace)
        return paces

    def choose(self, user: User, chosen: Mapping[str, str]) -> None:
        """Keep what differs from the default, forget what equals it. Four queries at most."""
        usual = defaults(reviews=user.is_reviewer)
        different = {topic: pace for topic, pace in chosen.items() if usual.get(topic) != pace}
        self.filter(user=user, topic__in=chosen.keys() - different.keys()).delete()
        self.bulk_create(
            [Preference(user=user, topic=topic, pace=pace) for topic, pace in different.items()],
            update_conflicts=True,
            unique_fields=["user", "topic"],
            update_fields=["pace"],
        )


def defaults(*, reviews: bool) -> dict[str, Pace]:
    """The pace of every topic for somebody who chose nothing."""
    return {str(topic): pair[reviews] for topic, pair in DEFAULTS.items()}


def topics_for(user: User) -> list[str]:
    """The topics this person can ever be told of, in the order of the page."""
    left_out = set()
    if not user.is_reviewer:
        left_out |= {Topic.WAITING, Topic.ASSIGNED, Topic.OVERDUE}
    if not user.is_focal_point:
        left_out |= {Topic.COUNTRY}
    return [topic for topic in Topic.values if topic not in left_out]


class Preference(models.Model):
    """One person's pace of one topic, where it differs from the default."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="preferences")
    topic = models.CharField(_("topic"), max_length=20, choices=Topic)
    pace = models.CharField(_("mail"), max_length=10, choices=Pace)

    objects = PreferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("choice of mails")
        verbose_name_plural = _("choices of mails")
        constraints = [
            models.UniqueConstraint(fields=["user", "topic"], name="preference_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.topic} {self.pace}"
