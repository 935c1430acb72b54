"""What stands beside a submission on its page: who reads it, what they say, how they score it."""

from __future__ import annotations

from typing import Any

from django.forms import Form

from accounts.models import User
from contributions.models import Revision
from review import looking, permissions, scoring
from review.forms.assigning import PlanForm
from review.forms.notes import NoteForm
from review.forms.scores import ScoreForm
from review.models import Assessment, Assignment, Note, ReviewerProfile, ReviewPlan


def of(user: User, revision: Revision, bound: dict[str, Form]) -> dict[str, Any]:
    """Context of the panels; empty for authors, who see none of them.

    `bound`: forms that were refused, by their name in the context. Eight queries whatever there is
    to show; `revision` comes from `reading.whole`.
    """
    if not permissions.can_talk(user, revision):
        return {"among_reviewers": False}
    return {
        "among_reviewers": True,
        "looks": looking.others(revision, user),
        "notes": Note.objects.filter(contribution=revision.contribution_id)
        .select_related("author__country")
        .order_by("created_at", "pk"),
        "note_form": NoteForm(),
        **_assignments(user, revision),
        **_scores(user, revision),
        **bound,
    }


def profile_of(user: User) -> ReviewerProfile | None:
    """One query, and one for the countries of a conflict."""
    found = ReviewerProfile.objects.filter(user=user).prefetch_related("conflict_countries")
    return found.first()


def plan_of(revision: Revision) -> ReviewPlan | None:
    """Without a query after `reading.whole`."""
    return getattr(revision, "review_plan", None)


def sheet_of(user: User, revision: Revision) -> Assessment | None:
    """The user's own score sheet, begun or finished. Two queries."""
    return Assessment.objects.in_order().filter(revision=revision, reviewer=user).first()


def _assignments(user: User, revision: Revision) -> dict[str, Any]:
    found = list(Assignment.objects.in_order().filter(revision=revision))
    own = [a for a in found if a.is_open and a.reviewer_id == user.pk]
    plan = plan_of(revision)
    may_assign = permissions.can_assign(user, revision)
    return {
        "assignments": [a for a in found if a.is_open],
        "ended_assignments": [a for a in found if not a.is_open],
        "own_assignment": own[0] if own else None,
        "may_assign": may_assign,
        "may_take": not own and permissions.can_take(user, revision),
        "plan": plan,
        "plan_form": PlanForm(plan=plan) if may_assign else None,
    }


def _scores(user: User, revision: Revision) -> dict[str, Any]:
    """The own sheet, and those of others: for reviewers once their own is finished, so that each
    judges by themself; coordinators read all that are finished."""
    profile = profile_of(user)
    found = list(Assessment.objects.in_order().filter(revision=revision))
    own = next((sheet for sheet in found if sheet.reviewer_id == user.pk), None)
    finished = [sheet for sheet in found if sheet.is_finished]
    current = [sheet for sheet in finished if sheet.lock == revision.lock]
    may_read = user.is_coordinator or own in current
    may_score = permissions.can_score(user, revision, profile)
    return {
        "conflict": profile.conflict_with(revision) if profile else "",
        "may_score": may_score,
        "own_sheet": own,
        "score_form": ScoreForm(revision=revision, assessment=own) if may_score else None,
        "finished_count": len(current),
        "sheets": finished if may_read else [],
        "result": scoring.result(revision, current) if may_read else None,
    }
