"""Makes every request one of a signed-in person; the measuring script sends no cookies."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse


class SignedIn:
    """Adds the cookie only: session and person are read from the database as ever."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        session: str = getattr(settings, "BENCH_SESSION", "")
        if not session:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.cookie = f"{settings.SESSION_COOKIE_NAME}={session}"

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.META["HTTP_COOKIE"] = self.cookie
        return self.get_response(request)
