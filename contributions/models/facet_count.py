"""FacetCount: how many published contributions have a filter's value, and how many have two."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class FacetCount(models.Model):
    """One sum over search documents; written by contributions.counters only.

    Lists without words read their counts here instead of counting (ADR 0011). `token` is empty in
    the rows that count one value, both are in the row that counts everything.
    """

    visibility = models.CharField(_("who can read it"), max_length=12)
    kind = models.CharField(_("kind"), max_length=12)
    token = models.CharField(_("value"), max_length=120, blank=True)
    other = models.CharField(_("another value"), max_length=120, blank=True)
    number = models.IntegerField(_("number"), default=0)

    class Meta:
        verbose_name = _("count of a filter")
        verbose_name_plural = _("counts of filters")
        constraints = [
            # Reading needs nothing but this index.
            models.UniqueConstraint(
                fields=["token", "kind", "visibility", "other"],
                include=["number"],
                name="facet_count_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.visibility} {self.token} {self.other}: {self.number}"
