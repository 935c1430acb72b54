"""The comments on one contribution as a tree, as one reader may see them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from contributions.models import Contribution
from discussion.forms import CommentForm
from discussion.models import Comment
from discussion.permissions import can_comment, can_hide

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Reader = User | AnonymousUser

# Answers to answers to answers stand beside what they answer, so that a phone has room for them.
MAX_LEVEL = 3


@dataclass(frozen=True)
class Node:
    """A comment with its answers, and what this reader may do with it (see _comment.html)."""

    comment: Comment
    function: str
    text: str  # empty where this reader may not read it
    hidden_reason: str
    is_by_author: bool
    answers_to: str  # whom it answers, where the drawing does not show it
    visibility: str  # said to members of what everyone can read
    reply_url: str
    hide_url: str
    answers: list[Node] = field(default_factory=list)

    @property
    def shown(self) -> tuple[object, ...]:
        """Everything that is drawn of it but its answers."""
        comment = self.comment
        return (
            *(comment.anchor, comment.language, comment.created_at, comment.is_hidden),
            *(self.function, self.text, self.hidden_reason, self.is_by_author, self.answers_to),
            *(self.visibility, self.reply_url, self.hide_url, bool(self.answers)),
        )


@dataclass(frozen=True)
class Thread:
    """What the part "Discussion" of a page shows (discussion/_thread.html)."""

    contribution: Contribution
    nodes: list[Node]
    hidden_from_visitor: int  # comments for members, which this visitor does not see
    form: CommentForm | None  # for those who may comment
    may_sign_in: bool  # visitors, where signing in would let them comment

    @property
    def post_url(self) -> str:
        return reverse("discussion:comment", args=[self.contribution.code])

    @property
    def sign_in_next(self) -> str:
        return f"{self.contribution.get_absolute_url()}#discussion"


def thread_for(contribution: Contribution, user: Reader) -> Thread:
    """The discussion under a contribution that the caller found by `visible_to`.

    One query, whatever the number of comments. Reads contribution.lesson for lessons.
    """
    all_comments = list(comments_of(contribution.code, user))
    shown = [comment for comment in all_comments if comment.is_shown]
    may_comment = can_comment(user, contribution)
    return Thread(
        contribution=contribution,
        nodes=_tree(shown, user, contribution, may_comment=may_comment),
        hidden_from_visitor=len(all_comments) - len(shown),
        form=CommentForm(contribution=contribution) if may_comment else None,
        may_sign_in=not isinstance(user, User) and contribution.is_published,
    )


def comments_of(code: str, user: Reader) -> QuerySet[Comment]:
    """All comments on a contribution, whether they are shown to the user or not. Not run here."""
    return (
        Comment.objects.filter(contribution__code=code)
        .with_standing_of(user)
        .select_related("author__country")
        .in_order()
    )


def _tree(
    comments: list[Comment], user: Reader, contribution: Contribution, *, may_comment: bool
) -> list[Node]:
    """Comments in the order of writing; what answers a comment that is not shown is not shown."""
    marks_author = not contribution.is_author_withheld
    may_hide, is_member = can_hide(user), isinstance(user, User)
    roots: list[Node] = []
    found: dict[int, tuple[Node, Node | None, int]] = {}  # node, what it stands under, level
    for comment in comments:
        parent, stands_under, level = found.get(comment.parent_id or 0, (None, None, 0))
        if comment.parent_id and parent is None:
            continue
        is_deep = level >= MAX_LEVEL
        node = Node(
            comment=comment,
            function=comment.author.public_function,
            text=comment.text if comment.may_read(user) else "",
            hidden_reason=comment.hidden_reason,
            is_by_author=marks_author and comment.is_by_author,
            answers_to=parent.function if parent and is_deep else "",
            visibility=comment.visibility if is_member and comment.is_public else "",
            reply_url=_url("answer", comment) if may_comment and not comment.is_hidden else "",
            hide_url=_url("hide", comment) if may_hide else "",
        )
        under = stands_under if is_deep else parent
        (under.answers if under else roots).append(node)
        found[comment.pk] = (node, under, level if is_deep else level + 1)
    return roots


def _url(view: str, comment: Comment) -> str:
    return reverse(f"discussion:{view}", args=[comment.pk])
