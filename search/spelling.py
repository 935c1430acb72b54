"""What a word that nothing has may have meant: known words that begin with it or look like it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Count, QuerySet
from django.db.models.functions import Length

from search import analysis
from search.models import Alias, KnownWord, Posting

# Below this PostgreSQL's trigrams have too little in common (traning / training: 0.45).
LEAST_LIKENESS: Final = 0.25
CANDIDATES: Final = 30
# Words that begin alike: so many are looked at, and so many, the commonest, are taken.
LOOKED_AT: Final = 200
TAKEN: Final = 20


def nearest(word: str, documents: QuerySet[Any, Any]) -> str | None:
    """The known word nearest to a mistyped one, among those that `documents` (ids) hold.

    One slip (a letter missing, added, changed, two swapped) is allowed up to seven letters, two
    in longer words. Three queries.
    """
    if len(word) < 4 or not word.isalpha():
        return None
    candidates = (
        KnownWord.objects.filter(word__trigram_similar=word)
        .annotate(likeness=TrigramSimilarity("word", word))
        .order_by("-likeness", "word")
        .values_list("word", flat=True)[:CANDIDATES]
    )
    slips = 1 if len(word) <= 7 else 2
    near = {
        found: distance
        for found in candidates
        if (distance := slips_between(word, found, slips)) <= slips
    }
    if not near:
        return None
    held = _held(near, documents)
    # Fewest slips first, then the commoner word.
    return min(held, key=lambda found: (near[found], -held[found], found), default=None)


def beginning_with(word: str, documents: QuerySet[Any, Any]) -> list[str]:
    """The known words that begin like an unfinished one, among those that `documents` (ids) hold:
    at most TAKEN, the commonest first. Three queries."""
    candidates = (
        KnownWord.objects.filter(word__startswith=word)
        .order_by(Length("word"), "word")
        .values_list("word", flat=True)[:LOOKED_AT]
    )
    held = _held(candidates, documents)
    return sorted(held, key=lambda found: (-held[found], found))[:TAKEN]


def named(words: Iterable[str]) -> set[str]:
    """Those of the words that stand in the name of anything (see Alias). One query for all."""
    forms = _forms(words)
    known = Alias.objects.filter(term__in=list(forms)).values_list("term", flat=True).distinct()
    return {word for form in known for word in forms[form]}


def _forms(words: Iterable[str]) -> dict[str, set[str]]:
    """Under which terms the words may stand → the words."""
    forms: dict[str, set[str]] = {}
    for word in words:
        for form in analysis.variants(word):
            forms.setdefault(form, set()).add(word)
    return forms


def _held(words: Iterable[str], documents: QuerySet[Any, Any]) -> dict[str, int]:
    """Which of the words the documents hold, and in how many postings. Two queries."""
    forms = _forms(words)
    # What stands only in the names of things is held by what is labelled with them.
    named = Alias.objects.filter(term__in=list(forms)).values_list("thing", "term")
    for thing, term in named:
        forms.setdefault(thing, set()).update(forms[term])
    postings = Posting.objects.filter(term__in=list(forms), document__in=documents)
    held: dict[str, int] = {}
    for term, number in postings.values_list("term").annotate(number=Count("document")):
        for word in forms[term]:
            held[word] = held.get(word, 0) + number
    return held


def slips_between(one: str, other: str, most: int) -> int:
    """Letters missing, added, changed or swapped with their neighbour; most + 1 for "too many"."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, before, row = before, row, [i] + [0] * len(other)
        for j, letter_2 in enumerate(other, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != letter_2))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == letter_2:
                row[j] = min(row[j], last[j - 2] + 1)
    return min(row[-1], most + 1)
