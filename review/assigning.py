"""Asking for reviews: assign, hand over, take back, ask for two, do without the second."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext

from accounts.models import User
from contributions import notifications
from contributions import permissions as reading
from contributions.models import Notification, Revision
from review import permissions
from review.models import Assessment, Assignment, ReviewerProfile, ReviewPlan

DAYS_TO_REVIEW = 14


def due_date() -> date:
    """The due date that is proposed."""
    return timezone.localdate() + timedelta(days=DAYS_TO_REVIEW)


@transaction.atomic
def assign(
    revision: Revision, reviewer: User, *, by: User, due_on: date, note: str = ""
) -> Assignment:
    """Ask `reviewer` for a review and tell them; raise PermissionDenied, or ValidationError
    (reviewer → message) where they cannot read it."""
    locked = _locked(revision)
    allowed = permissions.can_take if by.pk == reviewer.pk else permissions.can_assign
    if not allowed(by, locked):
        raise PermissionDenied
    return _ask(locked, reviewer, by=by, due_on=due_on, note=note)


@transaction.atomic
def hand_over(assignment: Assignment, to: User, *, by: User, note: str) -> Assignment:
    """End one assignment and make another with the same due date, not earlier than in two days."""
    locked = _locked(assignment.revision)
    assignment = _open(assignment, locked)
    if not permissions.can_hand_over(by, assignment):
        raise PermissionDenied
    if not note.strip():
        raise ValidationError({"note": _t("Say why, and what the other one should know.")})
    _end(assignment, Assignment.End.HANDED_OVER, by)
    soon = timezone.localdate() + timedelta(days=2)
    return _ask(locked, to, by=by, due_on=max(assignment.due_on, soon), note=note)


@transaction.atomic
def take_back(assignment: Assignment, *, by: User) -> None:
    """Ask no longer: by a coordinator, or given back by the reviewer."""
    locked = _locked(assignment.revision)
    assignment = _open(assignment, locked)
    if not permissions.can_hand_over(by, assignment):
        raise PermissionDenied
    _end(assignment, Assignment.End.TAKEN_BACK, by)


def finish(revision: Revision, reviewer: User) -> None:
    """The reviewer has done what they were asked for, if they were."""
    for assignment in Assignment.objects.open().filter(revision=revision, reviewer=reviewer):
        _end(assignment, Assignment.End.FINISHED, reviewer)


@transaction.atomic
def plan(revision: Revision, *, needed: int, by: User, waived_reason: str = "") -> ReviewPlan:
    """Ask for one or two reviews before publishing; a reason does without the missing ones."""
    locked = _locked(revision)
    if not permissions.can_assign(by, locked):
        raise PermissionDenied
    now, reason = timezone.now(), waived_reason.strip()
    waived = {"waived_by": by if reason else None, "waived_at": now if reason else None}
    made, _created = ReviewPlan.objects.update_or_create(
        revision=locked,
        defaults={"needed": needed, "set_by": by, "set_at": now, "waived_reason": reason} | waived,
    )
    return made


def check_reviews(revision: Revision, by: User) -> None:
    """Refuse to publish while finished reviews are missing; workflow asks this on approval."""
    wanted = ReviewPlan.objects.filter(revision=revision, waived_at=None).first()
    if wanted is None:
        return
    done = Assessment.objects.finished().filter(revision=revision).count()
    if done < wanted.needed and wanted.needed > 1:
        raise ValidationError(
            ngettext(
                "Two reviews were asked for, and %(count)d is finished: wait for the other,"
                " or say under “Reviewers” why it is published without.",
                "Two reviews were asked for, and %(count)d are finished: wait for them,"
                " or say under “Reviewers” why it is published without.",
                done,
            )
            % {"count": done},
            code="reviews_missing",
        )


def _locked(revision: Revision) -> Revision:
    """The submission, held until the transaction ends: two coordinators come one after another."""
    return (
        Revision.objects.select_for_update(of=("self",))
        .select_related("contribution")
        .get(pk=revision.pk)
    )


def _open(assignment: Assignment, revision: Revision) -> Assignment:
    """The assignment as it is now; ValidationError where somebody was faster."""
    fresh = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
    fresh.revision = revision
    if not fresh.is_open:
        raise ValidationError(
            {"reviewer": _t("Somebody was faster: this review is %s.") % fresh.get_end_display()}
        )
    return fresh


def _ask(revision: Revision, reviewer: User, *, by: User, due_on: date, note: str) -> Assignment:
    if why := barred(revision, reviewer):
        raise ValidationError({"reviewer": why})
    if Assignment.objects.open().filter(revision=revision, reviewer=reviewer).exists():
        raise ValidationError({"reviewer": _t("This person reviews it already.")})
    made = Assignment.objects.create(
        revision=revision, reviewer=reviewer, by=by, due_on=due_on, note=note.strip()
    )
    if by.pk != reviewer.pk:
        tell(made, Notification.Topic.ASSIGNED, [reviewer])
    return made


def barred(revision: Revision, reviewer: User) -> str:
    """Why this person cannot review the text; nothing where they can."""
    if not reviewer.is_active or not reviewer.is_reviewer:
        return _t("This person is no reviewer.")
    if reading.wrote(reviewer, revision):
        return _t("This person wrote the text.")
    profile = ReviewerProfile.objects.filter(user=reviewer).first()
    if profile and (what := profile.conflict_with(revision)):
        return _t("Conflict of interest declared: %s.") % what
    return ""


def _end(assignment: Assignment, end: Assignment.End, by: User) -> None:
    assignment.end, assignment.ended_by, assignment.ended_at = end, by, timezone.now()
    assignment.save(update_fields=["end", "ended_by", "ended_at"])


def tell(
    assignment: Assignment, topic: Notification.Topic, people: list[User], variant: str = ""
) -> None:
    """Lines in inboxes that lead to the page of the submission."""
    revision = assignment.revision
    notifications.send(
        people,
        topic,
        revision.contribution,
        decision=revision.decisions.order_by("-created_at", "-pk").first(),
        text=assignment.note if topic == Notification.Topic.ASSIGNED and not variant else "",
        link=reverse("admin:contributions_revision_moderate", args=[revision.pk]),
        variant=variant,
    )
