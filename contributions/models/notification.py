"""Notification: a line in somebody's inbox. The inbox is the truth; mail only repeats it."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contributions.models.contribution import Contribution
from contributions.models.revision import Decision


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Inbox lines by meaning."""

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def for_user(self, user: User) -> Self:
        """The user's lines about things the user may (still) see, newest first."""
        return (
            self.filter(
                models.Q(contribution__isnull=True)
                | models.Q(contribution__in=Contribution.objects.visible_to(user)),
                recipient=user,
            )
            .select_related("contribution", "decision")
            .order_by("-created_at", "-pk")
        )


class Notification(models.Model):
    """Told to one person: something was decided, sent, answered, hidden."""

    class Topic(models.TextChoices):
        DECISION = "decision", _("a decision on your text")
        WAITING = "waiting", _("a text waits for review")
        COMMENT = "comment", _("a comment on your text")
        REPLY = "reply", _("an answer to your comment")
        HIDDEN = "hidden", _("your comment was hidden")
        TAG = "tag", _("a tag you proposed")

    recipient = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications")
    topic = models.CharField(_("topic"), max_length=12, choices=Topic)
    contribution = models.ForeignKey(
        Contribution, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    decision = models.ForeignKey(
        Decision, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    # Words of a person (a reason, the start of a comment); the sentence around it is made at reading.
    text = models.TextField(_("text"), blank=True)
    # Fragment on the contribution's page, e.g. "comment-12".
    anchor = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    read_at = models.DateTimeField(_("read"), null=True, blank=True, editable=False)
    mailed_at = models.DateTimeField(_("mailed"), null=True, blank=True, editable=False)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        indexes = [
            models.Index(fields=["recipient", "-created_at"], name="notification_inbox"),
            # The count in the masthead of every page of a signed-in person.
            models.Index(
                fields=["recipient"],
                condition=models.Q(read_at__isnull=True),
                name="notification_unread",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} → {self.recipient_id}"
