"""Assessment: one reviewer's scores of a text with a reason each. They stay inside the review."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contributions.models import Revision


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    """Assessments by meaning."""

    def finished(self) -> Self:
        """Finished ones of the text as it is now; a text that was changed is read again."""
        return self.filter(finished_at__isnull=False, lock=F("revision__lock"))

    def in_order(self) -> Self:
        return (
            self.select_related("reviewer__country")
            .prefetch_related("scores")
            .order_by("created_at", "pk")
        )


class Assessment(models.Model):
    """The score sheet of one reviewer; kept half-filled until it is finished."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="assessments")
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assessments")
    # Revision.lock of the text that was read.
    lock = models.PositiveIntegerField(default=0)
    remark = models.TextField(_("in one or two sentences"), blank=True)
    # Grows with each save; a form with an older number comes from another window.
    edition = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("score sheet")
        verbose_name_plural = _("score sheets")
        constraints = [
            models.UniqueConstraint(fields=["revision", "reviewer"], name="assessment_once")
        ]

    def __str__(self) -> str:
        return f"{self.revision_id} by {self.reviewer_id}"

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None


class Score(models.Model):
    """Points for one criterion and why; either may be missing while the sheet is a draft."""

    class Criterion(models.TextChoices):
        RELEVANCE = "relevance", _("Relevance")
        EVIDENCE = "evidence", _("Evidence")
        EFFECTIVENESS = "effectiveness", _("Effectiveness")
        REPLICABILITY = "replicability", _("Replicability")
        SUSTAINABILITY = "sustainability", _("Sustainability")
        ETHICS = "ethics", _("Ethics")

    class Points(models.IntegerChoices):
        NOTHING = 0, _("0 not shown")
        WEAK = 1, _("1 weak")
        FAIR = 2, _("2 fair")
        GOOD = 3, _("3 good")
        STRONG = 4, _("4 strong")

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="scores")
    criterion = models.CharField(_("criterion"), max_length=16, choices=Criterion)
    points = models.PositiveSmallIntegerField(_("points"), choices=Points, null=True, blank=True)
    reason = models.TextField(_("why"), blank=True)

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [
            models.UniqueConstraint(fields=["assessment", "criterion"], name="score_once"),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__range=(0, 4)), name="score_points"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion} {self.points}"
