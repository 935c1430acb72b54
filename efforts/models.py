"""Effort: what a country does, posted by its focal points (records.md §6)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contributions.models import Contribution, ContributionRow, Stakeholder


class Effort(Contribution):
    """A law, plan, body, training programme … of one country and where it stands."""

    class Type(models.TextChoices):
        LAW = "law", _("Law")
        STRATEGY = "strategy", _("Strategy or plan")
        GUIDELINE = "guideline", _("Guideline or procedure")
        COORDINATION_BODY = "coordination_body", _("Coordination body")
        UNIT = "unit", _("Specialised unit or network")
        TRAINING_PROGRAMME = "training_programme", _("Training programme")
        PROJECT = "project", _("Project")
        CAMPAIGN = "campaign", _("Campaign")
        SERVICE = "service", _("Service or centre")
        AGREEMENT = "agreement", _("Agreement")
        CENTRAL_AUTHORITY = "central_authority", _("Central authority for mutual legal assistance")
        RATIFICATION = "ratification", _("Ratification")
        DATA = "data", _("Data")

    class Standing(models.TextChoices):
        ANNOUNCED = "announced", _("Announced")
        DRAFTING = "drafting", _("Being drafted")
        ADOPTED = "adopted", _("Adopted")
        IN_FORCE = "in_force", _("In force")
        IMPLEMENTING = "implementing", _("Being carried out")
        EVALUATED = "evaluated", _("Evaluated")
        LAPSED = "lapsed", _("Lapsed")
        REPEALED = "repealed", _("Repealed")

    class Monitoring(models.TextChoices):
        NONE = "none", _("None")
        INTERNAL = "internal", _("Internal")
        PARTICIPATORY = "participatory", _("Participatory")

    effort_type = models.CharField(_("type"), max_length=20, choices=Type, blank=True)
    # `status` is taken by the contribution; this is how far the effort itself has come.
    standing = models.CharField(_("status"), max_length=16, choices=Standing, blank=True)
    adopting_body = models.CharField(_("adopted by"), max_length=300, blank=True)
    lead_body = models.CharField(_("led by"), max_length=300, blank=True)
    valid_from = models.CharField(_("valid from"), max_length=10, blank=True)
    valid_to = models.CharField(_("valid to"), max_length=10, blank=True)
    monitoring_mechanism = models.CharField(
        _("monitoring"), max_length=16, choices=Monitoring, blank=True
    )
    support_received = models.TextField(_("support received"), blank=True)
    challenges = models.TextField(_("challenges"), blank=True)
    next_steps = models.TextField(_("next steps"), blank=True)

    class Meta:
        verbose_name = _("country effort")
        verbose_name_plural = _("country efforts")
        constraints = [
            models.CheckConstraint(
                name="effort_valid_period_in_order",
                condition=Q(valid_from="")
                | Q(valid_to="")
                | Q(valid_from__lte=models.F("valid_to")),
            )
        ]


class Milestone(ContributionRow):
    """A dated step of an effort; the date is a year, a month or a day."""

    effort = models.ForeignKey(Effort, on_delete=models.CASCADE, related_name="milestones")
    date = models.CharField(_("date"), max_length=10, blank=True)
    label = models.CharField(_("what happened"), max_length=300)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")

    def __str__(self) -> str:
        return f"{self.date} {self.label}".strip()


class EffortStakeholder(Stakeholder):
    """A body that takes part in an effort."""

    effort = models.ForeignKey(Effort, on_delete=models.CASCADE, related_name="stakeholders")


class Indicator(ContributionRow):
    """A figure that shows how an effort goes, with its source."""

    effort = models.ForeignKey(Effort, on_delete=models.CASCADE, related_name="indicators")
    name = models.CharField(_("indicator"), max_length=200)
    unit = models.CharField(_("unit"), max_length=100, blank=True)
    value = models.CharField(_("value"), max_length=100, blank=True)
    year = models.CharField(_("year"), max_length=4, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")

    def __str__(self) -> str:
        return self.name
