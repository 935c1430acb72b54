"""Finding the contribution of a page: 404 for what one may not see, 403 for what one may see but
not write in."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from accounts.models import User
from contributions import editions, kinds, permissions
from contributions.models import Contribution, Revision

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def visible_or_404(user: User, code: str) -> Contribution:
    return get_object_or_404(
        Contribution.objects.visible_to(user).select_related("lesson", "owner__country"), code=code
    )


def writable_or_404(user: User, code: str) -> Contribution:
    contribution = visible_or_404(user, code)
    if not permissions.can_edit(user, contribution):
        raise PermissionDenied
    return contribution


def open_revision(contribution: Contribution) -> Revision | None:
    """The open version with its contribution at hand, in the shape of today's form."""
    revision = contribution.open_revision()
    if revision is not None:
        revision.contribution = contribution
        editions.bring_up(kinds.get(contribution.kind), revision)
    return revision


def last_revision(contribution: Contribution) -> Revision | None:
    """The open version, or else the last one there was."""
    revision = open_revision(contribution) or contribution.revisions.order_by("-number").first()
    if revision is not None:
        revision.contribution = contribution
    return revision
