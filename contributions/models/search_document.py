"""SearchDocument: which text of the index belongs to a contribution, and its filter values."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from contributions.models.contribution import Contribution
from search.models import Document


class SearchDocument(models.Model):
    """One row for each language of a published contribution; written by contributions.indexing.

    What lists sort and count by is repeated here, so that 100,000 rows are read without joining
    the contributions. `visible_to` stays the rule: its `open_to` says which visibilities a list
    takes, and the rows of a page are asked for through it once more.
    """

    document = models.OneToOneField(
        Document, on_delete=models.CASCADE, primary_key=True, related_name="owner"
    )
    contribution = models.ForeignKey(
        Contribution, on_delete=models.CASCADE, related_name="search_documents"
    )
    language = models.CharField(_("language"), max_length=7)
    kind = models.CharField(_("kind"), max_length=12, default="")
    visibility = models.CharField(_("who can read it"), max_length=12, default="")
    published_at = models.DateTimeField(_("published"), null=True)
    # "kind:practice", "country:ma", "tag:awareness-raising" … all values of all filters.
    facets = ArrayField(models.CharField(max_length=120), verbose_name=_("filters"), default=list)

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")
        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "language"], name="search_document_once_per_language"
            )
        ]
        indexes = [
            GinIndex(fields=["facets"], name="search_document_facets"),
            # Lists, newest first: of one kind, of all.
            models.Index(
                "kind",
                F("published_at").desc(),
                F("contribution").desc(),
                include=["visibility", "document"],
                name="search_document_of_kind",
            ),
            models.Index(
                F("published_at").desc(),
                F("contribution").desc(),
                include=["visibility", "document"],
                name="search_document_newest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contribution_id} {self.language}"
