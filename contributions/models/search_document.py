"""SearchDocument: what search reads of a contribution, one row per language."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from contributions.models.contribution import Contribution


class SearchDocument(models.Model):
    """Texts by weight and their vectors; written only by contributions.indexing."""

    contribution = models.ForeignKey(
        Contribution, on_delete=models.CASCADE, related_name="search_documents"
    )
    language = models.CharField(_("language"), max_length=7)
    title = models.TextField(_("title"))
    labels = models.TextField(_("labels of tags, objectives and countries"), blank=True)
    summary = models.TextField(_("summary"), blank=True)
    body = models.TextField(_("body"), blank=True)
    vector = SearchVectorField(_("words, stemmed and folded"), null=True, editable=False)
    folded = models.TextField(_("folded text"), blank=True, editable=False)
    length = models.PositiveIntegerField(_("words"), default=0)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")
        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "language"], name="search_document_once_per_language"
            )
        ]
        indexes = [
            GinIndex(fields=["vector"], name="search_document_vector"),
        ]

    def __str__(self) -> str:
        return f"{self.contribution_id} {self.language}"
