"""Which concepts a text speaks of: by the words of their labels, so that a text about joint
investigation teams is found as JIT, équipe commune d'enquête, فريق تحقيق مشترك, tagged or not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from django.db.models import QuerySet

from search import analysis, reading
from vocabulary.models import Concept, ConceptLabel

# Labels of more words are definitions; nobody writes them out.
LONGEST: Final = 6
# A single word as short as this is more often something else.
SHORTEST_WORD: Final = 4
_Terms = tuple[str, ...]


class Labels:
    """All labels of accepted concepts, for any number of texts. One query to make."""

    def __init__(self) -> None:
        # Of labels of one term, and of several: by the first two in a row → all terms, those that
        # have to stand in a row, the concepts.
        self._by_term: dict[str, set[int]] = {}
        self._by_pair: dict[tuple[str, str], list[tuple[_Terms, _Terms, set[int]]]] = {}
        self._acronyms: dict[str, set[int]] = defaultdict(set)
        labels: dict[_Terms, set[int]] = {}
        rows = _accepted().values_list("concept_id", "language", "text", "kind")
        for concept, language, text, kind in rows:
            if kind == ConceptLabel.Kind.ACRONYM:
                self._acronyms[text].add(concept)
                continue
            terms = tuple(term for _word, term in analysis.terms(text, language))
            if 0 < len(terms) <= LONGEST and len(text) >= SHORTEST_WORD:
                labels.setdefault(terms, set()).add(concept)
        for terms, concepts in labels.items():
            if len(terms) == 1:
                self._by_term[terms[0]] = concepts
                continue
            row = reading.in_row(terms)
            # Nearly always all of them: kept once.
            label = (terms, terms if row == terms else row, concepts)
            self._by_pair.setdefault((row[0], row[1]), []).append(label)

    def named_in(self, text: str, language: str) -> list[int]:
        """Ids of the concepts that the text names, in order.

        Words are compared by their stems in the text's language; acronyms letter for letter.
        """
        text_read = reading.read(text, language)
        terms = text_read.counts
        found: set[int] = set()
        for term in terms.keys() & self._by_term.keys():
            found |= self._by_term[term]
        for pair in text_read.neighbours & self._by_pair.keys():
            for label, row, concepts in self._by_pair[pair]:
                if len(label) == 2 or (
                    all(term in terms for term in label) and text_read.has_row(row)
                ):
                    found |= concepts
        for word in text_read.written & self._acronyms.keys():
            found |= self._acronyms[word]
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
