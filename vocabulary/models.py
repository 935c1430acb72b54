"""Concepts and their labels. What may happen to a proposal is in `workflow.py`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import TYPE_CHECKING, Final, Self

from django.conf import settings
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import models, transaction
from django.db.models import Case, F, Max, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Greatest, JSONObject
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from taggit.models import TagBase

from search.folding import fold

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def content_languages() -> list[tuple[str, str]]:
    """The languages a label may be in. A function, so that adding one needs no migration."""
    return list(settings.CONTENT_LANGUAGES)


def tidy(name: str) -> str:
    """A label as it is stored: composed characters, single spaces, no edges."""
    return " ".join(unicodedata.normalize("NFC", name).split())


# Scripts that write no spaces (Thai, Lao, kana, Chinese): a word may start at any character.
UNSPACED: Final = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
ARABIC_ARTICLE: Final = "ال"
# Of a mistyped word, as pg_trgm measures it (wiretaping / wiretapping: 0.8).
LEAST_LIKENESS: Final = 0.6
SHORTEST_LIKE: Final = 4


def has_word_starting_with(folded: str, field: str = "folded") -> Q:
    """Names that hold a word starting like this; Arabic words also after their article."""
    if UNSPACED.match(folded):
        return Q((f"{field}__contains", folded))
    starts = Q()
    for beginning in with_article(folded):
        starts |= Q((f"{field}__startswith", beginning)) | Q(
            (f"{field}__contains", f" {beginning}")
        )
    return starts


def with_article(folded: str) -> tuple[str, ...]:
    """The word, and where it is Arabic the word after its article."""
    is_arabic = "\u0600" <= folded[:1] <= "\u06ff"
    return (folded, ARABIC_ARTICLE + folded) if is_arabic else (folded,)


class ConceptQuerySet(models.QuerySet["Concept"]):
    """Lists of concepts, and the lookup behind the tag chooser."""

    def accepted(self) -> Self:
        """Concepts anyone may use and see."""
        return self.filter(status=Concept.Status.ACCEPTED)

    def proposed(self) -> Self:
        """Proposals that wait for a coordinator."""
        return self.filter(status=Concept.Status.PROPOSED)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Accepted ones; proposals only to whoever proposed them and to coordinators."""
        if not user.is_authenticated or not user.is_active:
            return self.accepted()
        proposals = Q(status=Concept.Status.PROPOSED)
        if not user.is_coordinator:
            proposals &= Q(proposed_by=user)
        return self.filter(Q(status=Concept.Status.ACCEPTED) | proposals)

    def with_labels(self) -> Self:
        """Prefetch the labels, so that `label()` asks nothing more."""
        return self.prefetch_related("labels")

    def missing_language(self, language: str) -> Self:
        """Concepts without a preferred label in `language`."""
        labelled = ConceptLabel.objects.filter(
            language=language, kind=ConceptLabel.Kind.PREFERRED
        ).values("concept_id")
        return self.exclude(pk__in=labelled)

    def matching(self, text: str, language: str) -> Self:
        """Concepts with a label, in any language, that has a word starting with `text`.

        Best first: the whole label, then its beginning, then a later word; labels in `language`
        before others, preferred before synonyms. Each concept carries `match`, a dict with the
        `text`, `language` and `kind` of the label that matched. One query.
        """
        folded = fold(text)
        if not folded:
            return self.none()
        labels = (
            ConceptLabel.objects.filter(concept=OuterRef("pk"))
            .filter(has_word_starting_with(folded))
            .annotate(
                rank=Case(
                    When(folded=folded, then=Value(0)),
                    When(folded__startswith=folded, then=Value(4)),
                    default=Value(8),
                )
                + Case(When(language=language, then=Value(0)), default=Value(2))
                + Case(When(kind=ConceptLabel.Kind.PREFERRED, then=Value(0)), default=Value(1))
            )
            .order_by("rank", "language", "folded")
        )
        found = JSONObject(text=F("text"), language=F("language"), kind=F("kind"))
        return (
            self.annotate(
                match_rank=Subquery(labels.values("rank")[:1]),
                match=Subquery(labels.values(found=found)[:1]),
            )
            .filter(match_rank__isnull=False)
            .order_by("match_rank", "name")
        )

    def like(self, words: Collection[str]) -> list[int]:
        """Ids of accepted concepts with a name that holds one of these words or one much like it,
        nearest first. One query."""
        nearness = [
            Case(When(has_word_starting_with(word), then=Value(1.0)),
                 default=TrigramWordSimilarity(word, "folded"))
            for word in map(fold, words)
            if len(word) >= SHORTEST_LIKE or UNSPACED.match(word)
        ]  # fmt: skip
        if not nearness:
            return []
        labels = (
            ConceptLabel.objects.filter(concept__in=self.accepted())
            .annotate(nearness=Greatest(Value(0.0), *nearness))
            .filter(nearness__gte=LEAST_LIKENESS)
        )
        found = labels.values("concept").annotate(best=Max("nearness"))
        return list(found.order_by("-best", "concept").values_list("concept", flat=True))

    def at(self, slug: str) -> Concept | None:
        """The concept of an address; of one that was merged, what it was merged into."""
        found = self.filter(slug=slug).select_related("merged_into").first()
        return found and (found.merged_into or found)

    def named(self, name: str, language: str) -> Concept | None:
        """The concept that already has this label, whatever its spelling; else None.

        The label's own language and accepted concepts come first. A merged concept answers with
        the one it was merged into.
        """
        label = (
            ConceptLabel.objects.filter(folded=fold(name))
            .annotate(
                rank=Case(When(language=language, then=Value(0)), default=Value(1)),
                standing=Case(
                    When(concept__status=Concept.Status.ACCEPTED, then=Value(0)),
                    When(concept__status=Concept.Status.PROPOSED, then=Value(1)),
                    default=Value(2),
                ),
            )
            .select_related("concept__merged_into")
            .order_by("standing", "rank", "concept_id")
            .first()
        )
        if label is None:
            return None
        return label.concept.merged_into or label.concept

    @transaction.atomic
    def propose(self, name: str, language: str, by: User) -> Concept:
        """A new proposal, or the concept that already goes by this name.

        A rejected concept is returned as it is: the decision stands until a coordinator changes
        it, and the caller can see it in `status`. Raises ValueError when `name` is blank or longer
        than a label can be.
        """
        text = tidy(name)
        if not fold(text) or len(text) > Concept.NAME_LENGTH:
            raise ValueError("A concept needs a name of 1 to 100 characters.")
        if (known := self.named(text, language)) is not None:
            return known
        concept, created = self.get_or_create(
            name=text, defaults={"status": Concept.Status.PROPOSED, "proposed_by": by}
        )
        if created:
            ConceptLabel.objects.create(
                concept=concept,
                language=language,
                text=text,
                folded=fold(text),
                kind=ConceptLabel.Kind.PREFERRED,
            )
        return concept


