"""Saved searches for tests, made as the site makes them."""

from __future__ import annotations

from accounts.models import User
from following import searches
from following.models import SavedSearch


def saved_search(
    user: User, query: str = "", *, kind: str = "", name: str = "Mine", alert: str = "weekly"
) -> SavedSearch:
    """Saved now."""
    return searches.save(user, kind=kind, query=query, name=name, alert=alert)
