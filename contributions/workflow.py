"""The one door for changes of state. Nothing else writes Revision.state or Contribution.status."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contributions import editions, harm, indexing, kinds, notifications, permissions
from contributions.models import Contribution, Decision, Point, Revision

State = Revision.State
# Kinds that are looked at again this long after they were approved or confirmed, where a
# coordinator has set no other day.
REVIEW_AFTER = {"effort": timedelta(days=365)}


class WrongStateError(Exception):
    """The action is not possible in the state the text is in now (somebody was faster)."""


class Action(models.TextChoices):
    """What can be done with a text; labels are what the buttons say."""

    SUBMIT = "submit", _("Send for review")
    PUBLISH = "publish", _("Publish")
    WITHDRAW = "withdraw", _("Withdraw")
    RESUME = "resume", _("Take up again")
    REVIEW = "review", _("Start the review")
    REQUEST_CHANGES = "request_changes", _("Request changes")
    APPROVE = "approve", _("Approve and publish")
    DECLINE = "decline", _("Decline")
    IMPORT = "import", _("Publish from a report")
    ARCHIVE = "archive", _("Archive")
    RESTORE = "restore", _("Restore")
    RECOMMEND = "recommend", _("Recommend publishing")
    ADVISE_AGAINST = "advise_against", _("Recommend declining")
    CLOSE = "close", _("Close this version")
    REOPEN = "reopen", _("Open this version again")
    CONFIRM = "confirm", _("It is still right")


@dataclass(frozen=True)
class Transition:
    """From which states, to which (empty: the state stays), who may, and whether a reason is
    obligatory."""

    sources: frozenset[str]
    target: str
    allowed: Callable[[User, Revision], bool]
    needs_note: bool = False


_WAITING = frozenset(Revision.WAITING_STATES)
_EDITABLE = frozenset(Revision.EDITABLE_STATES)
_APPROVED = frozenset({State.APPROVED})

TRANSITIONS: dict[Action, Transition] = {
    Action.SUBMIT: Transition(_EDITABLE, State.SUBMITTED, permissions.can_send),
    Action.PUBLISH: Transition(
        _EDITABLE | _WAITING, State.APPROVED, permissions.can_publish_directly
    ),
    Action.WITHDRAW: Transition(_EDITABLE | _WAITING, State.WITHDRAWN, permissions.can_send),
    Action.RESUME: Transition(
        frozenset({State.WITHDRAWN, State.DECLINED}), State.DRAFT, permissions.can_send
    ),
    Action.REVIEW: Transition(
        frozenset({State.SUBMITTED}), State.IN_REVIEW, permissions.can_review
    ),
    Action.REQUEST_CHANGES: Transition(
        _WAITING, State.CHANGES_REQUESTED, permissions.can_review, needs_note=True
    ),
    Action.APPROVE: Transition(_WAITING, State.APPROVED, permissions.can_approve),
    Action.DECLINE: Transition(_WAITING, State.DECLINED, permissions.can_decline, needs_note=True),
    Action.RECOMMEND: Transition(_WAITING, "", permissions.can_recommend),
    Action.ADVISE_AGAINST: Transition(_WAITING, "", permissions.can_recommend, needs_note=True),
    Action.IMPORT: Transition(frozenset({State.DRAFT}), State.APPROVED, permissions.can_import),
    Action.ARCHIVE: Transition(_APPROVED, "", permissions.can_archive, needs_note=True),
    Action.RESTORE: Transition(_APPROVED, "", permissions.can_restore, needs_note=True),
    Action.CLOSE: Transition(_APPROVED, "", permissions.can_archive, needs_note=True),
    Action.REOPEN: Transition(_APPROVED, "", permissions.can_restore, needs_note=True),
    Action.CONFIRM: Transition(_APPROVED, "", permissions.can_confirm),
}


def fits(action: Action, revision: Revision) -> bool:
    """Whether the action makes sense in the state of the text and of its contribution."""
    if revision.state not in TRANSITIONS[action].sources:
        return False
    contribution = revision.contribution
    if action in (Action.ARCHIVE, Action.RESTORE, Action.CONFIRM):
        wanted = (
            Contribution.Status.ARCHIVED
            if action is Action.RESTORE
            else Contribution.Status.PUBLISHED
        )
        return contribution.status == wanted and contribution.live_id == revision.pk
    if action in (Action.CLOSE, Action.REOPEN):  # what readers see now is archived instead
        is_closed = revision.closed_at is not None
        return contribution.live_id != revision.pk and is_closed == (action is Action.REOPEN)
    if action is Action.RESUME:
        return contribution.open_state == ""
    return True


def available(user: User, revision: Revision) -> list[Action]:
    """The actions `perform` would accept from this user now, in the order of the table.

    Reads revision.contribution (select_related it); a few queries for authorship and countries.
    """
    return [
        action
        for action, transition in TRANSITIONS.items()
        if fits(action, revision) and transition.allowed(user, revision)
    ]


# What rooms above ask before an action, in its transaction. Like kinds, they register once, in
# AppConfig.ready; each raises ValidationError (field → message) where it refuses.
Guard = Callable[[Revision, User], None]
_guards: dict[Action, list[Guard]] = {}
# ... and what they queue after it, as tasks.
_followers: dict[Action, list[Guard]] = {}


def guard(action: Action, check: Guard) -> None:
    """Let `check` refuse the action; registering twice counts once."""
    if check not in _guards.setdefault(action, []):
        _guards[action].append(check)


def follow(action: Action, step: Guard) -> None:
    """Call `step` after the action, in its transaction; registering twice counts once."""
    if step not in _followers.setdefault(action, []):
        _followers[action].append(step)


def _lock(revision: Revision) -> Revision:
    """The text as it is now, held until the end of the transaction; one that is open in the shape
    of today's form."""
    # The contribution is locked first, always, so that two decisions cannot cross.
    contribution = Contribution.objects.select_for_update().get(pk=revision.contribution_id)
    locked = Revision.objects.select_for_update().get(pk=revision.pk)
    locked.contribution = contribution
    if locked.is_open:
        editions.bring_up(kinds.get(contribution.kind), locked)
    return locked


