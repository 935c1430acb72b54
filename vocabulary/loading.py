"""Brings the database up to the vocabulary file.

The rule: what the file brought (`from_file`) is changed in the file; what people added here is
never touched. So a concept that someone proposed or rejected stays as it is, a label that a
coordinator added stays and goes before the file's, and a concept that left the file stays too,
as an ordinary one. Statuses are set once, when a concept is new.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import transaction

from search.folding import fold
from vocabulary.catalogue import Entry
from vocabulary.models import Concept, ConceptLabel

FIELDS = ["name", "group", "scope_note", "source", "from_file"]


@dataclass
class Changes:
    """What a load did, and what it left alone."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    released: list[str] = field(default_factory=list)  # no longer in the file
    left_alone: list[str] = field(default_factory=list)  # proposed, rejected or clashing here
    labels_added: int = 0
    labels_removed: int = 0
    relations_added: int = 0
    relations_removed: int = 0

    def __bool__(self) -> bool:
        return bool(
            self.created or self.updated or self.released or self.labels_added
            or self.labels_removed or self.relations_added or self.relations_removed
        )  # fmt: skip


@transaction.atomic
def load(entries: list[Entry]) -> Changes:
    """Bring the database up to `entries` (as `catalogue.read` gives them). About 15 queries."""
    changes = Changes()
    _release({entry.slug for entry in entries}, changes)
    loadable = _loadable(entries, changes)
    concepts = _save_concepts(loadable, changes)
    _save_labels(loadable, concepts, changes)
    standing = concepts | _stand_ins(entries)
    _save_broader(loadable, standing, changes)
    _save_relations(entries, concepts, standing, changes)
    return changes


def _stand_ins(entries: list[Entry]) -> dict[str, Concept]:
    """By the slug of a concept that was merged here: what takes its place beside others."""
    merged = Concept.objects.filter(slug__in=[entry.slug for entry in entries])
    rows = merged.exclude(merged_into=None).select_related("merged_into")
    return {concept.slug: concept.merged_into for concept in rows if concept.merged_into}


def _loadable(entries: list[Entry], changes: Changes) -> list[Entry]:
    """Without those that people decided otherwise on, or whose name another concept holds."""
    slugs = {entry.slug for entry in entries}
    others = Concept.objects.exclude(slug__in=slugs).values_list("name", flat=True)
    taken = {name.casefold() for name in others}
    kept_back = set(
        Concept.objects.filter(slug__in=slugs)
        .exclude(status=Concept.Status.ACCEPTED)
        .values_list("slug", flat=True)
    )
    kept_back |= {entry.slug for entry in entries if entry.name.casefold() in taken}
    changes.left_alone = sorted(kept_back)
    return [entry for entry in entries if entry.slug not in kept_back]


def _release(slugs: set[str], changes: Changes) -> None:
    """What left the file is from now on looked after by people."""
    gone = Concept.objects.filter(from_file=True).exclude(slug__in=slugs)
    changes.released = sorted(gone.values_list("slug", flat=True))
    if changes.released:
        ConceptLabel.objects.filter(concept__in=gone).update(from_file=False)
        gone.update(from_file=False)


