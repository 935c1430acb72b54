"""A text, read for the index: each different word is taken apart once, however often it stands.

What comes out is what `analysis` gives word by word (a test holds one against the other); a rebuild
spends nearly all its time here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from itertools import filterfalse, pairwise
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
    # Its first and its last word where they are Chinese: pairs reach from one run into the next.
    first: str
    last: str


@lru_cache(maxsize=KEPT)
def _raw(raw: str, language: str) -> _Raw:
    words = list(analysis.words(raw))
    ends = [
        word.folded if analysis.is_han(word.folded) else "" for word in (words[:1] + words[-1:])
    ]
    return _Raw(
        folded=" ".join([word.folded for word in words]),
        terms=tuple([term for _word, term in analysis.with_terms(words, language, raw)]),
        telling=sum([not analysis.is_stopword(word.folded, language) for word in words]),
        written=tuple([raw[word.start : word.end] for word in words]),
        first=ends[0] if ends else "",
        last=ends[-1] if ends else "",
    )


class Reading:
    """One text in one language."""

    def __init__(self, text: str, language: str) -> None:
        self._text = text
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
        for pair in self._pairs_between():
            found[pair] = found.get(pair, 0) + 1
        return found

    def _pairs_between(self) -> Iterator[str]:
        """Chinese pairs of which each half stands in a run of its own."""
        if not any(raw.last for raw in self._raws.values()):
            return
        runs = (run for run in analysis.raw_words(self._text) if self._raws[run.group()].folded)
        for run, next_run in pairwise(runs):
            one, other = self._raws[run.group()].last, self._raws[next_run.group()].first
            if one and other and analysis.are_joined(self._text, run.end(), next_run.start()):
                yield one + other

    @cached_property
    def written(self) -> frozenset[str]:
        """The different words as they are written."""
        return frozenset(word for raw in self._raws.values() for word in raw.written)

    def has_in_order(self, terms: Iterable[str]) -> bool:
        """Whether the terms stand one after the other. Of Chinese the characters say all; which
        pairs stand between them depends on what stands before."""
        return _lines(filterfalse(_is_pair, terms)) in self._in_order

    @cached_property
    def _in_order(self) -> str:
        raws = self._raws
        terms = (term for run in self._runs for term in raws[run].terms)
        return _lines(filterfalse(_is_pair, terms))


def _is_pair(term: str) -> bool:
    return len(term) == 2 and analysis.is_han(term)


def _lines(terms: Iterable[str]) -> str:
    return "\n".join(["", *terms, ""])


@lru_cache(maxsize=16)
def read(text: str, language: str) -> Reading:
    """The reading of a text, kept while it is being indexed: several look at it in turn."""
    return Reading(text, language)