def _ask(registry: dict[Action, list[Guard]], action: Action, revision: Revision, by: User) -> None:
    for step in registry.get(action, []):
        step(revision, by)


@transaction.atomic
def perform(
    action: Action | str,
    revision: Revision,
    *,
    by: User,
    note: str = "",
    changes: dict[str, Any] | None = None,
    points: Sequence[tuple[str, str]] = (),
    coordinator_note: str | None = None,
) -> Decision:
    """Do one step: lock, check, change the state, keep the decision, tell people, refresh search.

    `changes` are form fields that the coordinator sets when approving (visibility, maturity,
    tags); they are kept with the decision. `points` are (field, what to change there) of a
    request for changes; they count as its reason. `coordinator_note` replaces the note among
    coordinators; None leaves it. Raises PermissionDenied (also for a note by somebody else),
    WrongStateError, or ValidationError (missing reason; content that its form refuses).
    Everything happens in one transaction; mails leave after it.
    """
    action = Action(action)
    transition = TRANSITIONS[action]
    locked = _lock(revision)
    contribution = locked.contribution
    if not transition.allowed(by, locked) or not (coordinator_note is None or by.is_coordinator):
        raise PermissionDenied
    if not fits(action, locked):
        raise WrongStateError(_t("Somebody was faster: this text is now “%s”.") % _state(locked))
    note = note.replace("\x00", "").strip()
    if transition.needs_note and not note and not points:
        raise ValidationError(
            {"note": _t("Give the reason. The author reads it.")}, code="note_required"
        )
    _ask(_guards, action, locked, by)
    from_state = locked.state
    if changes:
        locked.content = locked.content | changes
    _STEPS.get(action, _no_step)(locked, by)
    _write_state(locked, action, transition.target, coordinator_note)
    decision = Decision.objects.create(
        contribution=contribution,
        revision=locked,
        action=action,
        from_state=from_state,
        to_state=locked.state,
        by=by,
        note=note,
        changes=changes or {},
        content=locked.content if action is Action.REQUEST_CHANGES else None,
    )
    if action is Action.REQUEST_CHANGES:
        _keep_points(decision, points)
    indexing.refresh(contribution)
    notifications.tell(decision)
    _ask(_followers, action, locked, by)
    revision.refresh_from_db()
    return decision


