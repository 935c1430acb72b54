"""Which concepts a text speaks of: by the words of their labels, so that a text about joint
investigation teams is found as JIT, équipe commune d'enquête, فريق تحقيق مشترك, tagged or not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from django.db.models import QuerySet

from search import analysis
from vocabulary.models import Concept, ConceptLabel

# Labels of more words are definitions; nobody writes them out.
LONGEST: Final = 6
# A single word as short as this is more often something else.
SHORTEST_WORD: Final = 4


class Labels:
    """All labels of accepted concepts, for any number of texts. One query to make."""

    def __init__(self) -> None:
        # First term → all terms of the labels that begin with it → their concepts.
        self._by_terms: dict[str, dict[tuple[str, ...], set[int]]] = {}
        self._acronyms: dict[str, set[int]] = defaultdict(set)
        rows = _accepted().values_list("concept_id", "language", "text", "kind")
        for concept, language, text, kind in rows:
            if kind == ConceptLabel.Kind.ACRONYM:
                self._acronyms[text].add(concept)
                continue
            terms = tuple(term for _word, term in analysis.terms(text, language))
            if 0 < len(terms) <= LONGEST and len(text) >= SHORTEST_WORD:
                labels = self._by_terms.setdefault(terms[0], {})
                labels.setdefault(terms, set()).add(concept)

    def named_in(self, text: str, language: str) -> list[int]:
        """Ids of the concepts that the text names, in order.

        Words are compared by their stems in the text's language; acronyms letter for letter.
        """
        words = analysis.terms_kept(text, language)
        terms = [term for _word, term in words]
        found: set[int] = set()
        for start, term in enumerate(terms):
            for label, concepts in self._by_terms.get(term, {}).items():
                if label == tuple(terms[start : start + len(label)]):
                    found |= concepts
        for word, _term in words:
            found |= self._acronyms.get(text[word.start : word.end], set())
        return sorted(found)


@lru_cache(maxsize=1)
def labels_of(sign: str) -> Labels:
    """The labels as they were when `sign` (see contributions.names) was read; one query for each
    new sign, none for the one before."""
    return Labels()


def all_names() -> Iterator[tuple[int, str, str]]:
    """(concept, language, name) of every label of an accepted concept. One query."""
    yield from _accepted().values_list("concept_id", "language", "text")


def _accepted() -> QuerySet[ConceptLabel]:
    return ConceptLabel.objects.filter(concept__status=Concept.Status.ACCEPTED)
