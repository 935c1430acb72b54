"""System checks: what must not go on line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

_LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]", "::1", "testserver"}


@register()
def demo_stays_local(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Demo accounts have known passwords: refuse them where others can reach the server."""
    public = {host for host in settings.ALLOWED_HOSTS if host not in _LOCAL_HOSTS}
    if settings.DEMO and not settings.DEBUG and public:
        return [
            Error(
                "Demo accounts are switched on for a public host.",
                hint=f"Unset DEMO, or take {', '.join(sorted(public))} out of ALLOWED_HOSTS.",
                id="copkb.E001",
            )
        ]
    return []
