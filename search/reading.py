"""A text, read for the index: each different word is taken apart once, however often it stands.

What comes out is what `analysis` gives word by word (a test holds one against the other); a rebuild
spends nearly all its time here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

from search import analysis

# Words of one language in a collection of ten thousand texts; some hundred bytes each.
KEPT: Final = 100_000


class _Raw(NamedTuple):
    """What a run of characters is written as one word gives (several words where it is Chinese)."""

    folded: str  # its words, folded, one space between them
    terms: tuple[str, ...]
    telling: int  # how many of its words say something
    written: tuple[str, ...]  # its words as they are written


@lru_cache(maxsize=KEPT)
def _raw(raw: str, language: str) -> _Raw:
    words = list(analysis.words(raw))
    return _Raw(
        folded=" ".join([word.folded for word in words]),
        terms=tuple([term for _word, term in analysis.with_terms(words, language)]),
        telling=sum([not analysis.is_stopword(word.folded, language) for word in words]),
        written=tuple([raw[word.start : word.end] for word in words]),
    )


class Reading:
    """One text in one language."""

    def __init__(self, text: str, language: str) -> None:
        self._runs = analysis.runs(text)
        self._counts = Counter(self._runs)
        self._raws = {run: _raw(run, language) for run in self._counts}

    @cached_property
    def folded(self) -> str:
        """All words in order, a space between them."""
        raws = self._raws
        return " ".join([folded for run in self._runs if (folded := raws[run].folded)])

    @property
    def telling(self) -> int:
        """How many words say something in the language."""
        return sum(number * self._raws[run].telling for run, number in self._counts.items())

    @cached_property
    def counts(self) -> dict[str, int]:
        """Term → how often."""
        found: dict[str, int] = {}
        for run, number in self._counts.items():
            for term in self._raws[run].terms:
                found[term] = found.get(term, 0) + number
        return found

    @cached_property
    def written(self) -> frozenset[str]:
        """The different words as they are written."""
        return frozenset(word for raw in self._raws.values() for word in raw.written)

    def has_in_order(self, terms: Iterable[str]) -> bool:
        """Whether the terms stand one after the other."""
        return _lines(terms) in self._in_order

    @cached_property
    def _in_order(self) -> str:
        raws = self._raws
        return _lines([term for run in self._runs for term in raws[run].terms])


def _lines(terms: Iterable[str]) -> str:
    return "\n".join(["", *terms, ""])


@lru_cache(maxsize=16)
def read(text: str, language: str) -> Reading:
    """The reading of a text, kept while it is being indexed: several look at it in turn."""
    return Reading(text, language)
