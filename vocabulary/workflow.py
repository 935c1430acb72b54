"""The decisions on a concept: the only place where its status changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from vocabulary.models import Concept, ConceptLabel
from vocabulary.permissions import can_curate

if TYPE_CHECKING:
    from accounts.models import User

FIELDS = ["status", "decided_by", "decided_at", "decision_note", "merged_into"]


def accept(concept: Concept, *, by: User) -> None:
    """Make a proposed or rejected concept usable by everyone. Raises PermissionDenied."""
    _decide(concept, Concept.Status.ACCEPTED, by=by)


def reject(concept: Concept, *, by: User, note: str) -> None:
    """Take a concept out of use; it stays on record, with its labels.

    `note` is the reason, which whoever proposed it reads. Raises PermissionDenied, and ValueError
    where it is blank.
    """
    if not note.strip():
        raise ValueError("A concept is rejected with a reason.")
    _decide(concept, Concept.Status.REJECTED, by=by, note=note.strip())


@transaction.atomic
def merge(concept: Concept, *, into: Concept, by: User) -> None:
    """Reject `concept` in favour of `into`, which gains its labels as synonyms and its neighbours.

    Taggings live above this app: their owner moves them in the same transaction, before or after
    this call. Raises PermissionDenied, and ValueError when `into` is not an accepted other concept.
    """
    if into.pk == concept.pk or into.status != Concept.Status.ACCEPTED:
        raise ValueError("A concept is merged into another one, which is accepted.")
    _decide(concept, Concept.Status.REJECTED, by=by, into=into)
    ConceptLabel.objects.bulk_create(
        [
            ConceptLabel(
                concept=into,
                language=label.language,
                text=label.text,
                folded=label.folded,
                kind=ConceptLabel.Kind.ACRONYM
                if label.kind == ConceptLabel.Kind.ACRONYM
                else ConceptLabel.Kind.SYNONYM,
            )
            for label in concept.labels.all()
        ],
        ignore_conflicts=True,
    )
    _hand_over(concept, into)
    # What was merged into this concept earlier follows it: `merged_into` is never a chain.
    Concept.objects.filter(merged_into=concept).update(merged_into=into)


def _hand_over(concept: Concept, into: Concept) -> None:
    """Narrower and related concepts go with it. What stands above `into` goes up instead: no
    circle arises."""
    above, at = [into.pk], into.broader
    while at is not None:
        above.append(at.pk)
        at = at.broader
    narrower = Concept.objects.filter(broader=concept)
    narrower.filter(pk__in=above).update(broader=concept.broader_id)
    narrower.exclude(pk__in=above).update(broader=into)
    into.related.add(*concept.related.exclude(pk=into.pk))


def add_name(
    concept: Concept, text: str, language: str, kind: ConceptLabel.Kind, *, by: User
) -> ConceptLabel:
    """Give an accepted concept one more name.

    Raises PermissionDenied, and ValidationError where the concept has that name already.
    """
    if not can_curate(by):
        raise PermissionDenied
    label = ConceptLabel(concept=concept, text=text, language=language, kind=kind)
    label.clean()  # folds, which the fields' own checks ask for
    label.full_clean()
    label.save()
    return label


def _decide(
    concept: Concept,
    status: Concept.Status,
    *,
    by: User,
    into: Concept | None = None,
    note: str = "",
) -> None:
    if not can_curate(by):
        raise PermissionDenied
    concept.status = status
    concept.decided_by = by
    concept.decided_at = timezone.now()
    concept.decision_note = note
    concept.merged_into = into
    concept.save(update_fields=FIELDS)
