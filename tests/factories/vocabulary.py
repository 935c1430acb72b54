"""Concepts for tests, with labels: concept("Hotspots", fr="Points chauds")."""

from __future__ import annotations

from search.folding import fold
from vocabulary.models import Concept, ConceptLabel


def concept(name: str, *, status: str = Concept.Status.ACCEPTED, **labels: str) -> Concept:
    """An English preferred label from `name`, and one per further language code."""
    made = Concept(name=name, status=status)
    made.save()
    for language, text in {"en": name, **labels}.items():
        label(made, text, language=language, kind=ConceptLabel.Kind.PREFERRED)
    return made


def label(
    of: Concept, text: str, *, language: str = "en", kind: str = ConceptLabel.Kind.SYNONYM
) -> ConceptLabel:
    """One more label of a concept, as a coordinator would add it."""
    return ConceptLabel.objects.create(
        concept=of, language=language, text=text, folded=fold(text), kind=kind
    )
