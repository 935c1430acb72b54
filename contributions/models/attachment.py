"""Files that belong to a contribution: what is stored once, and what a version says of it."""

from __future__ import annotations

import uuid
from typing import Final

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contributions.models.contribution import Contribution
from contributions.models.rows import ContributionRow

# The field of a content that names the files of a version.
FILES: Final = "attachments"


def attachment_storage() -> Storage:
    """Where files lie; a function, so that no migration names a place."""
    return storages["attachments"]


def _path(stored: StoredFile, name: str) -> str:
    """Nothing of the name people gave: only what we make up."""
    return f"{stored.pk.hex[:2]}/{stored.pk.hex}"


class StoredFile(models.Model):
    """The bytes of one upload, checked. They never change: versions name them by the key."""

    class MediaType(models.TextChoices):
        """What may be attached; the label is what readers are told."""

        PDF = "application/pdf", "PDF"
        DOCX = (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "Word",
        )
        XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel"
        PPTX = (
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            "PowerPoint",
        )
        PNG = "image/png", "PNG"
        JPEG = "image/jpeg", "JPEG"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="files")
    file = models.FileField(_("file"), upload_to=_path, storage=attachment_storage, max_length=100)
    name = models.CharField(_("name"), max_length=150)
    media_type = models.CharField(_("type"), max_length=80, choices=MediaType)
    size = models.PositiveIntegerField(_("size"))  # bytes
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.media_type in (self.MediaType.PNG, self.MediaType.JPEG)


class Attachment(ContributionRow):
    """A file of the published version, with its title."""

    contribution = models.ForeignKey(
        Contribution, on_delete=models.CASCADE, related_name="attachments"
    )
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=150)
    language = models.CharField(
        _("language"), max_length=7, choices=settings.CONTENT_LANGUAGES, blank=True
    )
    credit = models.CharField(_("credit"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.title

    def address(self, code: str) -> str:
        """Where it is read; `code` of the contribution, which a list has at hand."""
        return reverse("contributions:file", args=[code, self.file_id])
