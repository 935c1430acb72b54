"""Delivery: one mail and what became of it; Beat: when the timer last ran."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.people import User


def new_message_id() -> str:
    """A Message-ID nobody guesses: returned mails are told by it."""
    return f"<{uuid4().hex}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Mails by what became of them."""

    def waiting(self) -> Self:
        return self.filter(state=Delivery.State.QUEUED)

    def due(self, now: datetime) -> Self:
        """Those to be tried (again) by now, oldest first."""
        return self.waiting().filter(next_try_at__lte=now).order_by("created_at", "pk")


class Delivery(models.Model):
    """One mail. It waits, was sent, was given up, or came back."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waits")
        SENT = "sent", pgettext_lazy("of a mail", "sent")
        FAILED = "failed", _("given up")
        BOUNCED = "bounced", _("came back")

    ACCOUNT = "account"
    DIGEST = "digest"

    recipient = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="deliveries",
        verbose_name=_("person"),
    )
    address = models.EmailField(_("e-mail address"))
    # A topic of the inbox, "digest", or "account" (invitations, codes to sign in).
    topic = models.CharField(_("topic"), max_length=20)
    # What is mailed once only: "line:12" or "digest:7:2026-11-24" (person, day).
    key = models.CharField(max_length=60, unique=True, null=True, blank=True)
    subject = models.CharField(_("subject"), max_length=250, blank=True)
    # Text and HTML of mails that cannot be written anew; emptied once sent, codes stand in it.
    content: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(
        default=dict, blank=True
    )
    message_id = models.CharField(
        _("message id"), max_length=200, unique=True, default=new_message_id, editable=False
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    error = models.TextField(_("what the mail server said"), blank=True)
    # Of returned mails: for good (no such address), not for now (mailbox full).
    is_hard = models.BooleanField(_("returned for good"), default=False)
    created_at = models.DateTimeField(_("queued"), default=timezone.now, editable=False)
    next_try_at = models.DateTimeField(_("next try"), default=timezone.now, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True, editable=False)
    bounced_at = models.DateTimeField(_("came back"), null=True, blank=True, editable=False)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="delivery_sent_when"
            ),
            models.CheckConstraint(
                condition=~Q(state="bounced") | Q(bounced_at__isnull=False),
                name="delivery_bounced_when",
            ),
        ]
        indexes = [
            # What the timer tries again, and the health check looks at.
            models.Index(
                fields=["next_try_at"], name="delivery_waiting", condition=Q(state="queued")
            ),
            models.Index(fields=["-created_at"], name="delivery_log"),
            models.Index(fields=["-sent_at"], name="delivery_last_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} → {self.address}"


class Beat(models.Model):
    """The last run of what a timer starts."""

    name = models.CharField(max_length=30, primary_key=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("run of the timer")
        verbose_name_plural = _("runs of the timer")

    def __str__(self) -> str:
        return self.name
