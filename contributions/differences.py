"""What changed between two versions, field by field and word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from cydifflib import SequenceMatcher
from django.utils.functional import Promise

from contributions import kinds, rendering
from contributions.content import Content

# Words and Chinese characters one by one, each with the white space before it; white space at the
# end. Spaces of their own would match each other everywhere and cost most of the time.
_TOKEN = re.compile(r"\s*(?:[\u4e00-\u9fff]|[^\s\u4e00-\u9fff]+)|\s+")
_LEADING = re.compile(r"\s*")
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
    return of_shown(*rendering.several(kind, [old, new]))


def of_shown(
    before: list[rendering.ShownSection], after: list[rendering.ShownSection]
) -> list[FieldDifference]:
    """The same for two versions of one kind that are in words already. No query."""
    old = {item.name: item.as_text() for part in before for item in part.fields}
    return [
        FieldDifference(item.name, item.label, words(old.get(item.name, ""), now), item.is_written)
        for part in after
        for item in part.fields
        if (now := item.as_text()) != old.get(item.name, "")
    ]


def words(old: str, new: str) -> list[Part]:
    """Pieces of both texts in reading order. Same and added together are the new text."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if len(before) + len(after) > _WORD_LIMIT:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    parts: list[Part] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        removed, added = "".join(before[i1:i2]), "".join(after[j1:j2])
        if tag == "equal":
            _join(parts, "same", added)
            continue
        # White space before both is no change of either.
        space = _LEADING.match(added).group() if tag == "replace" else ""  # type: ignore[union-attr]  # matches always
        if space and removed.startswith(space):
            _join(parts, "same", space)
            removed, added = removed[len(space) :], added[len(space) :]
        _join(parts, "removed", removed)
        _join(parts, "added", added)
    return parts


def _join(parts: list[Part], sign: Literal["same", "removed", "added"], text: str) -> None:
    """Add a piece, to the last one where that has the same sign."""
    if not text:
        return
    if parts and parts[-1][0] == sign:
        parts[-1] = (sign, parts[-1][1] + text)
    else:
        parts.append((sign, text))
