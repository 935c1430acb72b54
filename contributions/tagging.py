"""Which concepts a contribution carries, who put them there, and who sees those not yet accepted.

Tags of the text (`tagged_by` empty) follow its versions. Tags that members add on the page stay
until somebody takes them away there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from contributions import indexing, permissions
from contributions.models import Contribution, Tagging
from vocabulary.models import Concept

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

# More tags than this say nothing any more.
MOST = 30


@dataclass
class Outcome:
    """What came of names that somebody typed."""

    added: list[Concept] = field(default_factory=list)
    proposed: list[Concept] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    too_many: list[str] = field(default_factory=list)


@transaction.atomic
def add(contribution: Contribution, names: Iterable[str], *, by: User, language: str) -> Outcome:
    """Put concepts on a published contribution; what is none yet is proposed.

    `language` is the one the names are in. Names that are there already change nothing.
    Raises PermissionDenied, and ValueError for a name without a letter.
    """
    held = Contribution.objects.select_for_update().get(pk=contribution.pk)
    if not permissions.can_tag(by, held):
        raise PermissionDenied
    outcome = Outcome()
    present = set(Tagging.objects.filter(content_object=held).values_list("tag_id", flat=True))
    for name in names:
        if len(present) >= MOST:
            outcome.too_many.append(name)
            continue
        concept = _concept(name, language, by)
        if concept.status == Concept.Status.REJECTED:
            outcome.rejected.append(name)
        elif concept.pk not in present:
            Tagging.objects.create(content_object=held, tag=concept, tagged_by=by)
            present.add(concept.pk)
            is_proposed = concept.status == Concept.Status.PROPOSED
            (outcome.proposed if is_proposed else outcome.added).append(concept)
    if outcome.added:
        indexing.refresh(held)
    return outcome


@transaction.atomic
def remove(tagging: Tagging, *, by: User) -> None:
    """Take away what a member added. Raises PermissionDenied."""
    contribution = tagging.content_object
    if not permissions.can_untag(by, tagging, wrote=contribution.is_written_by(by)):
        raise PermissionDenied
    tagging.delete()
    indexing.refresh(contribution)


def set_own(contribution: Contribution, names: Iterable[str], *, by: User) -> None:
    """Make the tags of the text these (slugs or names); those that members added stay.

    A name that the text and a member share becomes the text's. Does not refresh the index:
    whoever publishes does.
    """
    concepts = [_concept(name, contribution.original_language, by) for name in names]
    wanted = {c.pk: c for c in concepts if c.status != Concept.Status.REJECTED}
    there = Tagging.objects.filter(content_object_id=contribution.pk)
    there.filter(tagged_by=None).exclude(tag__in=wanted).delete()
    there.filter(tag__in=wanted).update(tagged_by=None)
    Tagging.objects.bulk_create(
        [Tagging(content_object_id=contribution.pk, tag_id=pk) for pk in wanted],
        ignore_conflicts=True,
    )


def _concept(name: str, language: str, by: User) -> Concept:
    """The concept of a slug or a name (of a merged one: what it was merged into)."""
    return Concept.objects.at(name) or Concept.objects.propose(name, language, by=by)


@dataclass(frozen=True)
class TagShown:
    """A tag as one reader sees it."""

    tagging: Tagging
    added_by: str  # function of the member who added it; empty for tags of the text

    @property
    def concept(self) -> Concept:
        concept: Concept = self.tagging.tag
        return concept

    @property
    def is_proposed(self) -> bool:
        return bool(self.concept.status == Concept.Status.PROPOSED)


@dataclass(frozen=True)
class TagLine:
    """The tags of a page and where this reader changes them (nowhere: empty)."""

    items: list[TagShown]
    change_url: str


def line(
    reader: User | AnonymousUser, contribution: Contribution, taggings: Iterable[Tagging]
) -> TagLine:
    """The line of tags of a page. Reads tagged_by and its country, contribution.lesson for lessons.

    Who added a tag is not said where the author is withheld: it may have been the author.
    """
    names_members = not contribution.is_author_withheld
    may_change = permissions.can_tag(reader, contribution)
    return TagLine(
        items=[
            TagShown(
                tagging,
                tagging.tagged_by.public_function if tagging.tagged_by and names_members else "",
            )
            for tagging in shown(reader, contribution, taggings)
        ],
        change_url=reverse("tags:change", args=[contribution.code]) if may_change else "",
    )


def shown(
    reader: User | AnonymousUser, contribution: Contribution, taggings: Iterable[Tagging]
) -> list[Tagging]:
    """Accepted ones; proposals only to coordinators, to whoever proposed or added them, and those
    of the text to its authors. One query at most (authorship), none for visitors."""
    found = [tagging for tagging in taggings if tagging.tag.status != Concept.Status.REJECTED]
    if all(tagging.tag.status == Concept.Status.ACCEPTED for tagging in found):
        return found
    if not isinstance(reader, User):
        return [tagging for tagging in found if tagging.tag.status == Concept.Status.ACCEPTED]
    if reader.is_coordinator:
        return found
    wrote = contribution.is_written_by(reader)
    return [
        tagging
        for tagging in found
        if tagging.tag.status == Concept.Status.ACCEPTED
        or reader.pk in (tagging.tag.proposed_by_id, tagging.tagged_by_id)
        or (wrote and tagging.tagged_by_id is None)
    ]
