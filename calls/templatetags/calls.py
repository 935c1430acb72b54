"""What is asked for now, and what a text answers, on pages that know nothing of calls."""

from __future__ import annotations

from typing import Any

from django import template

from accounts.models import User
from calls.models import Call
from calls.permissions import can_choose, is_chosen_still
from contributions.models import Contribution

register = template.Library()


@register.inclusion_tag("calls/_open.html")
def open_calls(user: User, kind: str = "") -> dict[str, Any]:
    """The three nearest deadlines, of one kind where given. Two queries; one where none is open."""
    found = Call.objects.visible_to(user).open().with_texts()
    return {"calls": list((found.filter(kind=kind) if kind else found)[:3])}


@register.simple_tag
def call_of(user: User, contribution: Contribution) -> Call | None:
    """The call that it answers, as far as the reader may see it. One query where there is none."""
    return Call.objects.visible_to(user).answered_by(contribution)


@register.inclusion_tag("calls/_answered.html")
def answered_call(user: User, contribution: Contribution) -> dict[str, Any]:
    """The call that it answers; for authors of a draft the way to choose one, where it answers
    one or one is open."""
    call = call_of(user, contribution)
    may_choose = can_choose(user, contribution) and is_chosen_still(contribution)
    if may_choose and call is None:
        open_ones = Call.objects.visible_to(user).open().filter(kind=contribution.kind)
        may_choose = open_ones.exists()
    return {"call": call, "contribution": contribution, "may_choose": may_choose}
