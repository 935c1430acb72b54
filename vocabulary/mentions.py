"""Which concepts a text speaks of: by the words of their labels, so that a text about joint
investigation teams is found as JIT, équipe commune d'enquête, فريق تحقيق مشترك, tagged or not."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import Final

from django.db.models import BigIntegerField, CharField, Count, Func, QuerySet, Sum, Value
from django.db.models.functions import Concat

from search import analysis
from vocabulary.models import Concept, ConceptLabel

Names = list[tuple[str, str]]
# Labels of more words are definitions; nobody writes them out.
LONGEST: Final = 6
# A single word as short as this is more often something else.
SHORTEST_WORD: Final = 4


class Labels:
    """All labels of accepted concepts, for any number of texts. One query to make."""

    def __init__(self) -> None:
        self._names: dict[int, Names] = defaultdict(list)
        self._by_terms: dict[tuple[str, ...], set[int]] = defaultdict(set)
        self._acronyms: dict[str, set[int]] = defaultdict(set)
        rows = _accepted().values_list("concept_id", "language", "text", "kind")
        for concept, language, text, kind in rows:
            self._names[concept].append((language, text))
            if kind == ConceptLabel.Kind.ACRONYM:
                self._acronyms[text].add(concept)
                continue
            terms = tuple(term for _word, term in analysis.terms(text, language))
            if 0 < len(terms) <= LONGEST and len(text) >= SHORTEST_WORD:
                self._by_terms[terms].add(concept)

    def named_in(self, text: str, language: str) -> Names:
        """(language, label) of every label of each concept that the text names.

        Words are compared by their stems in the text's language; acronyms letter for letter.
        """
        words = list(analysis.terms(text, language))
        terms = [term for _word, term in words]
        found: set[int] = set()
        for start in range(len(terms)):
            for length in range(1, LONGEST + 1):
                found |= self._by_terms.get(tuple(terms[start : start + length]), set())
        for word, _term in words:
            found |= self._acronyms.get(text[word.start : word.end], set())
        return [name for concept in sorted(found) for name in self._names[concept]]


def current_labels() -> Labels:
    """The labels as they are now; made anew only when one was added, changed or taken away.

    One query that looks at all rows in the database and fetches none.
    """
    with_concept = Concat(
        "concept_id",
        Value(" "),
        "language",
        Value(" "),
        "kind",
        Value(" "),
        "text",
        output_field=CharField(),
    )
    state = _accepted().aggregate(
        number=Count("pk"),
        sign=Sum(Func(with_concept, function="hashtext", output_field=BigIntegerField())),
    )
    return _labels(state["number"], state["sign"] or 0)


@lru_cache(maxsize=1)
def _labels(number: int, sign: int) -> Labels:
    """Kept by what identifies the state they were read in."""
    return Labels()


def _accepted() -> QuerySet[ConceptLabel]:
    return ConceptLabel.objects.filter(concept__status=Concept.Status.ACCEPTED)
