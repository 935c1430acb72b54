"""A call: what is asked for, of whom, until when, in several languages; and what answers it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contributions import kinds
from contributions.models import Contribution, Revision
from contributions.models.revision import RevisionQuerySet
from countries.models import Country
from objectives.models import Objective
from vocabulary.models import Concept

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def time_zones() -> list[tuple[str, str]]:
    """Zones by the name of a place ("Africa/Niamey"), UTC first."""
    places = sorted(name for name in available_timezones() if "/" in name[1:])
    return [("UTC", "UTC"), *((name, name) for name in places if not name.startswith("Etc/"))]


def _is_open(now: datetime | None) -> Q:
    return Q(opened_at__isnull=False, closed_at__isnull=True, deadline__gt=now or timezone.now())


class CallQuerySet(models.QuerySet["Call"]):
    """Calls by meaning."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Members see what was opened and what they asked themselves; coordinators everything."""
        if not isinstance(user, User) or not user.is_member:
            return self.none()
        if user.is_coordinator:
            return self
        return self.opened() | self.filter(made_by=user)

    def opened(self) -> Self:
        """What every member sees, open still or over."""
        return self.filter(opened_at__isnull=False)

    def open(self, now: datetime | None = None) -> Self:
        """Those that can be answered, the nearest deadline first."""
        return self.filter(_is_open(now)).order_by("deadline", "pk")

    def in_order(self, now: datetime | None = None) -> Self:
        """Open ones first, the nearest deadline first; then what is prepared; then what is over,
        the latest first."""
        is_open = _is_open(now)
        return self.annotate(
            place=Case(
                When(is_open, then=Value(0)),
                When(opened_at__isnull=True, then=Value(1)),
                default=Value(2),
            ),
            ends=Case(When(is_open, then=F("deadline"))),
        ).order_by("place", "ends", "-deadline", "-pk")

    def with_texts(self) -> Self:
        return self.prefetch_related(models.Prefetch("texts", CallText.objects.order_by("pk")))

    def with_theme(self) -> Self:
        return self.prefetch_related("themes__labels", "themes__merged_into__labels")

    def answered_by(self, contribution: Contribution) -> Call | None:
        """The one that it answers, if it answers one. One query, and those of its texts."""
        return self.filter(answers__contribution=contribution).with_texts().first()

    def whole(self) -> Self:
        """What the page of one call shows."""
        return self.with_texts().with_theme().prefetch_related("objectives", "countries")


class Call(models.Model):
    """Asks for contributions of one kind; `texts` say it in each language."""

    slug = models.SlugField(_("short address"), max_length=60, unique=True)
    kind = models.CharField(_("asks for"), max_length=12, choices=Contribution.Kind)
    # Concepts, so that each reader finds the theme in the own language and on its page.
    themes = models.ManyToManyField(
        Concept,
        related_name="calls",
        verbose_name=_("theme"),
        blank=True,
        limit_choices_to={"status": Concept.Status.ACCEPTED},
        help_text=_("Tags. What answers the call begins with them."),
    )
    objectives = models.ManyToManyField(
        Objective, related_name="calls", verbose_name=_("objectives"), blank=True
    )
    countries = models.ManyToManyField(
        Country,
        related_name="calls",
        verbose_name=_("countries"),
        blank=True,
        help_text=_("Those it is addressed to; none for all."),
    )
    deadline = models.DateTimeField(_("deadline"))
    time_zone = models.CharField(
        _("time zone of the deadline"), max_length=40, choices=time_zones, default="UTC"
    )
    # Of the kind's form when the call was opened; drafts open in today's (contributions.editions).
    edition = models.PositiveSmallIntegerField(
        _("form edition"), null=True, blank=True, editable=False
    )
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call for contributions")
        verbose_name_plural = _("calls for contributions")
        constraints = [
            models.CheckConstraint(
                name="call_closed_after_opened",
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.title() or self.slug

    def get_absolute_url(self) -> str:
        return reverse("calls:detail", args=[self.slug])

    def text_in(self, language: str) -> CallText | None:
        """The text in a language, else in English, else the first. Uses the prefetch."""
        texts = {text.language: text for text in self.texts.all()}
        first = next(iter(texts.values()), None)
        return texts.get(language.split("-")[0]) or texts.get("en") or first

    @property
    def text(self) -> CallText | None:
        """For the reader at hand."""
        return self.text_in(get_language() or settings.LANGUAGE_CODE)

    def title(self) -> str:
        return self.text.title if self.text else ""

    @property
    def is_open(self) -> bool:
        return (
            self.opened_at is not None and self.closed_at is None and self.deadline > timezone.now()
        )

    @property
    def local_deadline(self) -> datetime:
        """The deadline as clocks in the call's zone show it."""
        return self.deadline.astimezone(ZoneInfo(self.time_zone))

    def theme(self) -> list[Concept]:
        """What it is about, as the vocabulary has it today: merged concepts are what they were
        merged into, rejected ones are left out. Uses the prefetch."""
        found = [concept.merged_into or concept for concept in self.themes.all()]
        kept = {c.pk: c for c in found if c.status == Concept.Status.ACCEPTED}
        return sorted(kept.values(), key=lambda concept: concept.label())

    @property
    def edition_today(self) -> int:
        """Of the form that answers are written in; newer than `edition` where it has changed."""
        return kinds.get(self.kind).edition

    def waiting(self) -> int:
        """How many answers are being reviewed for the first time."""
        waiting = Contribution.objects.filter(open_state__in=Revision.WAITING_STATES, live=None)
        return waiting.filter(call_answer__call=self).count()

    def joinable(self, drafts: RevisionQuerySet) -> RevisionQuerySet:
        """Of these drafts those that could answer it and answer no call yet."""
        return drafts.of_kind(self.kind).filter(
            contribution__live=None, contribution__call_answer=None
        )

    def first_content(self, language: str) -> dict[str, Any]:
        """What a draft that answers begins with; tags by their names in the writer's language."""
        numbers = [str(objective.pk) for objective in self.objectives.all()]
        return {
            "objectives": numbers[1:],
            **({"primary_objective": numbers[0]} if numbers else {}),
            "tags": [concept.label(language) for concept in self.theme()],
        }


class CallText(models.Model):
    """A call in one language."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=7, choices=settings.CONTENT_LANGUAGES)
    title = models.CharField(_("title"), max_length=120)
    body = models.TextField(_("text"), max_length=5_000)

    class Meta:
        verbose_name = _("text in a language")
        verbose_name_plural = _("texts, one for each language")
        constraints = [
            models.UniqueConstraint(
                fields=["call", "language"],
                name="call_text_once_per_language",
                violation_error_message=_("There is a text in this language already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.language})"


class Answer(models.Model):
    """A contribution that answers a call: begun for it, or joined to it as a draft."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="answers")
    contribution = models.OneToOneField(
        Contribution, on_delete=models.CASCADE, related_name="call_answer"
    )

    class Meta:
        verbose_name = _("answer to a call")
        verbose_name_plural = _("answers to calls")

    def __str__(self) -> str:
        return f"{self.call_id}: {self.contribution_id}"


class Reminder(models.Model):
    """That somebody was reminded of a deadline; each stage comes once."""

    class Stage(models.TextChoices):
        WEEK = "week", _("a week before")
        DAY = "day", _("a day before")

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="reminders")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    stage = models.CharField(max_length=4, choices=Stage)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["call", "person", "stage"], name="call_reminder_once_per_stage"
            )
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.stage} → {self.person_id}"
