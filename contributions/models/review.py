"""What people say to each other about a submission: points and answers, talk, endorsements."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contributions.models.contribution import Contribution
from contributions.models.revision import Decision, Revision
from countries.models import Country


class PointQuerySet(models.QuerySet["Point"]):
    """Points by meaning."""

    def of_text(self, revision: Revision) -> Self:
        """All that was asked of this text, in the order it was asked."""
        return self.filter(decision__revision=revision).order_by("decision", "position")

    def unanswered(self) -> Self:
        return self.filter(answered_at__isnull=True)


class Point(models.Model):
    """Something a reviewer asks to change, tied to a field; the author answers each."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="points")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    # Name of a field or of rows of the kind's form; empty: the text as a whole.
    field = models.CharField(_("field"), max_length=60, blank=True)
    text = models.TextField(_("what to change"))
    answer = models.TextField(_("answer"), blank=True)
    is_done = models.BooleanField(_("done"), default=False)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)

    objects = PointQuerySet.as_manager()

    class Meta:
        verbose_name = _("point to change")
        verbose_name_plural = _("points to change")
        constraints = [
            models.UniqueConstraint(fields=["decision", "position"], name="point_position_once"),
            models.CheckConstraint(
                name="point_answered_with_something",
                condition=Q(answered_at__isnull=True, answer="", is_done=False)
                | (Q(answered_at__isnull=False) & (~Q(answer="") | Q(is_done=True))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id}: {self.field or '*'}"

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None


class Message(models.Model):
    """A line of the talk between the authors and those who review; nobody else reads it."""

    contribution = models.ForeignKey(
        Contribution, on_delete=models.CASCADE, related_name="messages"
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("message"))
    created_at = models.DateTimeField(_("when"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("message about a submission")
        verbose_name_plural = _("messages about submissions")
        indexes = [models.Index(fields=["contribution", "created_at"], name="message_talk")]

    def __str__(self) -> str:
        return f"{self.contribution_id}: {self.text[:40]}"


class EndorsementQuerySet(models.QuerySet["Endorsement"]):
    """Endorsements by meaning."""

    def standing(self) -> Self:
        """Not taken back, and of the text as it was read."""
        return self.filter(withdrawn_at__isnull=True, lock=F("revision__lock"))

    def shown(self) -> Self:
        """Of approved versions that are open to read; the newest version first."""
        return (
            self.standing()
            .filter(revision__state=Revision.State.APPROVED, revision__closed_at__isnull=True)
            .order_by("-revision__version", "country_id")
        )


class Endorsement(models.Model):
    """A focal point stands behind a version of a record about the own country."""

    contribution = models.ForeignKey(
        Contribution, on_delete=models.CASCADE, related_name="endorsements"
    )
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="endorsements")
    # `Revision.lock` of what was read: a text changed since is not the one endorsed.
    lock = models.PositiveIntegerField()
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(_("what you can say about it"), blank=True)
    created_at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True, editable=False)

    objects = EndorsementQuerySet.as_manager()

    class Meta:
        verbose_name = _("endorsement")
        verbose_name_plural = _("endorsements")
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "country", "lock"],
                condition=Q(withdrawn_at__isnull=True),
                name="endorsement_one_per_country",
            )
        ]

    def __str__(self) -> str:
        return f"{self.country_id} → {self.revision_id}"
