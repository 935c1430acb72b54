"""Tells the database who acts and why, for the audit trail that its triggers write.

The trail itself is at the top of the house (copkb.audit); here is only what those who change roles
and reference data need to say. See docs/adr/0013.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

# Statements that change what the trail follows; decisions carry their own "who" and "why".
# Sessions are written often, and not followed.
_FOLLOWED = re.compile(
    r"\s*(?:INSERT INTO|UPDATE|DELETE FROM) "
    r'"(?:accounts|auth|countries|vocabulary)_(?!session")'
)
_READ = "SELECT current_setting('copkb.actor', true), current_setting('copkb.why', true)"
_SAY = "SELECT set_config('copkb.actor', %s, %s), set_config('copkb.why', %s, %s)"


@contextmanager
def acting(actor: int | None, why: str) -> Iterator[None]:
    """Changes inside are this person's (key; None: nobody), for this reason. One transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_READ)
        before = cursor.fetchone()
        cursor.execute(_SAY, [str(actor or ""), True, why[:500], True])
        yield
        cursor.execute(_SAY, [before[0] or "", True, before[1] or "", True])


def because(why: str) -> None:
    """The reason of what follows in this transaction; who acts stays as it is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('copkb.why', %s, true)", [why[:500]])


class ActorMiddleware:
    """Names the signed-in person before statements of a request that the trail follows; other
    requests cost nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return self.get_response(request)
        speaker = _Speaker(request)
        try:
            with connection.execute_wrapper(speaker):
                return self.get_response(request)
        finally:
            speaker.be_silent()


class _Speaker:
    """Sets the name once in a request, for the connection; takes it back in the end."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.has_spoken = False

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,  # noqa: FBT001  Django calls it so
        context: Any,
    ) -> Any:
        if not self.has_spoken and _FOLLOWED.match(sql) and self.request.user.is_authenticated:
            self.has_spoken = True
            with context["connection"].cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('copkb.actor', %s, false)", [str(self.request.user.pk)]
                )
        return execute(sql, params, many, context)

    def be_silent(self) -> None:
        if self.has_spoken and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute(_SAY, ["", False, "", False])
