"""Comment: what members say about a contribution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contributions.models import Contribution

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class CommentQuerySet(models.QuerySet["Comment"]):
    """Comments by meaning."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Comments on what the user sees; to visitors only those meant for everyone.

        Hidden ones stay in the tree as a line with the reason, their text shown to coordinators
        and their author only (Comment.may_read).
        """
        seen = Contribution.objects.visible_to(user)
        return self.filter(_meant_for(user), contribution__in=seen)

    def in_order(self) -> Self:
        return self.order_by("created_at", "pk")


def _meant_for(user: User | AnonymousUser) -> Q:
    """Comment.is_meant_for, as a condition."""
    if isinstance(user, User) and user.is_active:
        return Q(pk__isnull=False)
    return Q(visibility=Comment.Visibility.PUBLIC)


class Comment(models.Model):
    """A comment or an answer to one; never deleted, only hidden with a reason."""

    class Visibility(models.TextChoices):
        MEMBERS = "members", _("Members")
        PUBLIC = "public", _("Everyone")

    contribution = models.ForeignKey(
        Contribution, on_delete=models.CASCADE, related_name="comments"
    )
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="answers"
    )
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="comments")
    text = models.TextField(_("comment"))
    language = models.CharField(
        _("language"), max_length=7, choices=settings.CONTENT_LANGUAGES, default="en"
    )
    visibility = models.CharField(
        _("who can read it"), max_length=12, choices=Visibility, default=Visibility.MEMBERS
    )
    # A browser that sends the same form twice sends the same token.
    token = models.UUIDField(_("form token"), unique=True, editable=False)
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    hidden_at = models.DateTimeField(_("hidden"), null=True, blank=True, editable=False)
    hidden_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    hidden_reason = models.TextField(_("reason for hiding"), blank=True, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            models.CheckConstraint(
                name="comment_hidden_by_someone_for_a_reason",
                condition=Q(hidden_at__isnull=True, hidden_by__isnull=True, hidden_reason="")
                | (Q(hidden_at__isnull=False, hidden_by__isnull=False) & ~Q(hidden_reason="")),
            )
        ]
        indexes = [
            models.Index(fields=["contribution", "created_at"], name="comment_thread"),
        ]

    def __str__(self) -> str:
        return f"{self.contribution_id}: {self.text[:40]}"

    @property
    def anchor(self) -> str:
        return f"comment-{self.pk}"

    @property
    def is_public(self) -> bool:
        return self.visibility == self.Visibility.PUBLIC

    @property
    def is_hidden(self) -> bool:
        return self.hidden_at is not None

    def is_meant_for(self, user: User | AnonymousUser) -> bool:
        """Whether this reader learns of it, if they see the contribution; see `may_read`."""
        return self.is_public or (isinstance(user, User) and user.is_active)

    def may_read(self, user: User | AnonymousUser) -> bool:
        """Whether the text itself is shown: hidden texts only to their author and coordinators."""
        if not self.is_hidden:
            return True
        return isinstance(user, User) and (user.pk == self.author_id or user.is_coordinator)
