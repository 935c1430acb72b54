"""Reading a question as people type it: words, "phrases", -without, name:value. Never an error.

What a name:value means is not known here: `filters_in` finds them, whoever knows takes them out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from search import analysis

# More words than anybody asks for; what follows is not looked at.
MOST_WORDS: Final = 40
# Fewer letters say too little about the rest of a word.
SHORTEST_BEGINNING: Final = 3
_QUOTES: Final = '"“”„«»＂「」『』'
_PART: Final = re.compile(
    rf"(?P<minus>(?<!\S)[-−–])?(?:[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}]|(?P<plain>[^\s{_QUOTES}]+))"
)
# A space after the colon is what telephones put there. What stands in quotes is read over.
_FILTER: Final = re.compile(
    rf"(?<!\S)(?P<minus>[-−–])?(?P<name>[A-Za-z]+)[:：] ?"
    rf"(?:[{_QUOTES}](?P<phrase>[^{_QUOTES}]+)[{_QUOTES}]|(?P<plain>[^\s{_QUOTES}]+))(?!\S)"
    rf"|[{_QUOTES}][^{_QUOTES}]*[{_QUOTES}]"
)


@dataclass(frozen=True)
class Term:
    """One thing asked for: all the forms it can have in the index."""

    typed: str
    forms: tuple[str, ...]
    # False for words like "the": they add to the score, but no result has to have them.
    required: bool = True
    # Words in quotes are taken as they are, never corrected.
    exact: bool = False


@dataclass(frozen=True)
class Filter:
    """A name:value, and where it stands in the text."""

    name: str
    value: str
    is_out: bool  # with a minus before it: what has the value is left out
    start: int
    end: int


@dataclass(frozen=True)
class Query:
    """A question, read."""

    text: str
    terms: tuple[Term, ...] = ()
    phrases: tuple[str, ...] = ()  # as in Document.words, without the outer spaces
    # Each two plain words that stand side by side, as they are looked for in Document.words.
    neighbours: tuple[str, ...] = ()
    without: tuple[tuple[str, ...], ...] = ()  # all forms of a word that results must not have
    without_phrases: tuple[str, ...] = ()
    # The same for people: what is asked for, and what is left out.
    wanted: str = ""
    unwanted: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Nothing to rank by. There may still be words to leave out."""
        return not self.terms

    @property
    def required_bits(self) -> int:
        """A bit for each word that a text with all of them has, by its place among the terms."""
        return sum(1 << place for place, term in enumerate(self.terms) if term.required)

    def bits_of(self, phrase: str) -> int:
        """The same for the words of a phrase that say something. The others may be missing: names
        of tags and countries, where phrases are looked up too, are no posting of such words."""
        places = {term.typed: place for place, term in enumerate(self.terms)}
        telling = {word for word in _typed(phrase) if not analysis.is_stopword(word)}
        return sum(1 << places[typed] for typed in telling if typed in places)

    @property
    def beginning(self) -> str:
        """The last word, which may be the beginning of a longer one: plain, of some letters, with
        nothing behind it. Empty if there is none such."""
        text = self.text.rstrip()
        part = next((part for part in _PART.finditer(text) if part.end() == len(text)), None)
        if part is None or part["minus"] or part["plain"] is None:
            return ""
        typed = "".join(
            word.folded for word in analysis.words(part["plain"]) if word.end == len(part["plain"])
        )
        is_word = typed.isalpha() and len(typed) >= SHORTEST_BEGINNING
        if not is_word or any(map(analysis.is_han, typed)):
            return ""
        return typed

    def begun(self, beginning: str, words: Iterable[str]) -> Query:
        """The same where a term stands for each of the words that begin so."""
        forms = tuple(dict.fromkeys(form for word in words for form in analysis.variants(word)))
        terms = (
            replace(term, forms=forms) if term.typed == beginning else term for term in self.terms
        )
        return replace(self, terms=tuple(terms))

    @property
    def soft_phrases(self) -> tuple[str, ...]:
        """Phrases among other words bring texts to the top; see `hard_phrases`."""
        return () if self.hard_phrases else self.phrases

    @property
    def hard_phrases(self) -> tuple[str, ...]:
        """Where nothing but phrases is asked for, a text must have them."""
        return self.phrases if all(term.exact for term in self.terms if term.required) else ()


