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

    def settle(self) -> int:
        """What they ask for is done: they count as read and are not mailed any more."""
        return self.unread().update(read_at=timezone.now())

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
        """What people choose a pace for; each has a default in `models/preference.py`."""

        DECISION = "decision", _("decisions on your texts")
        QUESTION = "question", _("questions put to you")
        INVITED = "invited", _("invitations to write together")
        TAKEN_OVER = "taken_over", _("somebody goes on with a text you were writing")
        COMMENT = "comment", _("comments on your texts")
        REPLY = "reply", _("answers to your comments")
        HIDDEN = "hidden", _("your comments that were hidden")
        TAG = "tag", _("tags you proposed")
        ENDORSED = "endorsed", _("endorsements of your texts")
        CALL = "call", _("calls for contributions")
        ALERT = "alert", _("news of what you follow")
        REMINDER = "reminder", _("reminders: drafts, texts to confirm")
        COUNTRY = "country", _("texts about your country")
        WAITING = "waiting", _("texts that wait for review")
        ASSIGNED = "assigned", _("reviews you are asked for")
        OVERDUE = "overdue", _("reviews that are overdue")

    recipient = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications")
    topic = models.CharField(_("topic"), max_length=20, choices=Topic)
    # Which of the topic's sentences, where it has several ("draft" of the reminders).
    variant = models.CharField(max_length=20, blank=True)
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
    # Path of the page to open; says more than the contribution's own page, or stands for it.
    link = models.CharField(max_length=300, blank=True)
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
        if self.link:
            return self.link
        if self.topic == self.Topic.WAITING and self.decision is not None:
            return reverse(
                "admin:contributions_revision_moderate", args=[self.decision.revision_id]
            )
        if self.contribution is None:
            return reverse("contributions:inbox")
        if self.topic == self.Topic.DECISION:
            return reverse("contributions:status", args=[self.contribution.code])
        if self.topic == self.Topic.QUESTION:
            return reverse("contributions:talk", args=[self.contribution.code])
        if self.topic == self.Topic.COUNTRY:
            return reverse("contributions:endorse", args=[self.contribution.code])
        anchor = f"#{self.anchor}" if self.anchor else ""
        return f"{self.contribution.get_absolute_url()}{anchor}"

    @property
    def title(self) -> str:
        """Of what it is about: as decided, else as published; of a closed version nothing is told.
        Reads decision.revision."""
        decided = self.decision.revision if self.decision is not None else None
        if decided is not None and decided.title and decided.closed_at is None:
            return decided.title
        if self.contribution is None:
            return ""
        return self.contribution.title or self.contribution.code

    def sentence(self) -> str:
        """What happened, in the active language; the same words in the inbox and in the mail."""
        key = f"{self.topic}:{self.variant}" if self.variant else self.topic
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
    "close": gettext_noop("An old version of “%(title)s” was closed: it is not shown any more."),
    "reopen": gettext_noop("An old version of “%(title)s” is shown again."),
    "call:asked": gettext_noop(
        "A member asks the community. Open the question as a call, or delete it."
    ),
    "call:dropped": gettext_noop("Your question to the community was not opened as a call."),
    Notification.Topic.WAITING: gettext_noop("“%(title)s” waits for review."),
    Notification.Topic.COMMENT: gettext_noop("There is a comment on “%(title)s”."),
    Notification.Topic.REPLY: gettext_noop("Your comment on “%(title)s” was answered."),
    Notification.Topic.HIDDEN: gettext_noop("Your comment on “%(title)s” was hidden."),
    Notification.Topic.TAG: gettext_noop("There is an answer about a tag you proposed."),
    Notification.Topic.QUESTION: gettext_noop("There is a question about “%(title)s”."),
    Notification.Topic.INVITED: gettext_noop("You are invited to write “%(title)s” together."),
    Notification.Topic.TAKEN_OVER: gettext_noop("Somebody else goes on writing “%(title)s”."),
    Notification.Topic.ENDORSED: gettext_noop("A focal point endorsed “%(title)s”."),
    Notification.Topic.CALL: gettext_noop("There is a call for contributions."),
    Notification.Topic.ALERT: gettext_noop("There is something new in what you follow."),
    Notification.Topic.COUNTRY: gettext_noop("A text about your country was sent: “%(title)s”."),
    Notification.Topic.ASSIGNED: gettext_noop("You are asked to review “%(title)s”."),
    "assigned:soon": gettext_noop("Your review of “%(title)s” is due soon."),
    "assigned:ended": gettext_noop("You are not asked any more to review “%(title)s”."),
    "assigned:day": gettext_noop("The day by which to review “%(title)s” was changed."),
    "waiting:given_back": gettext_noop("A reviewer gave “%(title)s” back."),
    "waiting:handed_over": gettext_noop("A reviewer handed “%(title)s” over to another one."),
    "waiting:finished": gettext_noop("A review of “%(title)s” is finished."),
    "waiting:recommend": gettext_noop("Publishing “%(title)s” is recommended: you decide."),
    "waiting:advise_against": gettext_noop("Declining “%(title)s” is recommended: you decide."),
    Notification.Topic.OVERDUE: gettext_noop("The review of “%(title)s” is overdue."),
    Notification.Topic.REMINDER: gettext_noop("A reminder about “%(title)s”."),
    "call:week": gettext_noop("A call that waits for you ends within a week."),
    "call:day": gettext_noop("A call that waits for you ends within a day."),
    "invited:unseen": gettext_noop("You are invited to write a text together."),
    "reminder:draft": gettext_noop("A text you are writing has rested for two weeks."),
    "reminder:review_due": gettext_noop("“%(title)s” is due to be looked at again."),
    "reminder:unconfirmed": gettext_noop(
        "Nobody has confirmed for two years that “%(title)s” is still right."
    ),
    "reminder:unconfirmed_all": gettext_noop(
        "There are texts that nobody has confirmed for two years."
    ),
}
