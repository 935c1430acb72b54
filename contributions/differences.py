"""What changed between two versions, field by field and word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from django.utils.functional import Promise

from contributions import kinds, rendering
from contributions.content import Content

# Words, the white space between them, and Chinese characters one by one.
_TOKEN = re.compile(r"[\u4e00-\u9fff]|[^\s\u4e00-\u9fff]+|\s+")
# Beyond this many words of one field the comparison goes line by line: it stays under a second.
_WORD_LIMIT = 4_000

Part = tuple[Literal["same", "removed", "added"], str]


@dataclass(frozen=True)
class FieldDifference:
    """One field that is not the same in both versions."""

    name: str
    label: str | Promise
    parts: list[Part]
    is_written: bool


def between(kind: kinds.Kind, old: Content, new: Content) -> list[FieldDifference]:
    """The fields that differ, in the form's order. Queries: those of rendering both."""
    before = {item.name: item for part in rendering.sections(kind, old) for item in part.fields}
    found = []
    for part in rendering.sections(kind, new):
        for item in part.fields:
            was = before[item.name].as_text()
            now = item.as_text()
            if was != now:
                found.append(
                    FieldDifference(item.name, item.label, words(was, now), item.is_written)
                )
    return found


def words(old: str, new: str) -> list[Part]:
    """Pieces of both texts in reading order. Same and added together are the new text."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if len(before) + len(after) > _WORD_LIMIT:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    parts: list[Part] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for _tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if _tag == "equal":
            parts.append(("same", "".join(after[j1:j2])))
            continue
        if i1 < i2:
            parts.append(("removed", "".join(before[i1:i2])))
        if j1 < j2:
            parts.append(("added", "".join(after[j1:j2])))
    return parts