class Concept(TagBase):
    """One idea of the field, whatever it is called; the tag of every contribution.

    `name` is the preferred English label (a proposal's: the words it was proposed in).
    """

    class Group(models.TextChoices):
        """The heading a concept stands under."""

        CRIME = "crime", _("crimes and related offences")
        EXPLOITATION = "exploitation", _("forms of exploitation")
        SMUGGLING = "smuggling", _("aspects of smuggling")
        PEOPLE = "people", _("people concerned")
        ACTOR = "actor", _("actors")
        METHOD = "method", _("methods and measures")
        INSTRUMENT = "instrument", _("legal instruments and policies")
        INSTITUTION = "institution", _("institutions and networks")
        THEME = "theme", _("cross-cutting themes")
        SECTOR = "sector", _("sectors and settings")

    class Status(models.TextChoices):
        """Where a concept stands between a member's proposal and everyone's use."""

        ACCEPTED = "accepted", _("accepted")
        PROPOSED = "proposed", _("proposed")
        REJECTED = "rejected", _("rejected")

    NAME_LENGTH: Final = 100  # TagBase.name, TagBase.slug
    SCOPE_NOTE_LENGTH: Final = 400
    SOURCE_LENGTH: Final = 200

    group = models.CharField(_("group"), max_length=12, choices=Group, default=Group.THEME)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.ACCEPTED)
    scope_note = models.CharField(
        _("scope note"),
        max_length=SCOPE_NOTE_LENGTH,
        blank=True,
        help_text=_("One sentence, in English."),
    )
    source = models.CharField(_("source"), max_length=SOURCE_LENGTH, blank=True)
    broader = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("broader concept"),
        related_name="narrower",
        null=True,
        blank=True,
    )
    related = models.ManyToManyField("self", verbose_name=_("related concepts"), blank=True)
    from_file = models.BooleanField(
        _("from the vocabulary file"),
        default=False,
        editable=False,
        help_text=_("Changed in the file and loaded again, not here."),
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("proposed by"),
        related_name="proposed_concepts",
        null=True,
        blank=True,
        editable=False,
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("decided by"),
        related_name="decided_concepts",
        null=True,
        blank=True,
        editable=False,
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, editable=False)
    decision_note = models.CharField(
        _("reason"), max_length=SCOPE_NOTE_LENGTH, blank=True, editable=False
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("merged into"),
        related_name="merged",
        null=True,
        blank=True,
        editable=False,
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    objects = ConceptQuerySet.as_manager()

    class Meta:
        verbose_name = _("concept")
        verbose_name_plural = _("concepts")
        indexes = [
            # The admin's queue of proposals.
            models.Index(
                fields=["created_at"], name="concept_proposed", condition=Q(status="proposed")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="concept_not_broader_than_itself",
                condition=Q(broader__isnull=True) | ~Q(broader=F("id")),
            ),
            models.CheckConstraint(
                name="concept_decided_by_and_at",
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="concept_merged_is_rejected",
                condition=Q(merged_into__isnull=True) | Q(status="rejected"),
            ),
        ]

    def slugify(self, tag: str, i: int | None = None) -> str:
        """Taggit's slug; a name without a letter or digit still gets one."""
        slug: str = super().slugify(tag, i)
        return slug or "concept"

    def label(self, language: str | None = None) -> str:
        """The preferred label in `language` (the active one by default), else the name.

        Reads `labels`: no query after `with_labels()`, one otherwise.
        """
        wanted = (language or get_language() or "en").split("-")[0]
        for label in self.labels.all():
            if label.language == wanted and label.kind == ConceptLabel.Kind.PREFERRED:
                return str(label.text)
        return str(self.name)

    def label_language(self, language: str | None = None) -> str:
        """The language of what `label()` returns, for `lang` and `dir`. Costs what it costs."""
        wanted = (language or get_language() or "en").split("-")[0]
        preferred = [
            label.language
            for label in self.labels.all()
            if label.kind == ConceptLabel.Kind.PREFERRED
        ]
        if wanted in preferred:
            return wanted
        return "en" if "en" in preferred or not preferred else preferred[0]


class ConceptLabel(models.Model):
    """What a concept is called: in one language, in full, otherwise, or for short."""

    class Kind(models.TextChoices):
        """How a label stands to its concept."""

        PREFERRED = "preferred", _("preferred label")
        SYNONYM = "synonym", _("synonym")
        ACRONYM = "acronym", _("acronym")

    TEXT_LENGTH: Final = 120

    # A label is nothing without its concept.
    concept = models.ForeignKey(
        Concept, models.CASCADE, verbose_name=_("concept"), related_name="labels"
    )
    language = models.CharField(_("language"), max_length=8, choices=content_languages)
    text = models.CharField(_("text"), max_length=TEXT_LENGTH)
    kind = models.CharField(_("kind"), max_length=9, choices=Kind, default=Kind.SYNONYM)
    folded = models.CharField(_("folded text"), max_length=240, editable=False)
    from_file = models.BooleanField(_("from the vocabulary file"), default=False, editable=False)

    class Meta:
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        indexes = [
            # Suggestions while typing: LIKE 'prefix%', and equality.
            models.Index(
                fields=["folded"], name="label_folded_prefix", opclasses=["varchar_pattern_ops"]
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="label_one_preferred_per_language",
                fields=["concept", "language"],
                condition=Q(kind="preferred"),
                violation_error_message=_("This concept has a preferred label in this language."),
            ),
            models.UniqueConstraint(
                name="label_once_per_concept_and_language",
                fields=["concept", "language", "folded"],
                violation_error_message=_("This concept already has this label."),
            ),
            models.CheckConstraint(name="label_not_empty", condition=~Q(folded="")),
        ]

    def __str__(self) -> str:
        return f"{self.text} ({self.language})"

    def clean(self) -> None:
        """Store labels tidy, and fold them: `folded` is never typed in."""
        self.text = tidy(self.text)
        self.folded = fold(self.text)
