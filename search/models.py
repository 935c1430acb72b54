"""The index: texts, the terms they hold, their words for spelling, and what is known of all.

Whose texts these are is the business of the apps above; they point at `Document`.
"""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _


class Document(models.Model):
    """One text in one language, by weight. Written only by search.store."""

    language = models.CharField(_("language"), max_length=7)
    title = models.TextField(_("title"))
    summary = models.TextField(_("summary"), blank=True)
    body = models.TextField(_("body"), blank=True)
    # Folded words of title, summary and body, each between spaces: where phrases are looked up.
    words = models.TextField(_("folded words"), blank=True)
    folded_title = models.TextField(_("folded title"), blank=True)
    length = models.PositiveIntegerField(_("words that count"), default=0)
    indexed_at = models.DateTimeField(_("indexed"), auto_now=True)

    class Meta:
        verbose_name = _("text in the index")
        verbose_name_plural = _("texts in the index")
        indexes = [
            # Titles that have a word which begins as typed.
            GinIndex(OpClass(F("folded_title"), name="gin_trgm_ops"), name="document_folded_title"),
        ]

    def __str__(self) -> str:
        return f"{self.language}: {self.title}"


class Posting(models.Model):
    """A term stands in a document, this heavily (see search.store.weigh).

    `weight` is of the text and held against its length; `extra` is of its labels, and is not.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="postings")
    term = models.CharField(_("term"), max_length=60)
    weight = models.FloatField(_("weight"))
    extra = models.FloatField(_("weight of labels"), default=0)

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        constraints = [
            # Ranking reads nothing but this index.
            models.UniqueConstraint(
                fields=["term", "document"],
                include=["weight", "extra"],
                name="posting_term_document",
            )
        ]

    def __str__(self) -> str:
        return f"{self.term} → {self.document_id}"


class KnownWord(models.Model):
    """A folded word that stands in some text: what a mistyped word may have meant."""

    word = models.CharField(_("word"), max_length=60, primary_key=True)

    class Meta:
        verbose_name = _("known word")
        verbose_name_plural = _("known words")
        indexes = [
            GinIndex(OpClass(F("word"), name="gin_trgm_ops"), name="known_word_trigrams"),
        ]

    def __str__(self) -> str:
        return self.word


class Statistics(models.Model):
    """One row: how many documents there are and how long they are, for the ranking."""

    documents = models.PositiveIntegerField(_("documents"), default=0)
    average_length = models.FloatField(_("average length"), default=100)

    class Meta:
        verbose_name = _("statistics of the index")
        verbose_name_plural = _("statistics of the index")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="statistics_one_row")]

    def __str__(self) -> str:
        return f"{self.documents} × {self.average_length:.0f}"
