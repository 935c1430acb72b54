"""Folding: one spelling for every way of writing a word. Pure functions, no Django.

The same function runs over what is indexed and over what is asked, so it may lose information
freely; it must only lose it in the same way every time (it is idempotent, and tested to be).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Marks that sit on Latin, Greek, Cyrillic, Hebrew and Arabic letters. Marks of other scripts
# (Bengali, Lao, Devanagari) are vowels, part of the word, and stay.
_MARKS: Final = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08ca-\u08ff\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u20d0-\u20ff\ufe20-\ufe2f]"
)
# Tatweel, the free-standing hamza, and everything that takes no room: joiners, direction marks,
# soft hyphen, byte order mark.
_DROPPED: Final = re.compile("[\u0640\u0621\u200b-\u200f\u202a-\u202e\u2060-\u2069\u00ad\ufeff]")
# Signs that say whose a name is; they would become letters of it.
_OWNED: Final = re.compile("[\u2120\u2122]")
_SPACES: Final = re.compile(r"\s+")
_DIGIT: Final = re.compile(r"(?![0-9])\d")

# Hamza carriers (أ إ آ ؤ ئ ۀ) need no row here: they decompose to letter + mark.
_LETTERS: Final = str.maketrans(
    {
        "ٱ": "ا", "ٲ": "ا", "ٳ": "ا",
        "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ۍ": "ي",
        "ک": "ك", "ڪ": "ك", "ګ": "ك",
        "ة": "ه", "ہ": "ه", "ۃ": "ه", "ھ": "ه", "ە": "ه", "ۂ": "ه",
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th",
        "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "‐": "-", "–": "-", "—": "-",
    }
)  # fmt: skip


def fold(text: str) -> str:
    """One lower-case, accent-free, single-spaced spelling of `text`.

    Compatibility forms, case, accents, Arabic letter forms and vowel signs, invisible characters
    and the digits of every script are evened out; runs of white space become one space.
    """
    if text.isascii():  # nearly every word: nothing to take apart
        return _SPACES.sub(" ", text.lower().replace("`", "'")).strip()
    folded = _fold_once(text)
    # Taking marks away can bring new compositions about; very few characters need a second round,
    # plain letters never do.
    while not folded.isascii() and (again := _fold_once(folded)) != folded:
        folded = again
    return folded


def _fold_once(text: str) -> str:
    plain = unicodedata.normalize("NFKD", _OWNED.sub("", text))
    # Marks go before the case does too: the iota below a Greek letter would become a letter.
    bare = _DROPPED.sub("", _MARKS.sub("", plain)).casefold()
    letters = _MARKS.sub("", unicodedata.normalize("NFKD", bare)).translate(_LETTERS)
    digits = _DIGIT.sub(_ascii_digit, letters)
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", digits)).strip()


def _ascii_digit(digit: re.Match[str]) -> str:
    """The ASCII digit for a decimal digit of any script."""
    return str(unicodedata.decimal(digit.group()))
