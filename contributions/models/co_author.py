"""CoAuthorInvitation: an author asks somebody, known here or not, to write with them."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contributions.models.contribution import Contribution

# Not answered for so long, an invitation is deleted with the address in it.
KEEP_UNANSWERED = timedelta(days=60)


class CoAuthorInvitationQuerySet(models.QuerySet["CoAuthorInvitation"]):
    """Invitations by meaning."""

    def open(self) -> Self:
        return self.filter(answer="")

    def to(self, user: User) -> Self:
        """Those the person has to answer; also from before they were a member."""
        return self.open().filter(email=user.email.lower())


class CoAuthorInvitation(models.Model):
    """One address asked to one contribution. Whether it belongs to a member is not stored."""

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        TAKEN_BACK = "taken_back", _("taken back")

    contribution = models.ForeignKey(
        Contribution, on_delete=models.CASCADE, related_name="co_author_invitations"
    )
    email = models.EmailField(_("e-mail address"), max_length=254)
    invited_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    answer = models.CharField(_("answer"), max_length=12, choices=Answer, blank=True)
    created_at = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)

    objects = CoAuthorInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation to write together")
        verbose_name_plural = _("invitations to write together")
        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "email"],
                condition=Q(answer=""),
                name="co_author_asked_once",
            ),
            models.CheckConstraint(
                name="co_author_answer_has_a_time",
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
            ),
        ]
        indexes = [
            # The page of one's own contributions.
            models.Index(fields=["email"], condition=Q(answer=""), name="co_author_open")
        ]

    def __str__(self) -> str:
        return f"{self.contribution_id} ← {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("contributions:invited", args=[self.pk])
