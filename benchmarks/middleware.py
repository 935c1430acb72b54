"""What benchmarks put in front of the site: a signed-in person, a clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import connection
from django.http import HttpRequest, HttpResponse


class SignedIn:
    """Makes every request one of a signed-in person; the measuring script sends no cookies. It
    adds the cookie only: session and person are read from the database as ever."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        session: str = getattr(settings, "BENCH_SESSION", "")
        if not session:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.cookie = f"{settings.SESSION_COOKIE_NAME}={session}"

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.META["HTTP_COOKIE"] = self.cookie
        return self.get_response(request)


class Timed:
    """Tells with each answer its milliseconds, those of the processor in this thread, and the
    number of queries: `Server-Timing: total;dur=12.3, processor;dur=8.1, queries;dur=7`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        queries = 0

        def count(execute: Callable[..., Any], *args: Any) -> Any:
            nonlocal queries
            queries += 1
            return execute(*args)

        began, began_work = time.perf_counter(), time.thread_time()
        with connection.execute_wrapper(count):
            response = self.get_response(request)
        total = 1000 * (time.perf_counter() - began)
        work = 1000 * (time.thread_time() - began_work)
        response["Server-Timing"] = (
            f"total;dur={total:.2f}, processor;dur={work:.2f}, queries;dur={queries}"
        )
        return response
