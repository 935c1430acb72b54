"""Pages of records as visitors see them, kept by a sign of everything that they show (ADR 0022).

PostgreSQL reads what it would read anyway, through the same `visible_to`, but answers with a sign
of the rows; what was made of the same rows before is shown again. Whoever is signed in gets a page
of their own each time.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from contributions import at_once, pages
from contributions.memory import Memory
from contributions.templatetags import kept
from search.store import STATE

_PARTS: Final = ("page title", "page crumbs", "page main")
# Stands for the code while the statement is written.
_CODE: Final = "\N{OBJECT REPLACEMENT CHARACTER}"
# Of so many pages a process keeps which other contributions they show.
_named: Memory[tuple[int, ...]] = Memory(1000)


def sign(request: HttpRequest, kind: str, code: str, *relations: at_once.Relation) -> str:
    """A sign of the rows of the page, of the day and of the address of the site; nothing for the
    signed-in, or where a visitor finds nothing. One query for visitors."""
    if request.user.is_authenticated:
        return ""
    sql, params = _statement(kind, relations, get_language())
    with connection.cursor() as cursor:
        cursor.execute(sql, [code if value == _CODE else value for value in params])
        row = cursor.fetchone()
    if row is None:
        return ""
    return f"{' '.join(map(str, row))} {timezone.localdate()} {request.build_absolute_uri('/')}"


def find(request: HttpRequest, sign: str) -> HttpResponse | None:
    """The page, if it is kept. One query where what it shows of others has to be asked for."""
    named = _named.find((sign, get_language())) if sign else None
    if named is None:
        return None
    beside = at_once.cards_among(pages.visible_beside(AnonymousUser()), named)
    page_key = _key(sign, beside.texts)
    parts = {place.removeprefix("page "): kept.find(place, page_key) for place in _PARTS}
    if None in parts.values():
        return None
    return render(request, "contributions/kept.html", parts)


def key(sign: str, others: pages.Beside) -> str:
    """What the parts of the page are kept by; nothing where it is not to be kept. No query."""
    if not sign:
        return ""
    _named.get((sign, get_language()), lambda: tuple(others.texts))
    return _key(sign, others.texts)


def _key(sign: str, texts: dict[int, str]) -> str:
    shown = blake2b(repr(sorted(texts.items())).encode(), digest_size=16).hexdigest()
    return f"{sign} {shown}"


@lru_cache(maxsize=64)
def _statement(
    kind: str, relations: tuple[at_once.Relation, ...], _language: str | None
) -> tuple[str, tuple[Any, ...]]:
    """Django takes longer to write it than PostgreSQL to run it, and for visitors it is always the
    same but for the code."""
    record = pages.found_by(AnonymousUser(), kind, _CODE)
    rows = at_once.annotated(record, *pages.shown_of(*relations))
    sql, params = rows.query.sql_with_params()
    return f"SELECT md5(r::text), {STATE} FROM ({sql}) r", params  # noqa: S608  Django's and ours
