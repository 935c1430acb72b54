"""Writing, hiding and showing comments: the only place where they change, and who is told."""

from __future__ import annotations

import uuid

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _t

from accounts.models import User
from contributions import notifications
from contributions.models import Contribution, Notification
from discussion.models import Comment
from discussion.permissions import can_comment, can_hide

Topic = Notification.Topic
# Words of a comment that the inbox and the mail repeat.
EXCERPT_WORDS = 30


@transaction.atomic
def post(
    contribution: Contribution,
    *,
    by: User,
    text: str,
    language: str,
    visibility: str,
    parent: Comment | None = None,
    token: uuid.UUID | None = None,
) -> Comment:
    """Write a comment and tell the authors and whoever is answered. Raises PermissionDenied.

    The same form sent twice makes one comment. A form that was sent, changed and sent again (the
    browser's way back) makes a second one: nothing typed is lost.
    """
    if not can_comment(by, contribution):
        raise PermissionDenied
    content = {
        "contribution": contribution,
        "author": by,
        "parent": parent,
        "text": text,
        "language": language,
        "visibility": visibility,
    }
    comment, is_new = Comment.objects.get_or_create(token=token or uuid.uuid4(), defaults=content)
    if not is_new:
        if comment.author_id == by.pk and _says_the_same(comment, contribution, parent, text):
            return comment
        comment = Comment.objects.create(token=uuid.uuid4(), **content)
    _tell(comment, by)
    return comment


def _says_the_same(
    comment: Comment, contribution: Contribution, parent: Comment | None, text: str
) -> bool:
    return (comment.contribution_id, comment.parent_id, comment.text) == (
        contribution.pk,
        parent.pk if parent else None,
        text,
    )


def _tell(comment: Comment, by: User) -> None:
    """The one who is answered hears of an answer; the other authors hear of a comment."""
    on, text, anchor = comment.contribution, excerpt(comment), comment.anchor
    answered = comment.parent.author if comment.parent else None
    if answered and answered.is_active and answered.pk != by.pk:
        notifications.send([answered], Topic.REPLY, on, text=text, anchor=anchor)
    authors = [
        user for user in notifications.authors(on, but=by) if not answered or user.pk != answered.pk
    ]
    notifications.send(authors, Topic.COMMENT, on, text=text, anchor=anchor)


def excerpt(comment: Comment) -> str:
    return Truncator(comment.text).words(EXCERPT_WORDS, truncate=" …")


@transaction.atomic
def hide(comment: Comment, *, by: User, reason: str) -> None:
    """Take the text away from readers and say why; a second time changes nothing.

    Raises PermissionDenied, and ValidationError without a reason.
    """
    if not can_hide(by):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError(_t("Give the reason. The author reads it."), code="reason_required")
    held = _locked(comment)
    if held.is_hidden:
        return
    held.hidden_at, held.hidden_by, held.hidden_reason = timezone.now(), by, reason.strip()
    held.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])
    # What the inbox repeated of it goes as well; mails that have not left repeat nothing either.
    _repeats(held).update(text="")
    if held.author_id != by.pk and held.author.is_active:
        notifications.send(
            [held.author], Topic.HIDDEN, held.contribution, text=reason, anchor=held.anchor
        )


@transaction.atomic
def show(comment: Comment, *, by: User) -> None:
    """Take a hiding back. Raises PermissionDenied."""
    if not can_hide(by):
        raise PermissionDenied
    held = _locked(comment)
    held.hidden_at, held.hidden_by, held.hidden_reason = None, None, ""
    held.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])
    _repeats(held).update(text=excerpt(held))


def _locked(comment: Comment) -> Comment:
    return (
        Comment.objects.select_for_update(of=("self",))
        .select_related("author", "contribution")
        .get(pk=comment.pk)
    )


def _repeats(comment: Comment) -> QuerySet[Notification]:
    """Inbox lines that repeat the beginning of the comment."""
    return Notification.objects.filter(
        contribution=comment.contribution_id,
        anchor=comment.anchor,
        topic__in=(Topic.COMMENT, Topic.REPLY),
    )
