"""Decisions on concepts with all that follows from them above the vocabulary: taggings move, search
documents are written again, whoever proposed is told. `vocabulary.workflow` decides."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_noop

from accounts.models import User
from contributions import indexing, names, notifications
from contributions.models import Contribution, Notification, Tagging
from search import log
from search.models import LoggedQuery
from vocabulary import importing, workflow
from vocabulary.catalogue import Entry
from vocabulary.importing import Outcome
from vocabulary.models import Concept, ConceptLabel

_ACCEPTED = gettext_noop("“%(name)s” is now a tag that everyone can use.")
_REJECTED = gettext_noop("“%(name)s” does not become a tag. The reason: %(reason)s")
_MERGED = gettext_noop("“%(name)s” is known already, as “%(other)s”. It leads there now.")


@transaction.atomic
def accept(concept: Concept, *, by: User) -> None:
    """Raises PermissionDenied."""
    was_proposed = concept.status == Concept.Status.PROPOSED
    workflow.accept(concept, by=by)
    _refresh(_carriers(concept))
    if was_proposed:
        _tell(concept, _ACCEPTED, by=by)


@transaction.atomic
def reject(concept: Concept, *, by: User, note: str) -> None:
    """Taggings stay, unseen; a later acceptance brings them back.

    Raises what vocabulary.workflow.reject does.
    """
    was_proposed = concept.status == Concept.Status.PROPOSED
    workflow.reject(concept, by=by, note=note)
    _refresh(_carriers(concept))
    if was_proposed:
        _tell(concept, _REJECTED, by=by)


@transaction.atomic
def merge(concept: Concept, *, into: Concept, by: User) -> None:
    """What carries the one carries the other. Raises what vocabulary.workflow.merge does."""
    was_proposed = concept.status == Concept.Status.PROPOSED
    if was_proposed:
        # Before the taggings move: the line leads to where it was proposed.
        _tell(concept, _MERGED, by=by, into=into)
    carriers = _carriers(concept)
    workflow.merge(concept, into=into, by=by)
    _move(concept, into)
    _refresh(carriers)


@transaction.atomic
def bring_in(entries: list[Entry], *, by: User) -> Outcome:
    """Add concepts and names from elsewhere; what carries one that changed is found by its new
    names at once. Raises PermissionDenied."""
    outcome = importing.bring_in(entries, by=by)
    carriers = Contribution.objects.published().filter(taggings__tag__in=outcome.touched)
    _refresh(list(carriers.distinct()))
    return outcome


@transaction.atomic
def make_synonym(
    line: LoggedQuery,
    concept: Concept,
    *,
    text: str,
    language: str,
    kind: ConceptLabel.Kind,
    by: User,
) -> None:
    """What was searched for in vain becomes a name of a concept, and finds what carries it from
    now on. Raises what vocabulary.workflow.add_name does."""
    workflow.add_name(concept, text, language, kind, by=by)
    names.refresh()
    log.settle(line)


def _move(concept: Concept, into: Concept) -> None:
    old, new = Tagging.objects.filter(tag=concept), Tagging.objects.filter(tag=into)
    # What the text itself carries under either name is the text's.
    of_text = old.filter(tagged_by=None).values("content_object")
    new.filter(content_object__in=of_text).update(tagged_by=None)
    old.filter(content_object__in=new.values("content_object")).delete()
    old.update(tag=into)


def _carriers(concept: Concept) -> list[Contribution]:
    return list(Contribution.objects.about(concept).published())


def _refresh(carriers: list[Contribution]) -> None:
    names.refresh()
    ids = [contribution.pk for contribution in carriers]
    indexing.refresh_many(Contribution.objects.filter(pk__in=ids))


def _tell(concept: Concept, sentence: str, *, by: User, into: Concept | None = None) -> None:
    """Tell the proposer, in the language they read, with a way to where they put it."""
    proposer = concept.proposed_by
    if proposer is None or not proposer.is_active or proposer.pk == by.pk:
        return
    place = Contribution.objects.visible_to(proposer).about(concept).order_by("pk").first()
    with translation.override(proposer.language or settings.LANGUAGE_CODE):
        words = {
            "name": concept.name,
            "other": into.label() if into else "",
            "reason": concept.decision_note,
        }
        text = _t(sentence) % words
    notifications.send([proposer], Notification.Topic.TAG, place, text=text)
