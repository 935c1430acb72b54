"""What waits for the person, what they write, what happened to it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.http import MemberRequest
from contributions import editing, kinds, permissions, todo
from contributions.models import CoAuthorInvitation, Contribution, Notification, Revision

PER_PAGE = 20
DRAFTS_SHOWN = 30
BIN_SHOWN = 30


@never_cache
@require_safe
def inbox(request: MemberRequest) -> HttpResponse:
    """Waits for you, drafts, news, in this order."""
    user = request.user
    own = list(
        Revision.objects.open()
        .written_by(user)
        .select_related("contribution")
        .with_asked_change()
        .order_by("-updated_at", "-pk")[:DRAFTS_SHOWN]
    )
    reviews = permissions.can_see_queue(user)
    waiting = Revision.objects.waiting().not_written_by(user).count() if reviews else 0
    news = Paginator(Notification.objects.for_user(user), PER_PAGE)
    returned = [r for r in own if r.state == Revision.State.CHANGES_REQUESTED]
    asked = todo.of(user)
    return render(
        request,
        "contributions/inbox.html",
        {
            "returned": returned,
            "asked": asked,
            "waiting": waiting,
            "todo_count": len(returned) + len(asked) + bool(waiting),
            "drafts": [_draft(r) for r in own if r.state == Revision.State.DRAFT],
            "sent": [r for r in own if r.state in Revision.WAITING_STATES],
            "page": news.get_page(request.GET.get("page")),
        },
    )


def _draft(revision: Revision) -> dict[str, object]:
    kind = kinds.get(revision.contribution.kind)
    done, asked = editing.answered(kind, revision.content)
    return {
        "revision": revision,
        "kind": kind,
        "done": done,
        "asked": asked,
        "knot": "done" if done >= asked else "part" if done else "none",
    }


@require_POST
def mark_read(request: MemberRequest, pk: int) -> HttpResponse:
    """One line is read; a second time changes nothing."""
    line = get_object_or_404(Notification.objects.for_user(request.user), pk=pk)
    Notification.objects.filter(pk=line.pk).unread().update(read_at=timezone.now())
    return redirect("contributions:inbox")


@require_POST
def mark_all_read(request: MemberRequest) -> HttpResponse:
    own = Notification.objects.filter(recipient=request.user)
    own.unread().update(read_at=timezone.now())
    return redirect("contributions:inbox")


@never_cache
@require_safe
def mine(request: MemberRequest) -> HttpResponse:
    """Everything the person wrote or helped to write, and how it stands; invitations to write
    with others; the drafts in the bin."""
    own = Revision.objects.filter(
        contribution__in=Contribution.objects.written_by(request.user)
    ).select_related("contribution")
    shown = own.last_of_each().order_by("-updated_at", "-pk")
    return render(
        request,
        "contributions/mine.html",
        {
            "page": Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
            "kinds": list(kinds.all_kinds()),
            "invitations": CoAuthorInvitation.objects.to(request.user).order_by("created_at", "pk"),
            "discarded": own.discarded().order_by("-discarded_at", "-pk")[:BIN_SHOWN],
        },
    )
