"""From text to terms: the same way for what is indexed and for what is asked. No Django.

A text is cut into words; each word is folded and gives its term in a language. Chinese gives its
characters and overlapping pairs of them, also over spaces and ends of lines, which say nothing.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

import Stemmer

from search.folding import fold
from search.stopwords import ANYWHERE, STOPWORDS

# Snowball's names. Arabic has the light stemmer below, and Snowball's stem as a second form.
STEMMERS: Final = {
    "en": "english", "fr": "french", "es": "spanish", "pt": "portuguese", "ru": "russian",
    "ar": "arabic",
}  # fmt: skip
# Longer words are hashes, addresses or attacks; two of them that begin alike are one word.
LONGEST: Final = 56
# Stems of so few letters are shared by words that have nothing to do with each other (es: "costan",
# they cost, and "Costa"). In names they are not enough.
SHORT_STEM: Final = 4
_LATIN: Final = frozenset({"en", "fr", "es", "pt"})
# Plural and gender.
_LIGHT_ENDING: Final = re.compile("(?<=...)[aoe]?s?$")
# Stems that the stemmer keeps apart and the field does not.
_SAME: Final = {"en": {"traffick": "traffic", "trafick": "traffic"}}
_ARABIC: Final = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff]")
_CYRILLIC: Final = re.compile("[\u0400-\u052f]")
_HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN_RUN: Final = re.compile(f"[{_HAN}]+")
_RUNS: Final = re.compile(f"[{_HAN}]+|[^{_HAN}]+")


def _in_words() -> tuple[str, str]:
    """Characters of words that are no letters: signs that stand for letters ("㏒", the radicals
    that PDF files have in place of Chinese characters); marks, joiners and direction marks, which
    begin no word."""
    signs, inner = [], []
    for character in map(chr, range(0x20000)):
        category = unicodedata.category(character)
        if category in ("Mn", "Mc", "Cf"):
            inner.append(re.escape(character))
        elif (
            category in ("Sc", "So")
            and unicodedata.decomposition(character)  # most signs stand for nothing else
            and any(map(str.isalnum, fold(character)))
        ):
            signs.append(character)
    return "".join(signs), "".join(inner)


_SIGNS, _INNER = _in_words()
_WORD: Final = re.compile(f"(?:[^\\W_]|[{_SIGNS}])(?:[^\\W_]+|[{_SIGNS}{_INNER}]+)*")
# The same where nothing but letters and digits stands in words: ten times as quick.
_PLAIN_WORD: Final = re.compile("[^\\W_]+")
_ASCII_BREAKS: Final = {i: " " for i in range(128) if not chr(i).isalnum()}


class Word(NamedTuple):
    """A word as it stands in a text: where, and its folded spelling."""

    start: int
    end: int
    folded: str


def words(text: str) -> Iterator[Word]:
    """The words of a text in order. Chinese comes as single characters.

    Signs that fold to several words ("ﷺ") give several words at one place.
    """
    for match in _WORD.finditer(text):
        raw = match.group()
        pieces = folded_words(raw)
        if len(pieces) == 1 and not _HAN_RUN.match(pieces[0]):  # nearly always
            yield Word(match.start(), match.end(), pieces[0])
            continue
        # Chinese keeps its length when folded, so each character knows its place.
        in_place = sum(map(len, pieces)) == len(raw)
        at = match.start()
        for piece in pieces:
            if not in_place:
                yield Word(match.start(), match.end(), piece)
            elif _HAN_RUN.match(piece):
                for i, character in enumerate(piece):
                    yield Word(at + i, at + i + 1, character)
            else:
                yield Word(at, at + len(piece), piece)
            at += len(piece)


@lru_cache(maxsize=2_000)
def folded_words(raw: str) -> tuple[str, ...]:
    """Folded spelling of what is written as one word: nearly always one word; a Chinese run."""
    folded = fold(raw)
    if folded.isalnum() and not _HAN_RUN.search(folded):
        return (folded[:LONGEST],)
    return tuple(
        piece if _HAN_RUN.match(piece) else piece[:LONGEST]
        for found in _WORD.finditer(folded)
        for piece in _RUNS.findall(found.group())
    )


def raw_words(text: str) -> Iterator[re.Match[str]]:
    """What is written as one word, unfolded; a Chinese run is one."""
    return _WORD.finditer(text)


def runs(text: str) -> list[str]:
    """The same, without their places: much quicker."""
    if text.isascii():
        return text.translate(_ASCII_BREAKS).split()
    if any(character in _SIGNS or character in _INNER for character in set(text)):
        return _WORD.findall(text)
    return _PLAIN_WORD.findall(text)


def terms(text: str, language: str) -> Iterator[tuple[Word, str]]:
    """Every word of a text in `language` with each of its terms, for the index and for marking."""
    return with_terms(words(text), language, text)


def telling(text: str, language: str) -> Iterator[tuple[Word, str]]:
    """`terms` of the words that say something in `language`."""
    return (pair for pair in terms(text, language) if not is_stopword(pair[0].folded, language))


def telling_terms(text: str, language: str) -> Iterator[str]:
    """The same without the words."""
    return (term for _word, term in telling(text, language))


def telling_words(text: str, language: str) -> dict[str, str]:
    """Each of these terms with the word as it is written first, in order."""
    found: dict[str, str] = {}
    for word, term in telling(text, language):
        found.setdefault(term, text[word.start : word.end])
    return found


def name_terms(name: str, language: str) -> Iterator[str]:
    """The terms by which a name in `language` is met: of its words that say something."""
    for word, term in with_terms(words(name), language, name, name_terms_of):
        if not is_stopword(word.folded, language):
            yield term


def with_terms(
    found: Iterable[Word],
    language: str,
    text: str,
    of: Callable[[str, str], Iterable[str]] | None = None,
) -> Iterator[tuple[Word, str]]:
    """`terms` of words of a text that is cut already; those of one word by `of`, if it is not
    `terms_of`."""
    before: Word | None = None
    for word in found:
        if is_han(word.folded):
            yield word, word.folded
            if before and are_joined(text, before.end, word.start):
                yield Word(before.start, word.end, ""), before.folded + word.folded
            before = word
            continue
        before = None
        for term in (of or terms_of)(word.folded, language):
            yield word, term


def are_joined(text: str, end: int, start: int) -> bool:
    """Whether nothing but space stands between what ends and what starts there."""
    return end == start or text[end:start].isspace()


def is_han(folded: str) -> bool:
    return bool(_HAN_RUN.fullmatch(folded))


def variants(folded: str) -> tuple[str, ...]:
    """All terms that a folded word can have in the index, whatever the language of the text or of
    the name."""
    found = {folded: None}
    for language in STEMMERS:
        found |= dict.fromkeys(terms_of(folded, language))
        found |= dict.fromkeys(name_terms_of(folded, language))
    return tuple(found)


def name_terms_of(folded: str, language: str) -> tuple[str, ...]:
    """`terms_of` a word in a name: "~es:cost". A question may be in any language, so all stems that
    a word would have are looked for among the names in all languages; a short one meets there only
    the same word, in the plural or the other gender."""
    found = terms_of(folded, language)
    if language in _LATIN and ":" in found[0] and len(found[0]) <= SHORT_STEM + 3:
        return (f"~{language}:{_LIGHT_ENDING.sub('', folded, count=1)}",)
    return found


# Of the words of questions and passages; texts are read by search.reading, which keeps its own.
@lru_cache(maxsize=4_000)
def terms_of(folded: str, language: str) -> tuple[str, ...]:
    """The terms of a folded word: "en:train". Stems carry their language, so that a French stem
    never meets an English word; what no stemmer touches stands as it is, in every language.

    An Arabic word has Snowball's stem too, and one without what may be a joined preposition.
    """
    stemmed = stem(folded, language)
    if stemmed is None:
        return (folded,)
    if language != "ar":
        return (f"{language}:{stemmed}",)
    found = dict.fromkeys((stemmed, _stemmer("ar").stemWord(folded)))
    if stemmed[0] in _JOINED and len(stemmed) > 3:
        found[stemmed[1:]] = None
    return tuple(f"ar:{form}" for form in found if form)


def is_stopword(folded: str, language: str | None = None) -> bool:
    """Whether the word says nothing in `language` (in any language, if none is given)."""
    listed = ANYWHERE if language is None else STOPWORDS.get(language, frozenset())
    return folded in listed or (len(folded) == 1 and folded.isascii())


def stem(folded: str, language: str) -> str | None:
    """The stem of a folded word; None where the language or the script has no stemmer."""
    if language not in STEMMERS or not folded.isalpha():
        return None
    if folded.isascii():  # nearly always: neither Arabic nor Cyrillic
        if language in ("ar", "ru"):
            return None
    elif bool(_ARABIC.search(folded)) != (language == "ar") or (
        bool(_CYRILLIC.search(folded)) != (language == "ru")
    ):
        return None
    if language == "ar":
        return _arabic_stem(folded)
    stemmed: str = _stemmer(language).stemWord(folded)
    return _SAME.get(language, {}).get(stemmed, stemmed)


_local = threading.local()


def _stemmer(language: str) -> Stemmer.Stemmer:
    """One for each thread: they keep state while they work."""
    stemmers: dict[str, Stemmer.Stemmer] = vars(_local).setdefault("stemmers", {})
    if language not in stemmers:
        stemmers[language] = Stemmer.Stemmer(STEMMERS[language])
    return stemmers[language]


# Larkey, Ballesteros, Connell: "Light stemming for Arabic information retrieval" (light10), in
# our folded spelling (ta marbuta is ha).
_PREFIXES: Final = ("وال", "بال", "كال", "فال", "ولل", "لل", "ال", "و")
_JOINED: Final = "بلفك"
_SUFFIXES: Final = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")


def _arabic_stem(folded: str) -> str:
    """Without article, joined prepositions and the commonest endings; never under two letters."""
    word = folded
    for prefix in _PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= (3 if prefix == "و" else 2):
            word = word[len(prefix) :]
            break
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 2:
            word = word[: -len(suffix)]
    return word