def filters_in(text: str, names: Collection[str]) -> list[Filter]:
    """Every name:value, name:"several words" and -name:value with one of these names, as typed."""
    found = []
    for part in _FILTER.finditer(text):
        name = (part["name"] or "").lower()
        if name in names:
            value = part["phrase"] or part["plain"]
            found.append(Filter(name, value, bool(part["minus"]), part.start(), part.end()))
    return found


def parse(text: str) -> Query:
    """Read a question."""
    plain: list[tuple[str, bool]] = []
    phrases: list[str] = []
    without: list[tuple[str, ...]] = []
    without_phrases: list[str] = []
    wanted: list[str] = []
    unwanted: list[str] = []
    for part in _PART.finditer(text):
        is_phrase = part["plain"] is None
        piece = part["phrase"] if is_phrase else part["plain"]
        folded = " ".join(word.folded for word in analysis.words(piece))
        if not folded:
            continue
        if part["minus"]:
            unwanted.append(piece)
            if " " in folded:
                without_phrases.append(folded)
            else:
                without.append(analysis.variants(folded))
            continue
        wanted.append(part.group())
        if is_phrase:
            phrases.append(folded)
        plain.append((piece, is_phrase))
    terms = _terms(plain)
    return Query(
        text=text,
        terms=terms,
        phrases=tuple(phrases),
        neighbours=_neighbours(plain, terms),
        without=tuple(without),
        without_phrases=tuple(without_phrases),
        wanted=" ".join(wanted),
        unwanted=tuple(unwanted),
    )


def _terms(pieces: list[tuple[str, bool]]) -> tuple[Term, ...]:
    """The different words, at most MOST_WORDS; those that say nothing are not required."""
    found: dict[str, Term] = {}
    for piece, exact in pieces:
        for typed in _typed(piece):
            if typed not in found and len(found) < MOST_WORDS:
                required = not analysis.is_stopword(typed)
                found[typed] = Term(typed, analysis.variants(typed), required, exact)
    if not any(term.required for term in found.values()):
        return tuple(Term(term.typed, term.forms, exact=term.exact) for term in found.values())
    return tuple(found.values())


def _neighbours(pieces: list[tuple[str, bool]], terms: tuple[Term, ...]) -> tuple[str, ...]:
    """The second word by its beginning, so that "joint team" stands in " joint teams "; nothing
    with a word that says nothing, or in quotes."""
    known = {term.typed: term for term in terms if term.required and not term.exact}
    typed = [word for piece, exact in pieces for word in ([""] if exact else _typed(piece))]
    found: dict[str, None] = {}
    for one, other in pairwise(typed):
        if one in known and other in known and one != other:
            shared = analysis.is_han(one) and analysis.is_han(other) and one[-1] == other[0]
            found[f" {_spaced(one)} {_spaced(_start(known[other]))[2 if shared else 0 :]}"] = None
    return tuple(found)


def _start(term: Term) -> str:
    """The shortest of a word's stems that it begins with; two letters are not enough."""
    stems = [form.rpartition(":")[2] for form in term.forms]
    return min(
        (stem for stem in stems if len(stem) > 2 and term.typed.startswith(stem)),
        key=len,
        default=term.typed,
    )


def _spaced(word: str) -> str:
    """As Document.words has it: Chinese by characters."""
    return " ".join(word) if analysis.is_han(word) else word


def _typed(piece: str) -> list[str]:
    """Words of a piece; Chinese in overlapping pairs, a single character alone."""
    found: list[str] = []
    run: list[str] = []
    last_end = -1
    for word in analysis.words(piece):
        if analysis.is_han(word.folded):
            if run and word.start != last_end:
                found += _pairs(run)
                run = []
            run.append(word.folded)
            last_end = word.end
            continue
        found += _pairs(run)
        run = []
        found.append(word.folded)
    return found + _pairs(run)


def _pairs(run: list[str]) -> list[str]:
    if len(run) < 2:
        return run
    return [first + second for first, second in pairwise(run)]
