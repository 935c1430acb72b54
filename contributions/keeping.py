"""Typed text that could not be saved (the session ran out, somebody else saved) waits in the
session until its writer is back. It is shown only to who may write in that contribution."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from contributions.content import Content

_KEY = "kept_texts"
# Of one text, as JSON. The longest honest form stays far below it.
MAX_LENGTH = 400_000
MAX_TEXTS = 5


@dataclass(frozen=True)
class Kept:
    """Text as typed, and the number its form was opened with."""

    content: Content
    lock: int


def keep(request: HttpRequest, code: str, content: Content, lock: int) -> bool:
    """Whether the text was kept: too long ones and a sixth one are not."""
    kept: dict[str, Any] = request.session.get(_KEY, {})
    if len(json.dumps(content)) > MAX_LENGTH or (len(kept) >= MAX_TEXTS and code not in kept):
        return False
    kept[code] = {"content": content, "lock": lock}
    request.session[_KEY] = kept
    return True


def kept_text(request: HttpRequest, code: str) -> Kept | None:
    found = request.session.get(_KEY, {}).get(code)
    return Kept(found["content"], found["lock"]) if found else None


def forget(request: HttpRequest, code: str) -> None:
    kept = request.session.get(_KEY, {})
    if kept.pop(code, None) is not None:
        request.session[_KEY] = kept
