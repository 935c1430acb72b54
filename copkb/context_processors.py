"""What every page knows of the site."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from copkb.health import mail_state


def site(request: HttpRequest) -> dict[str, object]:
    """Name of the site and whether it runs with demo accounts. No queries."""
    return {
        "site_name": settings.SITE_NAME,
        "demo": settings.DEMO,
        # A function: only the first page of the administration asks, and only that one pays.
        "mail_state": mail_state,
    }
