"""FacetBits: which texts of the index have a filter's value, a bit for each."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext_lazy as _

# Texts in a row. A kibibyte of bits stays in the row itself, whatever else PostgreSQL moves out.
PART: Final = 8192


class BitsField(models.Field[str, str]):
    """PART bits as PostgreSQL's bit string: "0100…", the first of them on the left."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return f"bit({PART})"


class FacetBits(models.Model):
    """Of PART texts of the index those with one value; written by contributions.counters only.

    Document d is bit d % PART of part d // PART, so that a search counts the values of what it
    found by comparing bits, however many that are (ADR 0023). "visibility:…" are values too.
    """

    pk = models.CompositePrimaryKey("token", "part")
    token = models.CharField(_("value"), max_length=120)
    part = models.IntegerField(_("part"))
    bits = BitsField(_("texts"))

    class Meta:
        verbose_name = _("texts with a value")
        verbose_name_plural = _("texts with values")

    def __str__(self) -> str:
        return f"{self.token} {self.part}"
