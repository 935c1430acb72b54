"""What the rows of contributions (results, stakeholders, milestones …) have in common."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ContributionRow(models.Model):
    """A row of a contribution; all rows are replaced when a version is approved."""

    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True


class StakeholderKind(models.TextChoices):
    """Kinds of bodies that take part in a practice or an effort."""

    MINISTRY = "ministry", _("Ministry or government body")
    LAW_ENFORCEMENT = "law_enforcement", _("Law enforcement")
    JUDICIARY = "judiciary", _("Judiciary and prosecution")
    NGO = "ngo", _("Civil society")
    PRIVATE = "private", _("Private enterprise")
    INTERNATIONAL = "international", _("International organisation")
    YOUTH = "youth", _("Youth body")
    OTHER = "other", _("Other")


class Stakeholder(ContributionRow):
    """A body that took part, what it did, and whether it led."""

    name = models.CharField(_("name"), max_length=300)
    kind = models.CharField(_("kind"), max_length=16, choices=StakeholderKind, blank=True)
    role = models.CharField(_("role"), max_length=300, blank=True)
    lead = models.BooleanField(_("leads"), default=False)

    class Meta:
        abstract = True
        verbose_name = _("stakeholder")
        verbose_name_plural = _("stakeholders")

    def __str__(self) -> str:
        return self.name
