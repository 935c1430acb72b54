"""Which concepts a text speaks of: by the words of their labels, so that a text about joint
investigation teams is found as JIT, équipe commune d'enquête, فريق تحقيق مشترك, tagged or not."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from search import analysis
from vocabulary.models import ConceptLabel

Names = list[tuple[str, str]]
# Labels of more words are definitions; nobody writes them out.
LONGEST: Final = 6
# A single word as short as this is more often something else.
SHORTEST_WORD: Final = 4


class Labels:
    """All labels of accepted concepts, read once (one query) for any number of texts."""

    def __init__(self) -> None:
        self._names: dict[int, Names] = defaultdict(list)
        self._by_terms: dict[tuple[str, ...], set[int]] = defaultdict(set)
        self._acronyms: dict[str, set[int]] = defaultdict(set)
        rows = ConceptLabel.objects.filter(concept__status="accepted").values_list(
            "concept_id", "language", "text", "kind"
        )
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
