"""What every page knows of the site."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """Name of the site and whether it runs with demo accounts. No queries."""
    return {"site_name": settings.SITE_NAME, "demo": settings.DEMO}
