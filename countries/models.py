"""Countries by ISO 3166-1, the regions they are grouped in, and which phase they took part in."""

from __future__ import annotations

import unicodedata

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from objectives.labels import active_label, label_in
from objectives.models import Phase


class Region(models.Model):
    slug = models.SlugField(_("short address"), max_length=40, primary_key=True)
    names = models.JSONField(_("names by language"), default=dict)
    position = models.PositiveSmallIntegerField(_("place in lists"), default=0)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")

    def __str__(self) -> str:
        return self.label()

    def label(self) -> str:
        return active_label(self.names) or self.slug


class CountryQuerySet(models.QuerySet["Country"]):
    def taking_part(self) -> CountryQuerySet:
        return self.filter(takes_part=True)

    def in_region(self, region: Region | str) -> CountryQuerySet:
        return self.filter(region=region)

    def in_phase(self, phase: Phase | int) -> CountryQuerySet:
        return self.filter(participations__phase=phase)

    def with_page_relations(self) -> CountryQuerySet:
        """Region and phases of each country: two queries for any number of rows."""
        return self.select_related("region").prefetch_related("participations__phase")

    def by_label(self) -> list[Country]:
        """All rows in the alphabetical order of the active language (runs the query)."""
        return sorted(self, key=lambda country: folded(country.label()))


class Country(models.Model):
    """A country of ISO 3166-1. The profile is written by its focal points and coordinators;
    an empty profile text means "not recorded"."""

    iso2 = models.CharField(_("ISO code, two letters"), max_length=2, primary_key=True)
    iso3 = models.CharField(_("ISO code, three letters"), max_length=3, unique=True)
    names = models.JSONField(_("short names by language"), default=dict)
    region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        related_name="countries",
        verbose_name=_("region"),
    )
    takes_part = models.BooleanField(
        _("takes part"),
        default=False,
        help_text=_("Partner of a phase, or came to the community's meetings."),
    )
    phases = models.ManyToManyField(
        Phase,
        through="PhaseParticipation",
        related_name="countries",
        verbose_name=_("phases"),
    )
    # Centre of the country on the home page's map of dots (viewBox 20 0 360 164).
    map_x = models.PositiveSmallIntegerField(_("place on the map, across"), null=True, blank=True)
    map_y = models.PositiveSmallIntegerField(_("place on the map, down"), null=True, blank=True)
    current_situation = models.TextField(_("current situation"), blank=True)
    challenges = models.TextField(_("challenges"), blank=True)
    opportunities = models.TextField(_("opportunities"), blank=True)
    expectations = models.TextField(_("expectations"), blank=True)
    profile_language = models.CharField(_("language of the profile"), max_length=2, default="en")
    profile_confirmed_on = models.DateField(_("profile last confirmed on"), null=True, blank=True)

    objects = CountryQuerySet.as_manager()

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        constraints = [
            models.CheckConstraint(condition=Q(iso2__regex="^[A-Z]{2}$"), name="country_iso2_form"),
            models.CheckConstraint(condition=Q(iso3__regex="^[A-Z]{3}$"), name="country_iso3_form"),
            models.CheckConstraint(
                condition=Q(map_x__isnull=True, map_y__isnull=True)
                | Q(map_x__isnull=False, map_y__isnull=False),
                name="country_map_place_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.label()

    def get_absolute_url(self) -> str:
        return reverse("countries:detail", args=[self.code])

    @property
    def code(self) -> str:
        """The code as addresses and query strings spell it."""
        return self.iso2.lower()

    @property
    def has_profile(self) -> bool:
        return any(text for _heading, text in self.profile())

    def label(self) -> str:
        return active_label(self.names) or self.iso2

    def label_in(self, language: str) -> str:
        return label_in(self.names, language) or self.iso2

    def profile(self) -> list[tuple[str, str]]:
        """The four headings in their order, each with its text (empty: not recorded)."""
        return [
            (gettext("Current situation"), self.current_situation),
            (gettext("Challenges"), self.challenges),
            (gettext("Opportunities"), self.opportunities),
            (gettext("Expectations"), self.expectations),
        ]


class PhaseParticipation(models.Model):
    country = models.ForeignKey(
        Country,
        on_delete=models.CASCADE,
        related_name="participations",
        verbose_name=_("country"),
    )
    phase = models.ForeignKey(
        Phase,
        on_delete=models.PROTECT,
        related_name="participations",
        verbose_name=_("phase"),
    )

    class Meta:
        verbose_name = _("participation in a phase")
        verbose_name_plural = _("participations in phases")
        constraints = [
            models.UniqueConstraint(fields=["country", "phase"], name="country_once_in_phase"),
        ]

    def __str__(self) -> str:
        return f"{self.country_id} · {self.phase_id}"


def folded(label: str) -> str:
    """Sort key that puts Égypte beside Egypt: no accents, no case, no Arabic article marks."""
    decomposed = unicodedata.normalize("NFKD", label)
    return "".join(ch for ch in decomposed if not unicodedata.combining(ch)).casefold()
