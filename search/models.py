"""The index: texts, the terms they hold, their words for spelling, and what is known of all.

Whose texts these are is the business of the apps above; they point at `Document`. Last, what was
asked for (see `log`).
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Final, Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Max, Min, Sum
from django.db.models.functions import Cast, NullIf
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

    `weight` is of the text and held against its length; `extra` is of its labels, and is not. Of a
    thing ("#c12") `weight` is what naming it in the text adds, `extra` what being labelled with it.
    Both in tenths, which all weights are whole numbers of. There are hundreds for each document:
    the row is kept small, the document's length is repeated so that ranking reads nothing but one
    index, and no foreign key is checked row by row; search.store alone writes here.
    """

    # To Django; the database has the constraint below in its place, and no second index of all.
    pk = models.CompositePrimaryKey("document", "term")
    document = models.ForeignKey(
        Document,
        on_delete=models.CASCADE,
        related_name="postings",
        db_constraint=False,
        db_index=False,
    )
    # Compared byte by byte: no order of a language is asked for.
    term = models.CharField(_("term"), max_length=60, db_collation="C")
    weight = models.SmallIntegerField(_("weight in tenths"))
    extra = models.SmallIntegerField(_("weight of labels in tenths"), default=0)
    length = models.SmallIntegerField(_("words of the text that count"))

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        constraints = [
            models.UniqueConstraint(
                fields=["term", "document"],
                include=["weight", "extra", "length"],
                name="posting_once",
            )
        ]
        indexes = [
            # What is taken out with a text. Few bytes a row: equal ones are kept together.
            models.Index(fields=["document"], name="posting_of_document"),
        ]

    def __str__(self) -> str:
        return f"{self.term} → {self.document_id}"


class Alias(models.Model):
    """A term of some name of a thing (a concept, a country …) that texts are labelled with.

    Texts have one posting for each thing, not for each word of its names in all languages: a
    question finds the things by the words, and the texts by the things.
    """

    term = models.CharField(_("term"), max_length=60)
    thing = models.CharField(_("thing"), max_length=40)

    class Meta:
        verbose_name = _("word of a name")
        verbose_name_plural = _("words of names")
        constraints = [
            models.UniqueConstraint(fields=["term", "thing"], name="alias_term_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.term} → {self.thing}"


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
    """One row: how many documents there are and how long they are, for the ranking; which names
    the aliases were made of."""

    documents = models.PositiveIntegerField(_("documents"), default=0)
    average_length = models.FloatField(_("average length"), default=100)
    names_sign = models.CharField(_("sign of the names"), max_length=100, default="", db_default="")
    # How often documents have changed.
    changed = models.BigIntegerField(_("changes"), default=0, db_default=0)

    class Meta:
        verbose_name = _("statistics of the index")
        verbose_name_plural = _("statistics of the index")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="statistics_one_row")]

    def __str__(self) -> str:
        return f"{self.documents} × {self.average_length:.0f}"


if TYPE_CHECKING:
    # Sums over lines of the log, by the words or by their language.
    Rows = models.QuerySet["LoggedQuery", dict[str, Any]]


class LoggedQueryQuerySet(models.QuerySet["LoggedQuery"]):
    """Days of questions, by meaning."""

    def since(self, day: datetime.date) -> Self:
        return self.filter(day__gte=day)

    def like(self, folded: str, language: str) -> Self:
        """The same words in the same language, on whatever day."""
        return self.filter(folded=folded, language=language)

    def by_words(self) -> Rows:
        """Each question once, over all its days and filters, the most asked first."""
        found: Rows = self._by_words()
        return found

    def without_result(self) -> Rows:
        """`by_words`: those that found nothing at least once, until they are settled."""
        found: Rows = (
            self._by_words()
            .filter(vain__gt=0, settled=None)
            .order_by("-vain", "folded", "language")
        )
        return found

    def without_opened(self) -> Rows:
        """`by_words`: those that found something, none of which was opened."""
        found: Rows = self._by_words().filter(asked__gt=F("vain"), chosen=0)
        return found

    def by_language(self) -> Rows:
        """The same sums for each language of the words."""
        found: Rows = _summed(self.values("language")).order_by("-asked", "language")
        return found

    def _by_words(self) -> Any:
        return (
            _summed(self.values("folded", "language"))
            .annotate(
                typed=Max("words"),
                last=Max("day"),
                settled=Max("settled_at"),
                line=Min(Cast("id", models.CharField())),
            )
            .order_by("-asked", "folded", "language")
        )


def _summed(groups: Any) -> Any:
    """Times asked, in vain, opened, and the mean place of what was opened. Untyped: the plugin
    does not follow sums of groups."""
    return groups.annotate(
        asked=Sum("times"),
        vain=Sum("in_vain"),
        chosen=Sum("opened"),
        mean_place=Cast(Sum("places"), models.FloatField()) / NullIf(Sum("opened"), 0),
    )


class LoggedQuery(models.Model):
    """How often the same words were asked for on one day, in the same way. Nothing of who asked:
    no person, address, session or hour (ADR 0016). Written only by search.log."""

    LONGEST: Final = 120

    # Made from what the line counts, so that a page can name it without asking for it, and so
    # that the order of the lines of a day tells nothing.
    id = models.UUIDField(primary_key=True, editable=False)
    day = models.DateField(_("day"))
    words = models.CharField(_("words"), max_length=LONGEST)
    folded = models.CharField(_("folded words"), max_length=2 * LONGEST)
    interface = models.CharField(_("language of the interface"), max_length=7)
    language = models.CharField(_("language of the words"), max_length=7, blank=True)
    # As in the address of the search page, without the words: "country=ma&kind=practice".
    filters = models.CharField(_("filters"), max_length=300, blank=True)
    results = models.PositiveIntegerField(_("results"), help_text=_("When last asked."))
    times = models.PositiveIntegerField(_("times asked"), default=1)
    in_vain = models.PositiveIntegerField(_("times without a result"), default=0)
    opened = models.PositiveIntegerField(_("times a result was opened"), default=0)
    places = models.PositiveIntegerField(_("places of the opened results, added up"), default=0)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    objects = LoggedQueryQuerySet.as_manager()

    class Meta:
        verbose_name = _("logged query")
        verbose_name_plural = _("logged queries")
        indexes = [
            # The read-outs of a period, and forgetting.
            models.Index(fields=["day"], name="logged_query_day"),
            # Settling and looking up one question.
            models.Index(fields=["folded", "language"], name="logged_query_words"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(in_vain__lte=F("times")) & models.Q(opened__lte=F("times")),
                name="logged_query_counts",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.words}"
