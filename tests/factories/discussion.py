"""Comments for tests, made as a page makes them."""

from __future__ import annotations

from accounts.models import User
from contributions.models import Contribution
from discussion import workflow
from discussion.models import Comment
from tests.factories.accounts import UserFactory


def said(
    contribution: Contribution,
    text: str = "We do the same.",
    *,
    by: User | None = None,
    to: Comment | None = None,
    public: bool = False,
    language: str = "en",
) -> Comment:
    """A comment of `by` (a new member where not said), or an answer to one."""
    return workflow.post(
        contribution,
        by=by or UserFactory(),
        text=text,
        language=language,
        visibility="public" if public else "members",
        parent=to,
    )


def hidden(
    contribution: Contribution, text: str = "It names a case.", *, by: User | None = None
) -> Comment:
    """A comment that a coordinator hid."""
    comment = said(contribution, text, by=by, public=True)
    workflow.hide(comment, by=UserFactory(role="coordinator"), reason="A case was named.")
    comment.refresh_from_db()
    return comment
