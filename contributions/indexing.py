"""Search documents of contributions: written when what readers see changes, in one transaction."""

from __future__ import annotations

from contributions import kinds
from contributions.models import Contribution, SearchDocument
from vocabulary.models import Concept


def refresh(contribution: Contribution) -> None:
    """Make the search document say what the live row says; remove it for what is not published."""
    if not contribution.is_published:
        contribution.search_documents.all().delete()
        return
    kind = kinds.get(contribution.kind)
    row = kind.model._default_manager.get(pk=contribution.pk)
    SearchDocument.objects.update_or_create(
        contribution=contribution,
        language=contribution.original_language,
        defaults={
            "title": contribution.title,
            "summary": contribution.summary,
            "labels": "\n".join(_labels(contribution)),
            "body": "\n".join(text for text in kind.search_body(row) if text),
        },
    )


def _labels(contribution: Contribution) -> list[str]:
    """Labels in every language of tags, objectives and countries."""
    found: list[str] = []
    tags = Concept.objects.accepted().filter(taggings__content_object=contribution)
    for concept in tags.with_labels():
        found += [label.text for label in concept.labels.all()]
    for objective in contribution.objectives.all():
        found += objective.names.values()
    for country in contribution.countries.all():
        found += country.names.values()
    return found
