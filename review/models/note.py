"""Note: what reviewers say among themselves about a submission. Authors never see it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contributions.models import Contribution


class Note(models.Model):
    """A private note; it stays with the contribution through all its versions."""

    contribution = models.ForeignKey(
        Contribution, on_delete=models.CASCADE, related_name="review_notes"
    )
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="review_notes")
    text = models.TextField(_("note"))
    language = models.CharField(
        _("language"), max_length=7, choices=settings.CONTENT_LANGUAGES, default="en"
    )
    # A browser that sends the same form twice sends the same token.
    token = models.UUIDField(_("form token"), unique=True, editable=False)
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("note among reviewers")
        verbose_name_plural = _("notes among reviewers")
        indexes = [models.Index(fields=["contribution", "created_at"], name="review_note_thread")]

    def __str__(self) -> str:
        return f"{self.contribution_id}: {self.text[:40]}"
