"""LinkCheck: whether a web address that a text names answers."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contributions.models import Revision


class LinkCheck(models.Model):
    """The last answer of one address of one text."""

    class Result(models.TextChoices):
        ANSWERS = "answers", _("answers")
        BROKEN = "broken", _("is not there any more")
        SILENT = "silent", _("did not answer")
        REFUSED = "refused", _("is no public address and was not tried")

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="link_checks")
    url = models.TextField(_("address"))
    result = models.CharField(_("result"), max_length=10, choices=Result)
    # Of HTTP; nothing where none came.
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    checked_at = models.DateTimeField(_("checked"), default=timezone.now)

    class Meta:
        verbose_name = _("check of a link")
        verbose_name_plural = _("checks of links")
        constraints = [models.UniqueConstraint(fields=["revision", "url"], name="link_check_once")]

    def __str__(self) -> str:
        return f"{self.url} {self.result}"
