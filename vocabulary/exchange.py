"""Concepts in the formats other systems read: SKOS and spreadsheets, out and in.

Both ways go through `catalogue.Entry`, the same thing the vocabulary file is made of.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Final, Protocol, cast

from vocabulary.catalogue import CatalogueError, Entry, Label, faults_of_import
from vocabulary.models import Concept, ConceptLabel

# A file of all concepts in nine languages has some 200 KB.
LARGEST: Final = 5_000_000


class _Module(Protocol):
    """What a module of vocabulary.formats offers."""

    def write(self, entries: list[Entry], *, site_url: str, suffix: str) -> bytes: ...

    def read(self, data: bytes, *, suffix: str) -> list[Entry]: ...


@dataclass(frozen=True)
class Format:
    """One way to write concepts down."""

    suffix: str
    label: str
    media_type: str
    module: str

    def load(self) -> _Module:
        """The module, imported when it is first needed: rdflib alone takes 25 MB of a worker."""
        return cast("_Module", import_module(f"vocabulary.formats.{self.module}"))


FORMATS: Final = {
    each.suffix: each
    for each in (
        Format("ttl", "SKOS, Turtle", "text/turtle", "skos"),
        Format("rdf", "SKOS, RDF/XML", "application/rdf+xml", "skos"),
        Format(
            "xlsx",
            "Excel",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "spreadsheet",
        ),
    )
}


def write(suffix: str, *, site_url: str) -> bytes:
    """All accepted concepts in one file. KeyError for an unknown suffix. Three queries."""
    entries = list(_entries())
    return FORMATS[suffix].load().write(entries, site_url=site_url, suffix=suffix)


def read(name: str, data: bytes) -> list[Entry]:
    """The concepts of a file, by the ending of its name. Raises CatalogueError with every fault."""
    suffix = name.rpartition(".")[2].lower()
    if suffix not in FORMATS:
        raise CatalogueError(f"{name}: not one of {', '.join(FORMATS)}")
    if len(data) > LARGEST:
        raise CatalogueError(f"{name} is larger than {LARGEST // 1_000_000} MB")
    entries = FORMATS[suffix].load().read(data, suffix=suffix)
    if not entries:
        raise CatalogueError(f"{name} holds no concepts")
    if faults := faults_of_import(entries):
        raise CatalogueError("\n".join(faults))
    return entries


def _entries() -> Iterable[Entry]:
    concepts = list(
        Concept.objects.accepted().select_related("broader").with_labels().order_by("slug")
    )
    accepted = {concept.slug for concept in concepts}
    slugs = {concept.pk: concept.slug for concept in concepts}
    related: dict[str, set[str]] = {}
    pairs = Concept.related.through.objects.values_list("from_concept_id", "to_concept_id")
    for one, other in pairs:
        if one in slugs and other in slugs:
            related.setdefault(slugs[one], set()).add(slugs[other])
    for concept in concepts:
        broader = concept.broader.slug if concept.broader else None
        yield Entry(
            slug=concept.slug,
            group=concept.group,
            labels=_labels(concept),
            scope_note=concept.scope_note,
            source=concept.source,
            broader=broader if broader in accepted else None,
            related=frozenset(related.get(concept.slug, ())),
        )


def _labels(concept: Concept) -> tuple[Label, ...]:
    order = list(ConceptLabel.Kind.values)
    found = sorted(
        concept.labels.all(), key=lambda item: (item.language, order.index(item.kind), item.folded)
    )
    return tuple(Label(item.language, item.kind, item.text) for item in found)
