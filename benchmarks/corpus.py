"""Documents of the benchmark as published practices, through the models, in bulk.

A document is one JSON object: slug, lang, title, summary, sections, objectives, country, tags,
date, comments. The place of a document gives its code: the first is PR-0001.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import OuterRef, Subquery

from accounts.models import User
from contributions.models import (
    Contribution,
    ContributionObjective,
    Decision,
    Revision,
    Tagging,
)
from discussion.models import Comment
from practices.models import Practice
from search.folding import fold
from vocabulary.models import Concept, ConceptLabel

Document = dict[str, Any]
OBJECTIVES: Final = {
    name: number
    for number, name in enumerate(
        ("prevention", "prosecution", "protection", "partnership", "policy", "capacity"), 1
    )
}
# Section of a document → field of a practice.
SECTIONS: Final = {
    "context": "context",
    "done": "approach",
    "worked": "success_factors",
    "not_worked": "what_did_not_work",
    "lessons": "replicability",
}
MEMBERS: Final = 200
COUNTRIES: Final = ("MA", "IT", "GR", "RO", "TN", "UA")


def code_of(number: int) -> str:
    """Code of the document in this place, from 1."""
    return f"PR-{number:04d}"


def members() -> list[User]:
    """The people who wrote it all; made once."""
    User.objects.bulk_create(
        (
            User(
                email=f"member{number}@example.org",
                name=f"Member {number}",
                function="Prosecutor",
                country_id=COUNTRIES[number % len(COUNTRIES)],
                password="!",  # noqa: S106  nobody signs in by it
            )
            for number in range(MEMBERS)
        ),
        ignore_conflicts=True,
    )
    return list(User.objects.filter(email__endswith="@example.org").order_by("pk"))


def concepts(names: Iterable[str]) -> dict[str, Concept]:
    """Accepted concepts by name; those that do not exist yet are made."""
    found = {concept.slug: concept for concept in Concept.objects.all()}
    missing = sorted(set(names) - found.keys())
    made = Concept.objects.bulk_create(Concept(name=name, slug=name) for name in missing)
    ConceptLabel.objects.bulk_create(
        ConceptLabel(
            concept=concept, language="en", text=concept.name, folded=fold(concept.name),
            kind=ConceptLabel.Kind.PREFERRED,
        )
        for concept in made
    )  # fmt: skip
    return found | {concept.slug: concept for concept in made}


class Loader:
    """Writes documents in batches, each in one transaction; about ten statements for a batch."""

    def __init__(self, tags: Iterable[str]) -> None:
        self.members = members()
        self.concepts = concepts(tags)

    @transaction.atomic
    def add(self, documents: Sequence[Document]) -> None:
        rows = [self._contribution(document) for document in documents]
        Contribution.objects.bulk_create(rows)
        pairs = list(zip(rows, documents, strict=True))
        _add_practices(pairs)
        self._add_relations(pairs)
        self._publish(pairs)
        self._add_comments(pairs)

    def _contribution(self, document: Document) -> Contribution:
        when = _moment(document["date"])
        return Contribution(
            code=code_of(document["id"]),
            kind=Contribution.Kind.PRACTICE,
            title=document["title"],
            summary=document["summary"],
            crime_scope=("TIP", "SOM", "BOTH")[document["id"] % 3],
            original_language=document["lang"],
            visibility=Contribution.Visibility.PUBLIC,
            owner=self._member(document["id"]),
            consent_to_publish=True,
            published_at=when,
            created_at=when,
            updated_at=when,
        )

    def _member(self, number: int) -> User:
        return self.members[number % len(self.members)]

    def _add_relations(self, pairs: list[tuple[Contribution, Document]]) -> None:
        ContributionObjective.objects.bulk_create(
            ContributionObjective(
                contribution=row, objective_id=OBJECTIVES[name], is_primary=place == 0
            )
            for row, document in pairs
            for place, name in enumerate(document["objectives"])
        )
        through = Contribution.countries.through
        through.objects.bulk_create(
            through(contribution_id=row.pk, country_id=document["country"].upper())
            for row, document in pairs
        )
        Tagging.objects.bulk_create(
            Tagging(content_object=row, tag=self.concepts[tag], tagged_by_id=row.owner_id)
            for row, document in pairs
            for tag in document["tags"]
        )

    def _publish(self, pairs: list[tuple[Contribution, Document]]) -> None:
        """The approved version and the decision that made it public."""
        revisions = Revision.objects.bulk_create(
            Revision(
                contribution=row,
                number=1,
                version=1,
                state=Revision.State.APPROVED,
                language=row.original_language,
                content=_content(row, document),
                author_id=row.owner_id,
                created_at=row.created_at,
                submitted_at=row.created_at,
                decided_at=row.published_at,
            )
            for row, document in pairs
        )
        Decision.objects.bulk_create(
            Decision(
                contribution_id=revision.contribution_id,
                revision=revision,
                action="approve",
                from_state=Revision.State.IN_REVIEW,
                to_state=Revision.State.APPROVED,
                by=self._member(revision.author_id + 1),
                created_at=revision.created_at,
            )
            for revision in revisions
        )
        live = Revision.objects.filter(contribution=OuterRef("pk")).values("pk")
        Contribution.objects.filter(pk__in=[row.pk for row, _document in pairs]).update(
            live=Subquery(live[:1]),
            status=Contribution.Status.PUBLISHED,
        )

    def _add_comments(self, pairs: list[tuple[Contribution, Document]]) -> None:
        Comment.objects.bulk_create(
            Comment(
                contribution=row,
                author=self._member(row.pk + place),
                text=comment["body"],
                language=row.original_language,
                visibility=Comment.Visibility.PUBLIC,
                token=uuid.uuid4(),
                created_at=_moment(comment["date"]),
            )
            for row, document in pairs
            for place, comment in enumerate(document["comments"])
        )


def _add_practices(pairs: list[tuple[Contribution, Document]]) -> None:
    """The child rows. Django has no bulk_create for them; this is what it would do."""
    rows = [
        Practice(
            contribution_ptr_id=row.pk,
            practice_type=Practice.Type.values[row.pk % len(Practice.Type.values)],
            maturity=Practice.Maturity.values[row.pk % len(Practice.Maturity.values)],
            **_sections(document),
        )
        for row, document in pairs
    ]
    own = list(Practice._meta.local_concrete_fields)
    Practice._base_manager._insert(rows, fields=own, using="default")  # type: ignore[attr-defined]


def _sections(document: Document) -> dict[str, str]:
    return {
        field: "\n\n".join(document["sections"][section]) for section, field in SECTIONS.items()
    }


def _content(row: Contribution, document: Document) -> dict[str, Any]:
    """What the form would have kept of the same practice."""
    main, *others = [str(OBJECTIVES[name]) for name in document["objectives"]]
    return {
        "form": "full",
        "title": row.title,
        "summary": row.summary,
        "original_language": row.original_language,
        "crime_scope": row.crime_scope,
        "countries": [document["country"].upper()],
        "primary_objective": main,
        "objectives": others,
        "tags": document["tags"],
        "visibility": row.visibility,
        "consent_to_publish": True,
        **_sections(document),
    }


def _moment(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)
