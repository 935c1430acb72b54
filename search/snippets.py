"""The passage of a text that answers a question best, cut into (text, found) fragments.

Fragments are plain text: whoever shows them escapes them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Final

from search import analysis

Fragments = list[tuple[str, bool]]

LENGTH: Final = 260
# Languages in Latin letters whose stemmers change endings only.
_BY_ENDINGS: Final = frozenset({"en", "fr", "es", "pt"})
_NONE: Final = re.compile("(?!)")


def marked(text: str, forms: Collection[str], language: str) -> Fragments:
    """The whole text, its words that have one of the forms set apart."""
    return _cut(text, _found(text, forms, language), 0, len(text))


def passage(
    texts: Collection[str], forms: Collection[str], language: str, length: int = LENGTH
) -> Fragments:
    """The stretch with most different words found, earlier texts first; empty if none has any."""
    best: tuple[int, str, list[tuple[int, int, str]], int] | None = None
    for text in texts:
        found = _found(text, forms, language)
        count, start = _densest(found, length)
        if count and (best is None or count > best[0]):
            best = (count, text, found, start)
    if best is None:
        return []
    _count, text, found, start = best
    if len(text) <= length:
        return _cut(text, found, 0, len(text))
    begin = _sentence_start(text, start, length)
    end = _word_end(text, begin + length)
    fragments = _cut(text, found, begin, end)
    if begin > 0:
        fragments.insert(0, ("… ", False))
    if end < len(text):
        fragments.append((" …", False))
    return fragments


def _found(text: str, forms: Collection[str], language: str) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    for at, word in _likely(text, frozenset(forms), language):
        for start, end, term in _terms(word, language):
            if term not in forms:
                continue
            if found and at + start < found[-1][1]:  # overlapping pairs of Chinese
                first, last, _term = found.pop()
                found.append((first, max(last, at + end), term))
            else:
                found.append((at + start, at + end, term))
    return found


def _likely(text: str, forms: frozenset[str], language: str) -> Iterator[tuple[int, str]]:
    """Where words stand that may have one of the forms, with the words. The rest of the page's
    cost is to look at all of them: twenty texts have ten thousand."""
    pattern = _beginnings(forms, language) if language in _BY_ENDINGS and text.isascii() else None
    if pattern is None:
        # Each different word is looked at once; of the others only that they stand there.
        different = set(analysis.runs(text))
        likely = {word for word in different if _has(word, forms, language)}
        yield from (
            (match.start(), word)
            for match in (analysis.raw_words(text) if likely else ())
            if (word := match.group()) in likely
        )
        return
    lowered = text.lower()
    for match in pattern.finditer(lowered):
        yield match.start(), text[match.start() : match.end()]


@lru_cache(maxsize=64)
def _beginnings(forms: frozenset[str], language: str) -> re.Pattern[str] | None:
    """What words begin with, in lower case, that have one of the forms; None where any may.

    These stemmers take endings away or change them, by at most two letters of the stem that is
    left.
    """
    own = f"{language}:"
    stems = [form.removeprefix(own) for form in forms if form.startswith(own) or ":" not in form]
    if not all(stem.isascii() for stem in stems):
        return None
    begin = sorted({re.escape(stem[: max(1, len(stem) - 2)]) for stem in stems})
    if not begin:
        return _NONE
    # That nothing of a word stands before is asked last: so the letters are looked for first.
    return re.compile(f"(?:{'|'.join(f'{one}(?<![a-z0-9]{one})' for one in begin)})[a-z0-9]*")


def _has(word: str, forms: frozenset[str], language: str) -> bool:
    return any(term in forms for _start, _end, term in _terms(word, language))


@lru_cache(maxsize=4_000)
def _terms(word: str, language: str) -> tuple[tuple[int, int, str], ...]:
    """The terms of one word with their places in it. Terms never reach into another word."""
    return tuple((found.start, found.end, term) for found, term in analysis.terms(word, language))


def _densest(found: list[tuple[int, int, str]], length: int) -> tuple[int, int]:
    """(how many different terms, where it starts) of the best window."""
    best = (0, 0)
    for i, (start, _end, _term) in enumerate(found):
        different = {term for _start, end, term in found[i : i + 60] if end <= start + length}
        if len(different) > best[0]:
            best = (len(different), start)
    return best


def _sentence_start(text: str, start: int, length: int) -> int:
    """Begin with the sentence, or with a word a little before the first one found."""
    earliest = max(0, start - length // 3)
    for i in range(start - 1, earliest - 1, -1):
        if text[i] in ".!?\n。؟۔！？" and i + 1 <= start:
            return i + 1 + (len(text[i + 1 :]) - len(text[i + 1 :].lstrip()))
    if earliest == 0:
        return 0
    space = text.find(" ", earliest, start)
    return space + 1 if space != -1 else start


def _word_end(text: str, end: int) -> int:
    if end >= len(text):
        return len(text)
    space = text.rfind(" ", end - 30, end)
    return space if space != -1 else end


def _cut(text: str, found: list[tuple[int, int, str]], begin: int, end: int) -> Fragments:
    fragments: Fragments = []
    at = begin
    for start, stop, _term in found:
        if start < at or stop > end:
            continue
        if start > at:
            fragments.append((text[at:start], False))
        fragments.append((text[start:stop], True))
        at = stop
    if at < end:
        fragments.append((text[at:end], False))
    return fragments