def _keep_points(decision: Decision, points: Sequence[tuple[str, str]]) -> None:
    """KeyError for a field that the form of the kind does not have."""
    form = kinds.get(decision.contribution.kind).form
    known = {"", *form.base_fields, *form.rows}
    if unknown := {name for name, _text in points} - known:
        raise KeyError(", ".join(sorted(unknown)))
    Point.objects.bulk_create(
        Point(decision=decision, position=position, field=name, text=text)
        for position, (name, text) in enumerate(points)
    )


def _state(revision: Revision) -> str:
    return str(State(revision.state).label)


def _no_step(revision: Revision, by: User) -> None:
    """Most actions change the state and nothing else."""


def _check_content(revision: Revision, by: User) -> None:
    """Raise ValidationError unless the form of the kind accepts the content, and every point that
    was asked is answered."""
    kinds.get(revision.contribution.kind).bind(revision, by=by).raise_if_invalid()
    harm.check_visibility(revision)
    if Point.objects.of_text(revision).unanswered().exists():
        message = _t("Answer each point: say what you changed, or why not, or mark it as done.")
        raise ValidationError({"points": [message]}, code="unanswered")


def _make_live(revision: Revision, by: User) -> None:
    """Save the content into the live row through the same form that checked it."""
    contribution = revision.contribution
    form = kinds.get(contribution.kind).bind(revision, by=by)
    form.raise_if_invalid()
    harm.check_visibility(revision)
    last = contribution.revisions.aggregate(last=Max("version"))["last"] or 0
    revision.version = last + 1
    now = timezone.now()
    form.save_live()
    contribution.refresh_from_db()
    contribution.live = revision
    contribution.status = Contribution.Status.PUBLISHED
    contribution.published_at = contribution.published_at or now
    contribution.updated_at = now
    _confirm(revision, by)


def _confirm(revision: Revision, by: User) -> None:
    """From now on it counts as right; a day of review that has come is answered, and efforts,
    which grow old soonest, get the next one."""
    contribution, today = revision.contribution, timezone.localdate()
    contribution.last_confirmed_on = today
    if contribution.review_due_on is None or contribution.review_due_on <= today:
        pause = REVIEW_AFTER.get(contribution.kind)
        contribution.review_due_on = today + pause if pause else None


def _discard(revision: Revision, by: User) -> None:
    """A draft that was never sent goes to the bin; what reviewers have read stays for good."""
    if revision.is_editable and revision.submitted_at is None:
        revision.discarded_at = timezone.now()


def _bring_back(revision: Revision, by: User) -> None:
    revision.discarded_at = None


def _archive(revision: Revision, by: User) -> None:
    revision.contribution.status = Contribution.Status.ARCHIVED


def _restore(revision: Revision, by: User) -> None:
    revision.contribution.status = Contribution.Status.PUBLISHED


def _close(revision: Revision, by: User) -> None:
    revision.closed_at = timezone.now()


def _reopen(revision: Revision, by: User) -> None:
    revision.closed_at = None


_STEPS: dict[Action, Callable[[Revision, User], None]] = {
    Action.SUBMIT: _check_content,
    Action.WITHDRAW: _discard,
    Action.RESUME: _bring_back,
    Action.PUBLISH: _make_live,
    Action.IMPORT: _make_live,
    Action.APPROVE: _make_live,
    Action.ARCHIVE: _archive,
    Action.RESTORE: _restore,
    Action.CLOSE: _close,
    Action.REOPEN: _reopen,
    Action.CONFIRM: _confirm,
}


def _write_state(revision: Revision, action: Action, target: str, note: str | None) -> None:
    """Write the state of the text, what the contribution repeats of it, and the note among
    coordinators where there is a new one."""
    now = timezone.now()
    contribution = revision.contribution
    if note is not None:
        contribution.coordinator_note = note
    if target:
        revision.state = target
        contribution.open_state = target if revision.is_open else ""
    if action is Action.SUBMIT:
        revision.submitted_at = now
    if action in (Action.APPROVE, Action.PUBLISH, Action.IMPORT, Action.DECLINE):
        revision.decided_at = now
    revision.held_by = revision.held_since = revision.held_until = None
    revision.save(
        update_fields=[
            "state", "version", "content", "edition", "submitted_at", "decided_at", "closed_at",
            "discarded_at", "held_by", "held_since", "held_until",
        ]
    )  # fmt: skip
    contribution.save(
        update_fields=[
            "status", "open_state", "live", "published_at", "updated_at", "last_confirmed_on",
            "review_due_on", "coordinator_note",
        ]
    )  # fmt: skip
