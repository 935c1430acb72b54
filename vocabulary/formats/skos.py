"""Concepts as SKOS (https://www.w3.org/TR/skos-reference/), Turtle or RDF/XML.

A group is a skos:Collection. SKOS knows no acronyms: they are alternative labels, and a property
of our own below skos:altLabel tells them apart when the file comes back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.sax.handler import ContentHandler

from defusedxml.common import DefusedXmlException
from defusedxml.sax import parseString
from django.utils.text import slugify
from rdflib import DCTERMS, RDF, RDFS, SKOS, Graph, Literal, Namespace, Node, URIRef

from vocabulary.catalogue import CatalogueError, Entry, Label
from vocabulary.models import Concept, tidy

_PARSERS: Final = {"ttl": "turtle", "rdf": "xml"}
_WRITERS: Final = {"ttl": "turtle", "rdf": "pretty-xml"}
_LABELS: Final = {"preferred": SKOS.prefLabel, "synonym": SKOS.altLabel}
_TERMS: Final = "urn:copkb:terms:"


def write(entries: list[Entry], *, site_url: str, suffix: str) -> bytes:
    """Concepts get the addresses of their pages, which stay when a concept is merged."""
    base = Namespace(f"{site_url}/tags/")
    terms = Namespace(_TERMS)
    graph = Graph()
    for prefix, namespace in (("skos", SKOS), ("dcterms", DCTERMS), ("terms", terms)):
        graph.bind(prefix, namespace)
    graph.add((terms.acronym, RDFS.subPropertyOf, SKOS.altLabel))
    scheme = URIRef(base)
    graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    for group in Concept.Group:
        collection = terms[f"group-{group.value}"]
        graph.add((collection, RDF.type, SKOS.Collection))
        graph.add((collection, SKOS.notation, Literal(group.value)))
    for entry in entries:
        _add(graph, entry, base, terms, scheme)
    return graph.serialize(format=_WRITERS[suffix], encoding="utf-8")


def _add(graph: Graph, entry: Entry, base: Namespace, terms: Namespace, scheme: URIRef) -> None:
    concept = base[f"{entry.slug}/"]
    graph.add((concept, RDF.type, SKOS.Concept))
    graph.add((concept, SKOS.inScheme, scheme))
    graph.add((concept, SKOS.notation, Literal(entry.slug)))
    graph.add((terms[f"group-{entry.group}"], SKOS.member, concept))
    for label in entry.labels:
        text = Literal(label.text, lang=label.language)
        graph.add((concept, _LABELS.get(label.kind, SKOS.altLabel), text))
        if label.kind == "acronym":
            graph.add((concept, terms.acronym, text))
    if entry.scope_note:
        graph.add((concept, SKOS.scopeNote, Literal(entry.scope_note, lang="en")))
    if entry.source:
        graph.add((concept, DCTERMS.source, Literal(entry.source)))
    if entry.broader:
        graph.add((concept, SKOS.broader, base[f"{entry.broader}/"]))
        graph.add((base[f"{entry.broader}/"], SKOS.narrower, concept))
    else:
        graph.add((concept, SKOS.topConceptOf, scheme))
    for slug in sorted(entry.related):
        graph.add((concept, SKOS.related, base[f"{slug}/"]))


def read(data: bytes, *, suffix: str) -> list[Entry]:
    """Every skos:Concept of the file, ours or anybody's. Raises CatalogueError.

    A concept goes by its notation, else by the end of its address; broader concepts that the
    file does not describe are left out.
    """
    graph = _parse(data, suffix)
    slugs = {node: _slug(graph, node) for node in graph.subjects(RDF.type, SKOS.Concept)}
    groups = dict(_groups(graph))
    return sorted(
        (_entry(graph, node, slugs, groups) for node in slugs), key=lambda entry: entry.slug
    )


def _parse(data: bytes, suffix: str) -> Graph:
    graph = Graph()
    try:
        if suffix == "rdf":
            # Only to refuse entities that grow or reach out; rdflib's own parser does not.
            parseString(data, ContentHandler(), forbid_dtd=True)
        graph.parse(data=data, format=_PARSERS[suffix])
    except DefusedXmlException as error:
        raise CatalogueError("The file defines XML entities, which is not allowed.") from error
    except Exception as error:  # on nonsense the parsers stumble in many ways
        first = str(error).strip().splitlines() or ["?"]
        raise CatalogueError(f"The file is not valid {suffix}: {first[0][:200]}") from error
    return graph


def _slug(graph: Graph, node: Node) -> str:
    notation = graph.value(node, SKOS.notation)
    name = str(notation or str(node).rstrip("/#").replace("#", "/").rpartition("/")[2])
    return slugify(name)[: Concept.NAME_LENGTH]


def _groups(graph: Graph) -> Iterator[tuple[Node, str]]:
    for collection in graph.subjects(RDF.type, SKOS.Collection):
        group = str(graph.value(collection, SKOS.notation) or "")
        if group in Concept.Group.values:
            for member in graph.objects(collection, SKOS.member):
                yield member, group


def _entry(graph: Graph, node: Node, slugs: dict[Node, str], groups: dict[Node, str]) -> Entry:
    related = (*graph.objects(node, SKOS.related), *graph.subjects(SKOS.related, node))
    broader = (*graph.objects(node, SKOS.broader), *graph.subjects(SKOS.narrower, node))
    source = graph.value(node, DCTERMS.source)
    notes = sorted(
        graph.objects(node, SKOS.scopeNote), key=lambda note: (_language(note) != "en", str(note))
    )
    return Entry(
        slug=slugs[node],
        group=groups.get(node, Concept.Group.THEME.value),
        labels=tuple(_labels(graph, node)),
        scope_note=tidy(str(notes[0])) if notes else "",
        source=tidy(str(source)) if source is not None else "",
        broader=min((slugs[each] for each in broader if each in slugs), default=None),
        related=frozenset(slugs[each] for each in related if each in slugs and each != node),
    )


def _labels(graph: Graph, node: Node) -> Iterator[Label]:
    """Preferred labels first, then acronyms, so that the plainer kind gives way."""
    terms = Namespace(_TERMS)
    seen: set[tuple[str, str]] = set()
    for kind, predicate in (
        ("preferred", SKOS.prefLabel),
        ("acronym", terms.acronym),
        ("synonym", SKOS.altLabel),
    ):
        for text in sorted(graph.objects(node, predicate), key=str):
            label = Label(_language(text), kind, tidy(str(text)))
            if (label.language, label.text) not in seen:
                seen.add((label.language, label.text))
                yield label


def _language(text: Node) -> str:
    """The language of a literal without its region; English where none is said."""
    return str(getattr(text, "language", None) or "en").split("-")[0].lower()