def _save_concepts(entries: list[Entry], changes: Changes) -> dict[str, Concept]:
    """Create and update; returns the concepts of `entries` by slug."""
    slugs = [entry.slug for entry in entries]
    concepts = {concept.slug: concept for concept in Concept.objects.filter(slug__in=slugs)}
    new = [
        Concept(slug=entry.slug, name=entry.name) for entry in entries if entry.slug not in concepts
    ]
    Concept.objects.bulk_create(new)
    concepts |= {concept.slug: concept for concept in new}
    changes.created = sorted(concept.slug for concept in new)
    stale = []
    for entry in entries:
        concept = concepts[entry.slug]
        values: dict[str, object] = {
            "name": entry.name,
            "group": entry.group,
            "scope_note": entry.scope_note,
            "source": entry.source,
            "from_file": True,
        }
        if any(getattr(concept, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(concept, name, value)
            stale.append(concept)
    Concept.objects.bulk_update(stale, FIELDS, batch_size=200)
    changes.updated = sorted({concept.slug for concept in stale} - set(changes.created))
    return concepts


def _save_broader(entries: list[Entry], standing: dict[str, Concept], changes: Changes) -> None:
    """Under the concept that the file says, or under what that was merged into."""
    above = {entry.slug: entry.broader for entry in entries}
    stale = []
    for entry in entries:
        broader = standing.get(entry.broader or "")
        if broader and _leads_to(broader.slug, entry.slug, above):
            broader = None
        concept = standing[entry.slug]
        if concept.broader_id != (broader.pk if broader else None):
            concept.broader = broader
            stale.append(concept)
    Concept.objects.bulk_update(stale, ["broader"], batch_size=200)
    slugs = {concept.slug for concept in stale} | set(changes.updated)
    changes.updated = sorted(slugs - set(changes.created))


def _leads_to(slug: str, wanted: str, above: dict[str, str | None]) -> bool:
    """Whether the broader concepts of one, it included, come to another."""
    at: str | None = slug
    while at is not None and at != wanted:
        at = above.get(at)
    return at == wanted


def _save_labels(entries: list[Entry], concepts: dict[str, Concept], changes: Changes) -> None:
    existing = list(ConceptLabel.objects.filter(concept__in=concepts.values()))
    own = [label for label in existing if not label.from_file]
    own_preferred = {(label.concept_id, label.language) for label in own if _is_preferred(label)}
    own_folded = {(label.concept_id, label.language, label.folded) for label in own}
    wanted: dict[tuple[int, str, str, str], ConceptLabel] = {}
    for entry in entries:
        for given in entry.labels:
            label = ConceptLabel(
                concept=concepts[entry.slug],
                language=given.language,
                text=given.text,
                folded=fold(given.text),
                kind=given.kind,
                from_file=True,
            )
            if (label.concept_id, label.language, label.folded) in own_folded:
                continue
            if _is_preferred(label) and (label.concept_id, label.language) in own_preferred:
                continue
            wanted[_key(label)] = label
    loaded = {_key(label): label.pk for label in existing if label.from_file}
    gone = [pk for key, pk in loaded.items() if key not in wanted]
    added = [label for key, label in wanted.items() if key not in loaded]
    if gone:
        ConceptLabel.objects.filter(pk__in=gone).delete()
    ConceptLabel.objects.bulk_create(added, batch_size=2000)
    changes.labels_removed, changes.labels_added = len(gone), len(added)


def _is_preferred(label: ConceptLabel) -> bool:
    return label.kind == ConceptLabel.Kind.PREFERRED


def _key(label: ConceptLabel) -> tuple[int, str, str, str]:
    return (label.concept_id, label.language, label.kind, label.text)


def _save_relations(
    entries: list[Entry],
    concepts: dict[str, Concept],
    standing: dict[str, Concept],
    changes: Changes,
) -> None:
    """Relations between two concepts of the file; those of other concepts are people's."""
    through = Concept.related.through
    ids = [concept.pk for concept in concepts.values()]
    wanted = set()
    known = {slug: c.pk for slug, c in standing.items() if c.slug in concepts}
    for entry in entries:
        for slug in entry.related & known.keys() if entry.slug in known else ():
            one, other = known[entry.slug], known[slug]
            wanted |= {(one, other), (other, one)} if one != other else set()
    rows = through.objects.filter(from_concept__in=ids, to_concept__in=ids)
    existing = {(row.from_concept_id, row.to_concept_id): row.pk for row in rows}
    gone = [pk for pair, pk in existing.items() if pair not in wanted]
    added = sorted(wanted - existing.keys())
    if gone:
        through.objects.filter(pk__in=gone).delete()
    through.objects.bulk_create(
        [through(from_concept_id=one, to_concept_id=other) for one, other in added]
    )
    changes.relations_removed, changes.relations_added = len(gone) // 2, len(added) // 2
