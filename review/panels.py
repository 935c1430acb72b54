"""What stands beside a submission on its page: who reads it, what they say, how they score it."""

from __future__ import annotations

from typing import Any

from django.forms import Form

from accounts.models import User
from contributions.models import Revision


def of(user: User, revision: Revision, bound: dict[str, Form]) -> dict[str, Any]:
    """Context of the panels. `bound`: forms that were refused, by their name in the context."""
    return dict(bound)
