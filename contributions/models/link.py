"""Link: a web address that a contribution names."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from contributions.models.contribution import Contribution
from contributions.models.rows import ContributionRow


class Link(ContributionRow):
    """A web address that belongs to a contribution."""

    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="links")
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("address"), max_length=500)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")

    def __str__(self) -> str:
        return self.title
