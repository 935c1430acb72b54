"""The audit trail: written by triggers of the database, read in the admin, changed by nobody."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class AuditEntry(models.Model):
    """One decision, or one change of a role, of concepts or of the data of a country."""

    class Thing(models.TextChoices):
        DECISION = "decision", _("decision on a contribution")
        COMMENT = "comment", _("comment hidden or shown")
        JOIN_REQUEST = "join_request", _("request to join")
        ROLE = "role", _("role")
        PERSON = "person", _("standing of a person")
        FOCAL_POINT = "focal_point", _("focal point")
        RIGHTS = "rights", _("rights of a role")
        CONCEPT = "concept", _("concept")
        LABEL = "label", _("label of a concept")
        COUNTRY = "country", _("country")
        PARTICIPATION = "participation", _("participation of a country")
        REGION = "region", _("region")

    at = models.DateTimeField(_("when"), editable=False)
    # Without a constraint: the trail outlives the account.
    actor = models.ForeignKey(
        User, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+",
        verbose_name=_("who"),
    )  # fmt: skip
    thing = models.CharField(_("kind of thing"), max_length=20, choices=Thing)
    # Key of what was changed, and its name at that time.
    target = models.CharField(max_length=40)
    name = models.TextField(_("what"))
    # "added", "changed", "removed", or an action of the workflow.
    action = models.CharField(_("what was done"), max_length=20)
    why = models.TextField(_("why"))
    # Only the columns that differ.
    before: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(_("before"))
    after: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(_("after"))

    class Meta:
        verbose_name = _("entry of the audit trail")
        verbose_name_plural = _("audit trail")
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest"),
            models.Index(fields=["thing", "-at"], name="audit_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.thing} {self.target} {self.action}"
