"""{% open_calls kind %}: what is asked for now, on pages that know nothing of calls."""

from __future__ import annotations

from typing import Any

from django import template

from accounts.models import User
from calls.models import Call

register = template.Library()


@register.inclusion_tag("calls/_open.html")
def open_calls(user: User, kind: str = "") -> dict[str, Any]:
    """The three nearest deadlines, of one kind where given. Two queries; one where none is open."""
    found = Call.objects.visible_to(user).open().prefetch_related("texts")
    return {"calls": list((found.filter(kind=kind) if kind else found)[:3])}
