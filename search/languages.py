"""In which language is a text? By its script, and by the little words that each language uses.

Good for "is this French?", no more: short texts and mixed ones have no answer.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from search.folding import fold
from search.stopwords import STOPWORDS

_LATIN: Final = ("en", "fr", "es", "pt")
_ARABIC: Final = ("ar", "fa", "ur")
_SCRIPTS: Final = {
    "latin": re.compile(r"[A-Za-z\u00c0-\u024f]"),
    "cyrillic": re.compile(r"[\u0400-\u04ff]"),
    "arabic": re.compile(r"[\u0620-\u064a\u066e-\u06d3]"),
    "han": re.compile(r"[\u4e00-\u9fff]"),
}
_WORD: Final = re.compile(r"[^\W\d_]+")
# Below this many letters a title or a list of names says nothing.
_ENOUGH_LETTERS: Final = 60
_ENOUGH_HAN: Final = 20
# A text that has not shown its language by then changes it on the way.
_LOOKED_AT: Final = 5_000
# Share of the letters one script must have, share of words that must be little ones, and how far
# the best language must be ahead of the next.
_SCRIPT_SHARE: Final = 0.7
_WORD_SHARE: Final = 0.08
_AHEAD: Final = 1.3


def detect(text: str) -> str:
    """Code of the language (en fr es pt ru ar fa ur zh), or nothing where it is not clear."""
    text = text[:_LOOKED_AT]
    letters = {name: len(pattern.findall(text)) for name, pattern in _SCRIPTS.items()}
    total = sum(letters.values())
    # One Chinese character says as much as a short word.
    weight = {name: count * (3 if name == "han" else 1) for name, count in letters.items()}
    script = max(weight, key=lambda name: weight[name])
    if weight[script] < _SCRIPT_SHARE * sum(weight.values()):
        return ""
    if script == "han":
        return "zh" if letters["han"] >= _ENOUGH_HAN else ""
    if total < _ENOUGH_LETTERS:
        return ""
    if script == "cyrillic":
        return "ru"
    return _by_words(text, _LATIN if script == "latin" else _ARABIC)


def _by_words(text: str, languages: tuple[str, ...]) -> str:
    """The language whose little words are most frequent; words of several count less."""
    words = Counter(_WORD.findall(fold(text)))
    scores = dict.fromkeys(languages, 0.0)
    for word, times in words.items():
        speakers = [language for language in languages if word in STOPWORDS[language]]
        for language in speakers:
            scores[language] += times / len(speakers)
    first, second, *_rest = sorted(languages, key=lambda language: -scores[language])
    if scores[first] < _WORD_SHARE * words.total() or scores[first] < _AHEAD * scores[second]:
        return ""
    return first
