"""What stands beside a decision: what each choice does, who may not decide alone, what was asked
and answered, the talk with the author, endorsements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _t

from accounts.models import User
from contributions import answering, permissions, talking, workflow
from contributions.forms.answers import MessageForm
from contributions.models import Endorsement, Revision
from contributions.workflow import Action
from countries.models import Country

# Decisions about what waits; those about what is published have a page of their own.
ACTIONS = (
    Action.REVIEW,
    Action.APPROVE,
    Action.REQUEST_CHANGES,
    Action.DECLINE,
    Action.RECOMMEND,
    Action.ADVISE_AGAINST,
)
STANDING = (Action.ARCHIVE, Action.RESTORE, Action.CLOSE, Action.REOPEN)


@dataclass(frozen=True)
class Step:
    """A change of what is published: the words of its button and where it is confirmed."""

    label: str
    url: str


def standing(available: list[Action], revision: Revision) -> list[Step]:
    """Archive, restore, close, reopen: what this person may do now."""
    return [
        Step(
            str(action.label),
            reverse("admin:contributions_revision_standing", args=[revision.pk, action.value]),
        )
        for action in STANDING
        if action in available
    ]


def hint(action: Action, base: Revision | None) -> str:
    """What a choice does, in a few words beside it."""
    if action is Action.DECLINE:
        if base:
            return _t("Version %d stays; needs a reason.") % base.version
        return _t("Nothing is published; needs a reason.")
    return {
        Action.APPROVE: _t("It becomes what readers see."),
        Action.REQUEST_CHANGES: _t("Goes back to the author; needs a reason or points."),
        Action.REVIEW: _t("The author is told that somebody reads it."),
        Action.RECOMMEND: _t("A coordinator decides; only those who review read it."),
        Action.ADVISE_AGAINST: _t(
            "A coordinator decides; only those who review read it. Needs a reason."
        ),
    }[action]


def beside(user: User, revision: Revision) -> dict[str, Any]:
    """Context of the page of one submission. Four queries for what waits, whatever there is to
    show."""
    return {
        "own_country": _own_country(user, revision),
        "points": answering.asked(revision, reader=user),
        "talk": talking.messages(revision.contribution),
        "message_form": MessageForm(),
        "endorsements": Endorsement.objects.standing()
        .filter(revision=revision)
        .select_related("country")
        .order_by("country_id"),
        "standing": standing(workflow.available(user, revision), revision)
        if revision.state == Revision.State.APPROVED
        else [],
    }


def _own_country(user: User, revision: Revision) -> str:
    """The countries for whose record this person does not decide alone; empty for others."""
    if not user.is_coordinator or not permissions.is_concerned(user, revision):
        return ""
    own = user.focal_countries | ({user.country_id} if user.country_id else set())
    found = Country.objects.filter(pk__in=own & permissions.countries_of(revision))
    return ", ".join(sorted(country.label() for country in found))
