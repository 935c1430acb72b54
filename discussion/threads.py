"""The comments on one contribution as a tree, as one reader may see them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db.models import F, OuterRef
from django.urls import reverse

from accounts.models import User
from contributions import at_once
from contributions.models import Contribution
from countries.models import Country
from discussion.forms import CommentForm
from discussion.models import Comment
from discussion.permissions import can_comment, can_hide

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Reader = User | AnonymousUser

_COLUMNS: Final = (
    "id",
    "parent_id",
    "author_id",
    "text",
    "language",
    "visibility",
    "hidden_reason",
)


def _built(row: at_once.Row) -> Comment:
    country = Country(iso2=row["iso2"], names=row["names"]) if row["iso2"] else None
    hidden_at = row["hidden_at"] and datetime.fromisoformat(row["hidden_at"])
    return Comment(
        **{name: row[name] for name in _COLUMNS},
        created_at=datetime.fromisoformat(row["created_at"]),
        hidden_at=hidden_at,
        author=User(pk=row["author_id"], function=row["function"], country=country),
    )


# All comments on a contribution, whoever may read them; `thread_for` chooses.
COMMENTS: Final = at_once.Relation(
    name="comments",
    rows=lambda: Comment.objects.filter(contribution=OuterRef("pk")).in_order(),
    columns=lambda: {
        **{name: F(name) for name in (*_COLUMNS, "created_at", "hidden_at")},
        "function": F("author__function"),
        "iso2": F("author__country_id"),
        "names": F("author__country__names"),
    },
    build=_built,
)
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

    No query where the contribution was loaded with COMMENTS and its co-authors. Reads
    contribution.lesson for lessons.
    """
    all_comments = list(contribution.comments.all())
    shown = [comment for comment in all_comments if comment.is_meant_for(user)]
    may_comment = can_comment(user, contribution)
    return Thread(
        contribution=contribution,
        nodes=_tree(shown, user, contribution, may_comment=may_comment),
        hidden_from_visitor=len(all_comments) - len(shown),
        form=CommentForm(contribution=contribution) if may_comment else None,
        may_sign_in=not isinstance(user, User) and contribution.is_published,
    )


def _tree(
    comments: list[Comment], user: Reader, contribution: Contribution, *, may_comment: bool
) -> list[Node]:
    """Comments in the order of writing; what answers a comment that is not shown is not shown."""
    authors = set[int]()
    if not contribution.is_author_withheld:
        authors = {contribution.owner_id, *(one.pk for one in contribution.co_authors.all())}
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
            is_by_author=comment.author_id in authors,
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
