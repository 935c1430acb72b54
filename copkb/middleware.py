"""Small middleware: HEAD has no body, broken addresses are refused early, the admin's styles get
their exception."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import SELF, UNSAFE_INLINE
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse

_Next = Callable[[HttpRequest], HttpResponse]


class HeadMiddleware:
    """Send no body after HEAD; the server would drop it and complain. Its length stays told."""

    def __init__(self, get_response: _Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "HEAD" and not response.streaming:
            response.content = b""
        return response


class BadInputMiddleware:
    """Answer 400 for NUL bytes in an address: PostgreSQL cannot hold them, so nothing has them."""

    def __init__(self, get_response: _Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: object) -> None:
        """Raised here, inside Django's handler, so that the answer is the site's own page."""
        query = request.META.get("QUERY_STRING", "")
        if "\x00" in request.path or "%00" in query or "\x00" in query:
            raise SuspiciousOperation("NUL byte in the address")


class AdminStyleMiddleware:
    """Django's admin sets styles in attributes; only there, only for styles, that is allowed."""

    def __init__(self, get_response: _Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith("/admin/"):
            response._csp_update = {  # type: ignore[attr-defined]  # read by django-csp
                "style-src": [SELF, UNSAFE_INLINE],
                "img-src": [SELF, "data:"],
            }
        return response
