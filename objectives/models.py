"""The programme's objectives and phases: rows, not an enum (phases rename and regroup them)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from objectives.labels import active_label


class Objective(models.Model):
    number = models.PositiveSmallIntegerField(_("number"), primary_key=True)
    slug = models.SlugField(_("short address"), max_length=60, unique=True)
    name = models.CharField(_("name (English)"), max_length=200)
    short_name = models.CharField(_("short name (English)"), max_length=60)
    description = models.CharField(_("description (English)"), max_length=300)
    # The other languages: {"fr": …}. English is above, once.
    names = models.JSONField(_("names in other languages"), default=dict, blank=True)
    short_names = models.JSONField(_("short names in other languages"), default=dict, blank=True)
    descriptions = models.JSONField(_("descriptions in other languages"), default=dict, blank=True)

    class Meta:
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="objective_number_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.label()}"

    def get_absolute_url(self) -> str:
        return reverse("objectives:detail", args=[self.number])

    def label(self) -> str:
        return active_label({**self.names, "en": self.name})

    def short_label(self) -> str:
        return active_label({**self.short_names, "en": self.short_name})

    def description_label(self) -> str:
        return active_label({**self.descriptions, "en": self.description})


class Phase(models.Model):
    number = models.PositiveSmallIntegerField(_("number"), primary_key=True)
    slug = models.SlugField(_("short address"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=100)
    full_name = models.CharField(_("full name"), max_length=250)
    year_from = models.PositiveSmallIntegerField(_("first year"))
    year_to = models.PositiveSmallIntegerField(_("last year"))

    class Meta:
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        constraints = [
            models.CheckConstraint(
                condition=Q(year_to__gte=F("year_from")), name="phase_years_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.years})"

    @property
    def years(self) -> str:
        return f"{self.year_from}–{self.year_to}"
