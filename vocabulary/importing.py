"""Concepts from elsewhere: what a coordinator brings in from a SKOS file or a spreadsheet.

Only adds: a concept that is unknown here is made, names that it lacks are added. What the
vocabulary file brought keeps its note, source and place (they are changed in that file), what
people decided stays, and nothing is taken away.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _t

from accounts.models import User
from search.folding import fold
from vocabulary.catalogue import Entry
from vocabulary.models import Concept, ConceptLabel
from vocabulary.permissions import can_curate


@dataclass
class Outcome:
    """What an import does; each list in words for the page that shows it before."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    left_alone: list[str] = field(default_factory=list)
    # Of all concepts that are new, changed or called by one more name.
    touched: set[int] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.created or self.changed or self.labels)


def preview(entries: list[Entry], *, by: User) -> Outcome:
    """What `bring_in` would do; writes nothing."""
    with transaction.atomic():
        outcome = bring_in(entries, by=by)
        transaction.set_rollback(True)
    return outcome


@transaction.atomic
def bring_in(entries: list[Entry], *, by: User) -> Outcome:
    """Add what is new. Raises PermissionDenied. Some queries for each concept that changes."""
    if not can_curate(by):
        raise PermissionDenied
    outcome = Outcome()
    known = {concept.slug: concept for concept in Concept.objects.with_labels()}
    usable = []
    for entry in entries:
        concept = known.get(entry.slug)
        if concept is None:
            concept = _create(entry, by, outcome)
        elif concept.status != Concept.Status.ACCEPTED:
            status = concept.get_status_display()
            outcome.left_alone.append(_t("%(name)s: is %(status)s here") % {
                "name": entry.slug, "status": status,
            })  # fmt: skip
            concept = None
        if concept is not None:
            known[entry.slug] = concept
            usable.append((entry, concept))
    for entry, concept in usable:
        _add_labels(entry, concept, outcome)
        _place(entry, concept, known, outcome)
    return outcome


def _create(entry: Entry, by: User, outcome: Outcome) -> Concept | None:
    same = Concept.objects.named(entry.name, "en")
    if same is not None:
        outcome.left_alone.append(
            _t("%(name)s: known here as %(other)s") % {"name": entry.slug, "other": same.slug}
        )
        return None
    concept = Concept(
        slug=entry.slug, name=entry.name, group=entry.group, scope_note=entry.scope_note,
        source=entry.source, decided_by=by, decided_at=timezone.now(),
    )  # fmt: skip
    concept.save()
    outcome.created.append(f"{entry.name} ({entry.slug})")
    outcome.touched.add(concept.pk)
    return concept


def _add_labels(entry: Entry, concept: Concept, outcome: Outcome) -> None:
    there = {(label.language, label.folded) for label in concept.labels.all()}
    named = {x.language for x in concept.labels.all() if x.kind == ConceptLabel.Kind.PREFERRED}
    for given in entry.labels:
        folded = fold(given.text)
        if not folded or (given.language, folded) in there:
            continue
        kind = given.kind
        if kind == ConceptLabel.Kind.PREFERRED and given.language in named:
            # Two systems prefer different names: ours stays, theirs is found as well.
            kind = ConceptLabel.Kind.SYNONYM
        ConceptLabel.objects.create(
            concept=concept, language=given.language, text=given.text, folded=folded, kind=kind
        )
        there.add((given.language, folded))
        named |= {given.language} if kind == ConceptLabel.Kind.PREFERRED else set()
        if f"{entry.name} ({entry.slug})" not in outcome.created:
            outcome.labels.append(f"{concept.slug}: {given.text} ({given.language})")
        outcome.touched.add(concept.pk)


def _place(entry: Entry, concept: Concept, known: dict[str, Concept], outcome: Outcome) -> None:
    """Note, source and neighbours of a concept that is looked after here."""
    if concept.from_file:
        return
    broader = known.get(entry.broader or "")
    wanted = {
        "scope_note": entry.scope_note or concept.scope_note,
        "source": entry.source or concept.source,
        "broader_id": _fitting(concept, broader, known),
    }
    stale = [name for name, value in wanted.items() if getattr(concept, name) != value]
    if stale:
        for name in stale:
            setattr(concept, name, wanted[name])
        concept.save(update_fields=[name.removesuffix("_id") for name in stale])
        if concept.pk not in outcome.touched:
            outcome.changed.append(concept.slug)
        outcome.touched.add(concept.pk)
    near = [known[slug] for slug in sorted(entry.related) if slug in known]
    concept.related.add(*(each for each in near if each.pk and each.pk != concept.pk))


def _fitting(concept: Concept, broader: Concept | None, known: dict[str, Concept]) -> int | None:
    """The broader concept to keep: the file's, unless it would make a circle."""
    own: int | None = concept.broader_id
    by_pk = {each.pk: each for each in known.values()}
    at = broader
    while at is not None:
        if at.pk == concept.pk:
            return own
        at = by_pk.get(at.broader_id or 0)
    return own if broader is None else int(broader.pk)
