"""Asking for reviews: assign, hand over, take back, ask for two, do without the second."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext

from accounts.models import User
from accounts.roles import COORDINATOR
from contributions import notifications
from contributions import permissions as reading
from contributions.models import Decision, Notification, Revision
from contributions.models.notification import NotificationQuerySet
from contributions.todo import Todo
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
    _tell_of_end(assignment, by, "handed_over", note)
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
    _tell_of_end(assignment, by, "given_back")


@transaction.atomic
def postpone(assignment: Assignment, due_on: date, *, by: User) -> None:
    """Give another day, and tell the reviewer; they are reminded of it anew."""
    locked = _locked(assignment.revision)
    assignment = _open(assignment, locked)
    if not permissions.can_assign(by, locked):
        raise PermissionDenied
    if assignment.due_on == due_on:
        return
    assignment.due_on = due_on
    assignment.reminded_at = assignment.overdue_told_at = None
    assignment.save(update_fields=["due_on", "reminded_at", "overdue_told_at"])
    _lines_of(assignment).filter(topic=Notification.Topic.OVERDUE).settle()
    if by.pk != assignment.reviewer_id:
        tell(locked, Notification.Topic.ASSIGNED, [assignment.reviewer], variant="day")


def finish(revision: Revision, reviewer: User) -> None:
    """The reviewer has done what they were asked for, if they were; who decides hears of it."""
    asked = list(
        Assignment.objects.open()
        .filter(revision=revision, reviewer=reviewer)
        .select_related("by", "reviewer")
    )
    for assignment in asked:
        assignment.revision = revision
        _end(assignment, Assignment.End.FINISHED, reviewer)
    people = in_charge(asked[0]) if asked else _coordinators(revision, reviewer)
    tell(revision, Notification.Topic.WAITING, people, variant="finished")


def asked_of(user: User) -> Todo | None:
    """How many reviews the person is asked for, and by when. One query for reviewers."""
    if not user.is_reviewer:
        return None
    mine = Assignment.objects.waiting().filter(reviewer=user)
    found = mine.aggregate(count=Count("pk"), first=Min("due_on"))
    if not found["count"]:
        return None
    text = ngettext(
        "%(n)d review is asked of you, due on %(day)s",
        "%(n)d reviews are asked of you, the first due on %(day)s",
        found["count"],
    ) % {"n": found["count"], "day": date_format(found["first"], "j F Y")}
    return Todo(text, reverse("admin:contributions_revision_changelist") + "?reviewer=me")


def in_charge(assignment: Assignment) -> list[User]:
    """Who can give the review to somebody else: the coordinator who asked for it; all of them
    where it was taken or handed over. Reads by and reviewer."""
    if assignment.by_id != assignment.reviewer_id and permissions.can_assign(
        assignment.by, assignment.revision
    ):
        return [assignment.by]
    return _coordinators(assignment.revision, assignment.reviewer)


def _coordinators(revision: Revision, but: User) -> list[User]:
    people = User.objects.with_role(COORDINATOR).exclude(pk=but.pk)
    return [person for person in people if permissions.can_assign(person, revision)]


@transaction.atomic
def plan(revision: Revision, *, needed: int, by: User, waived_reason: str = "") -> ReviewPlan:
    """Ask for one or two reviews before publishing; a reason does without the missing ones. Each
    reason stays in the history and the trail, whatever is planned later."""
    locked = _locked(revision)
    if not permissions.can_assign(by, locked):
        raise PermissionDenied
    now, reason = timezone.now(), waived_reason.strip()
    waived = {"waived_by": by if reason else None, "waived_at": now if reason else None}
    before = ReviewPlan.objects.filter(revision=locked).first()
    if reason and not (before and before.waived_reason == reason):
        Decision.objects.create(
            contribution=locked.contribution,
            revision=locked,
            action="waive",
            from_state=locked.state,
            to_state=locked.state,
            by=by,
            note=reason,
        )
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
    held = Assignment.objects.select_for_update(of=("self",)).select_related("by", "reviewer")
    fresh = held.get(pk=assignment.pk)
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
        tell(revision, Notification.Topic.ASSIGNED, [reviewer], text=made.note)
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
    _lines_of(assignment).settle()


def _lines_of(assignment: Assignment) -> NotificationQuerySet:
    """What the inbox of the reviewer says about it."""
    return Notification.objects.filter(
        topic__in=(Notification.Topic.ASSIGNED, Notification.Topic.OVERDUE),
        recipient=assignment.reviewer_id,
        link=_address(assignment.revision),
    )


def _tell_of_end(assignment: Assignment, by: User, variant: str, note: str = "") -> None:
    """The reviewer, where somebody else ended it; else those who can find another one."""
    revision = assignment.revision
    if by.pk != assignment.reviewer_id:
        tell(revision, Notification.Topic.ASSIGNED, [assignment.reviewer], variant="ended")
        return
    tell(revision, Notification.Topic.WAITING, in_charge(assignment), text=note, variant=variant)


def tell(
    revision: Revision,
    topic: Notification.Topic,
    people: list[User],
    *,
    text: str = "",
    variant: str = "",
) -> None:
    """Lines in inboxes that lead to the page of the submission."""
    notifications.send(
        people,
        topic,
        revision.contribution,
        decision=revision.decisions.order_by("-created_at", "-pk").first(),
        text=text,
        link=_address(revision),
        variant=variant,
    )


def _address(revision: Revision) -> str:
    return reverse("admin:contributions_revision_moderate", args=[revision.pk])
