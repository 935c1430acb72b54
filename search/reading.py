"""A text, read for the index: each different word is taken apart once, however often it stands.

What comes out is what `analysis` gives word by word (a test holds one against the other); a rebuild
spends nearly all its time here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import chain, filterfalse, pairwise
from operator import attrgetter
from typing import Final, NamedTuple

from search import analysis

# Words of one language in a collection of ten thousand texts; some hundred bytes each.
KEPT: Final = 100_000
_FOLDED: Final = attrgetter("folded")
_TERMS: Final = attrgetter("terms")
_ROW: Final = attrgetter("row")
_TELLING: Final = attrgetter("telling")
_WRITTEN: Final = attrgetter("written")
_LAST: Final = attrgetter("last")


class _Raw(NamedTuple):
    """What a run of characters is written as one word gives (several words where it is Chinese)."""

    folded: str  # its words, folded, one space between them
    terms: tuple[str, ...]
    row: tuple[str, ...]  # those of them that are looked for one after the other
    telling: int  # how many of its words say something
    written: tuple[str, ...]  # its words as they are written
    # Its first and its last word where they are Chinese: pairs reach from one run into the next.
    first: str
    last: str


@lru_cache(maxsize=KEPT)
def _raw(raw: str, language: str) -> _Raw:
    pieces = analysis.folded_words(raw)
    if len(pieces) == 1 and not analysis.is_han(pieces[0]):  # nearly always
        return _raw_word(raw, pieces[0], language)
    words = list(analysis.words(raw))
    terms = tuple([term for _word, term in analysis.with_terms(words, language, raw)])
    ends = [
        word.folded if analysis.is_han(word.folded) else "" for word in (words[:1] + words[-1:])
    ]
    return _Raw(
        folded=" ".join([word.folded for word in words]),
        terms=terms,
        row=in_row(terms),
        telling=sum([not analysis.is_stopword(word.folded, language) for word in words]),
        written=tuple([raw[word.start : word.end] for word in words]),
        first=ends[0] if ends else "",
        last=ends[-1] if ends else "",
    )


def _raw_word(raw: str, folded: str, language: str) -> _Raw:
    if folded == raw:
        folded = raw  # so that it is kept once
    terms = analysis.terms_of(folded, language)
    is_telling = not analysis.is_stopword(folded, language)
    return _Raw(folded, terms, terms, int(is_telling), (raw,), "", "")


class Reading:
    """One text in one language."""

    def __init__(self, text: str, language: str) -> None:
        self._text = text
        runs = analysis.runs(text)
        self._raws = {run: _raw(run, language) for run in set(runs)}
        self._in_order = list(map(self._raws.__getitem__, runs))

    @cached_property
    def folded(self) -> str:
        """All words in order, a space between them."""
        return " ".join(filter(None, map(_FOLDED, self._in_order)))

    @property
    def telling(self) -> int:
        """How many words say something in the language."""
        return sum(map(_TELLING, self._in_order))

    @cached_property
    def counts(self) -> Counter[str]:
        """Term → how often."""
        found = Counter(chain.from_iterable(map(_TERMS, self._in_order)))
        found.update(self._pairs_between())
        return found

    def _pairs_between(self) -> Iterator[str]:
        """Chinese pairs of which each half stands in a run of its own."""
        if not any(map(_LAST, self._raws.values())):
            return
        runs = (run for run in analysis.raw_words(self._text) if self._raws[run.group()].folded)
        for run, next_run in pairwise(runs):
            one, other = self._raws[run.group()].last, self._raws[next_run.group()].first
            if one and other and analysis.are_joined(self._text, run.end(), next_run.start()):
                yield one + other

    @cached_property
    def written(self) -> frozenset[str]:
        """The different words as they are written."""
        return frozenset(chain.from_iterable(map(_WRITTEN, self._raws.values())))

    def has_in_order(self, terms: Iterable[str]) -> bool:
        """Whether the terms stand one after the other. Of Chinese the characters say all; which
        pairs stand between them depends on what stands before."""
        return self.has_row(in_row(terms))

    def has_row(self, terms: Sequence[str]) -> bool:
        """`has_in_order` of what `in_row` left of the terms."""
        return self.neighbours.issuperset(pairwise(terms)) and (
            len(terms) == 2 or _lines(terms) in self._lines
        )

    @cached_property
    def _row(self) -> list[str]:
        return list(chain.from_iterable(map(_ROW, self._in_order)))

    @cached_property
    def neighbours(self) -> set[tuple[str, str]]:
        """Every two terms of which one stands right after the other, as `in_row` has them."""
        return set(pairwise(self._row))

    @cached_property
    def _lines(self) -> str:
        return _lines(self._row)


def in_row(terms: Iterable[str]) -> tuple[str, ...]:
    """Those of the terms that are looked for one after the other."""
    return tuple(filterfalse(_is_pair, terms))


def _is_pair(term: str) -> bool:
    return len(term) == 2 and analysis.is_han(term)


def _lines(terms: Iterable[str]) -> str:
    return "\n".join(["", *terms, ""])


@lru_cache(maxsize=16)
def read(text: str, language: str) -> Reading:
    """The reading of a text, kept while it is being indexed: several look at it in turn."""
    return Reading(text, language)
