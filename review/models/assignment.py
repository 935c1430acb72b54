"""Who reviews what by when, who looks at it now, and how many reviews it needs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contributions.models import Revision

# Somebody who has not been heard of for this long has gone.
LOOK_LASTS = timedelta(minutes=5)
# A reviewer is reminded this many days before the due date.
REMIND_BEFORE = timedelta(days=2)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Assignments by meaning."""

    def open(self) -> Self:
        """Not finished, handed over or taken back."""
        return self.filter(ended_at__isnull=True)

    def waiting(self) -> Self:
        """Open ones of texts that wait for an answer: the others ask nothing of anybody."""
        return self.open().filter(revision__state__in=Revision.WAITING_STATES)

    def overdue(self, today: date) -> Self:
        return self.waiting().filter(due_on__lt=today)

    def in_order(self) -> Self:
        return self.select_related("reviewer__country", "by", "ended_by").order_by(
            "created_at", "pk"
        )


class Assignment(models.Model):
    """A reviewer is asked for a review. Ended ones stay: they are its history."""

    class End(models.TextChoices):
        FINISHED = "finished", _("finished")
        HANDED_OVER = "handed_over", _("handed over")
        TAKEN_BACK = "taken_back", _("taken back")

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="assignments")
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(_("due on"))
    note = models.TextField(_("note for the reviewer"), blank=True)
    created_at = models.DateTimeField(_("assigned"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, editable=False)
    end = models.CharField(_("how it ended"), max_length=12, choices=End, blank=True)
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Reminders that were written: before the day, and after it.
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)
    overdue_told_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "reviewer"],
                condition=Q(ended_at__isnull=True),
                name="assignment_open_once",
            ),
            models.CheckConstraint(
                name="assignment_end_whole",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, end="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(end="")),
            ),
        ]
        indexes = [
            # The filter "assigned to", the load of a reviewer, the reminders.
            models.Index(
                fields=["reviewer", "due_on"],
                condition=Q(ended_at__isnull=True),
                name="assignment_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.revision_id} → {self.reviewer_id}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_on < timezone.localdate()


class LookQuerySet(models.QuerySet["Look"]):
    """Looks by meaning."""

    def now(self) -> Self:
        """Of the last five minutes, who came first above."""
        return (
            self.filter(seen_at__gt=timezone.now() - LOOK_LASTS)
            .select_related("reviewer__country")
            .order_by("since", "pk")
        )


class Look(models.Model):
    """Somebody has the page of a submission open. A courtesy: it keeps nobody from anything."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="looks")
    reviewer = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    objects = LookQuerySet.as_manager()

    class Meta:
        verbose_name = _("look")
        verbose_name_plural = _("looks")
        constraints = [
            models.UniqueConstraint(fields=["revision", "reviewer"], name="look_once"),
            models.CheckConstraint(condition=Q(seen_at__gte=F("since")), name="look_times"),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer_id} at {self.revision_id}"


class ReviewPlan(models.Model):
    """A coordinator wants two reviews of a text before it is published, or has done without."""

    revision = models.OneToOneField(
        Revision, on_delete=models.CASCADE, related_name="review_plan", primary_key=True
    )
    needed = models.PositiveSmallIntegerField(_("reviews needed"), default=2)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)
    waived_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    waived_at = models.DateTimeField(null=True, blank=True)
    waived_reason = models.TextField(_("why it is published with fewer reviews"), blank=True)

    class Meta:
        verbose_name = _("reviews needed")
        verbose_name_plural = _("reviews needed")
        constraints = [
            models.CheckConstraint(
                condition=Q(needed__range=(1, 2)), name="review_plan_one_or_two"
            ),
            models.CheckConstraint(
                name="review_plan_waived_for_a_reason",
                condition=Q(waived_by__isnull=True, waived_at__isnull=True, waived_reason="")
                | (Q(waived_by__isnull=False, waived_at__isnull=False) & ~Q(waived_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id}: {self.needed}"
