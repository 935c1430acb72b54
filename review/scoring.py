"""Score sheets: saved as drafts, finished when whole, and the maturity they lead to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _t

from accounts.models import User
from contributions import kinds
from contributions.models import Revision
from review import assigning, permissions
from review.models import Assessment, ReviewerProfile, Score

Criterion = Score.Criterion


@dataclass(frozen=True)
class Sheet:
    """What a reviewer says: criterion → points (or None) and reason, and one remark."""

    points: dict[str, int | None]
    reasons: dict[str, str]
    remark: str = ""


class StaleSheetError(Exception):
    """The sheet was saved from another window since this form was opened."""


@transaction.atomic
def save(
    revision: Revision, sheet: Sheet, *, by: User, lock: int, edition: int, finish: bool = False
) -> Assessment:
    """Keep the sheet as it is; with `finish`, whole, as a finished review of the text at `lock`.

    Raises PermissionDenied, StaleSheetError, or ValidationError (lock → message) where the text
    changed while it was read.
    """
    # Held until the end: the author cannot send another text meanwhile.
    revision = (
        Revision.objects.select_for_update(of=("self",))
        .select_related("contribution")
        .get(pk=revision.pk)
    )
    profile = ReviewerProfile.objects.filter(user=by).first()
    if not permissions.can_score(by, revision, profile):
        raise PermissionDenied
    if finish and revision.lock != lock:
        message = _t("The author changed the text while you read it. Read it again, then finish.")
        raise ValidationError({"lock": message}, code="stale")
    now = timezone.now()
    found, _created = Assessment.objects.get_or_create(revision=revision, reviewer=by)
    if found.edition != edition:
        raise StaleSheetError
    found.remark, found.lock, found.updated_at = sheet.remark, lock, now
    found.edition += 1
    found.finished_at = now if finish else None
    found.save(update_fields=["remark", "lock", "updated_at", "edition", "finished_at"])
    _write_scores(found, sheet)
    if finish:
        assigning.finish(revision, by)
    return found


def _write_scores(assessment: Assessment, sheet: Sheet) -> None:
    Score.objects.bulk_create(
        [
            Score(
                assessment=assessment,
                criterion=name,
                points=sheet.points.get(name),
                reason=sheet.reasons.get(name, ""),
            )
            for name in Criterion.values
        ],
        update_conflicts=True,
        unique_fields=["assessment", "criterion"],
        update_fields=["points", "reason"],
    )


# What the scores lead to


@dataclass(frozen=True)
class Line:
    """One criterion over all finished sheets."""

    label: str | Promise
    mean: float
    differ: bool  # by two points or more: worth a talk, or a third reviewer


@dataclass(frozen=True)
class Result:
    """What the finished sheets say together."""

    lines: list[Line] = field(default_factory=list)
    maturity: str = ""  # a value of the kind's ladder; nothing where the kind has none
    maturity_label: str = ""
    why: str = ""

    @property
    def is_disputed(self) -> bool:
        return any(line.differ for line in self.lines)


def result(revision: Revision, finished: Iterable[Assessment]) -> Result:
    """Means of the criteria, and the maturity they lead to. Reads assessment.scores."""
    given: dict[str, list[int]] = {name: [] for name in Criterion.values}
    for assessment in finished:
        for score in assessment.scores.all():
            if score.points is not None:
                given[score.criterion].append(score.points)
    if not all(given.values()):
        return Result()
    means = {name: sum(points) / len(points) for name, points in given.items()}
    lines = [
        Line(label, means[value], max(given[value]) - min(given[value]) >= 2)
        for value, label in Criterion.choices
    ]
    step, why = rung(means)
    ladder = _ladder(revision)
    if not ladder or step is None:
        return Result(lines, why=why)
    value, label = ladder[min(step, len(ladder) - 1)]
    return Result(lines, value, label, why)


def rung(means: dict[str, float]) -> tuple[int | None, str]:
    """The rung of the ladder (innovation 0, promising 1, good 2, institutionalised 3) and why.

    After the ladder of FAO’s good-practice template: a promising practice has worked in one
    place, a good practice has shown by evidence that it works and can be copied. What lacks in
    ethics or relevance reaches no rung.
    """
    low = min(means[Criterion.ETHICS], means[Criterion.RELEVANCE])
    if low < 2:
        return None, _t("Ethics and relevance must both reach 2 before it counts as a practice.")
    worked = min(means[Criterion.EVIDENCE], means[Criterion.EFFECTIVENESS])
    if worked < 2:
        if max(means[Criterion.EVIDENCE], means[Criterion.EFFECTIVENESS]) >= 2:
            return 1, _t("It has worked, or there is evidence, but not yet both.")
        return 0, _t("It is new: evidence and effectiveness are still below 2.")
    if means[Criterion.REPLICABILITY] < 2:
        return 1, _t("It has worked, but others can hardly copy it yet.")
    if means[Criterion.SUSTAINABILITY] >= 3 and worked >= 3:
        return 3, _t("It works, is well evidenced and stays: 3 or more in each.")
    return 2, _t("Evidence, effectiveness and replicability all reach 2.")


def _ladder(revision: Revision) -> list[tuple[str, str]]:
    """The rungs of the kind's form, from the lowest; empty where the kind has no maturity."""
    field = kinds.get(revision.contribution.kind).form.base_fields.get("maturity")
    choices: Any = getattr(field, "choices", ())
    return [(str(value), str(label)) for value, label in choices if value]
