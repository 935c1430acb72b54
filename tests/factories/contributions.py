"""Contributions for tests, made through the real workflow."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from contributions import drafts, workflow
from contributions.models import Contribution, Revision
from tests.factories.accounts import UserFactory

_COMMON: dict[str, Any] = {
    "form": "snapshot",
    "original_language": "en",
    "crime_scope": "TIP",
    "crime_scope_reason": "",
    "countries": ["MA"],
    "primary_objective": "3",
    "objectives": [],
    "visibility": "public",
    "organisation": "Ministry of Justice",
    "source_kind": "own_work",
    "no_identifying_details": True,
    "operational_detail": "no",
    "consent_to_publish": True,
    "tags": [],
}
CONTENT: dict[str, dict[str, Any]] = {
    "practice": {
        **_COMMON,
        "title": "A network of specialised prosecutors",
        "summary": "Prosecutors of every court form one network and train together.",
        "practice_type": "network",
        "target_groups": ["prosecutors"],
        "challenge_addressed": "A new law has to take effect.",
        "replicability": "Prosecutors from every court must stay.",
        "results": [{"statement": "Every court is represented.", "impact_level": "institutional"}],
    },
    "lesson": {
        **_COMMON,
        "title": "Swap roles in a joint training",
        "statement": "When services train together, swap roles, because each then understands.",
        "lesson_type": "worked",
        "what_happened": "Police and social workers swapped roles for a day.",
        "recommendation": "Plan half a day for it.",
    },
    "effort": {
        **_COMMON,
        "title": "Law on trafficking in persons",
        "summary": "The country adopted a law on trafficking in persons.",
        "effort_type": "law",
        "status": "in_force",
        "milestones": [{"date": "2016", "label": "The law is adopted"}],
    },
}


def content(kind: str = "practice", **changes: Any) -> dict[str, Any]:
    """Content that the kind's form accepts, with changes."""
    return CONTENT[kind] | changes


def draft(kind: str = "practice", *, by: User | None = None, **changes: Any) -> Revision:
    """A complete draft of `by` (a new member where not said)."""
    return drafts.begin(kind, by=by or UserFactory(), content=content(kind, **changes))


def sent(kind: str = "practice", *, by: User | None = None, **changes: Any) -> Revision:
    """A text that waits for review."""
    revision = draft(kind, by=by, **changes)
    workflow.perform("submit", revision, by=revision.author)
    return revision


def published(
    kind: str = "practice",
    *,
    by: User | None = None,
    approver: User | None = None,
    **changes: Any,
) -> Contribution:
    """A published contribution."""
    revision = sent(kind, by=by, **changes)
    workflow.perform("approve", revision, by=approver or UserFactory(role="coordinator"))
    return Contribution.objects.get(pk=revision.contribution_id)


def archived(kind: str = "practice", **kwargs: Any) -> Contribution:
    """A published contribution that was archived."""
    contribution = published(kind, **kwargs)
    assert contribution.live is not None
    by = UserFactory(role="coordinator")
    workflow.perform("archive", contribution.live, by=by, note="Replaced by another.")
    contribution.refresh_from_db()
    return contribution
