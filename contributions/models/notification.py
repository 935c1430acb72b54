"""Notification: a line in somebody's inbox. The inbox is the truth; mail only repeats it."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
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
            .select_related("contribution", "decision__revision")
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
    # Words of a person (a reason, the start of a comment); `sentence` is made at reading.
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

    def get_absolute_url(self) -> str:
        """Where the reader can do something about it."""
        if self.topic == self.Topic.WAITING and self.decision is not None:
            return reverse(
                "admin:contributions_revision_moderate", args=[self.decision.revision_id]
            )
        if self.contribution is None:
            return reverse("contributions:inbox")
        if self.topic == self.Topic.DECISION:
            return reverse("contributions:status", args=[self.contribution.code])
        anchor = f"#{self.anchor}" if self.anchor else ""
        return f"{self.contribution.get_absolute_url()}{anchor}"

    @property
    def title(self) -> str:
        """Of what it is about: as decided, else as published. Reads decision.revision."""
        if self.decision is not None and self.decision.revision.title:
            return self.decision.revision.title
        if self.contribution is None:
            return ""
        return self.contribution.title or self.contribution.code

    def sentence(self) -> str:
        """What happened, in the active language; the same words in the inbox and in the mail."""
        key = self.topic
        if self.topic == self.Topic.DECISION and self.decision is not None:
            key = self.decision.action
        sentence = _SENTENCES.get(key, gettext_noop("There is news about “%(title)s”."))
        return gettext(sentence) % {"title": self.title}


_SENTENCES = {
    "review": gettext_noop("Somebody has begun to review “%(title)s”."),
    "request_changes": gettext_noop("A change is asked for in “%(title)s”."),
    "approve": gettext_noop("“%(title)s” is approved and published."),
    "decline": gettext_noop("“%(title)s” was declined."),
    "archive": gettext_noop("“%(title)s” was archived: it is not shown any more."),
    "restore": gettext_noop("“%(title)s” is shown again."),
    Notification.Topic.WAITING: gettext_noop("“%(title)s” waits for review."),
    Notification.Topic.COMMENT: gettext_noop("There is a comment on “%(title)s”."),
    Notification.Topic.REPLY: gettext_noop("Your comment on “%(title)s” was answered."),
    Notification.Topic.HIDDEN: gettext_noop("Your comment on “%(title)s” was hidden."),
    Notification.Topic.TAG: gettext_noop("There is an answer about a tag you proposed."),
}
