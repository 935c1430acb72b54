"""Calls as members meet them: what is asked for, what came, and the button that answers."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import MemberRequest
from calls import workflow
from calls.forms import QuestionForm
from calls.models import Call
from calls.permissions import can_answer, can_ask, can_manage
from contributions import at_once, kinds
from contributions.models import Contribution, Revision

SHOWN = 50


@require_safe
def index(request: MemberRequest) -> HttpResponse:
    """Calls that are open, and those that are over."""
    seen = Call.objects.visible_to(request.user).prefetch_related("texts").order_by("-deadline")
    found = list(seen[:SHOWN])
    context = {
        # The nearest deadline first.
        "open_calls": [call for call in reversed(found) if call.is_open],
        "over": [call for call in found if call.opened_at and not call.is_open],
        "prepared": [call for call in found if not call.opened_at],
        "may_manage": can_manage(request.user),
        "may_ask": can_ask(request.user),
    }
    return render(request, "calls/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: MemberRequest) -> HttpResponse:
    """Put a question to the community; `?q=` is what was searched for in vain."""
    if not can_ask(request.user):
        raise PermissionDenied
    initial = {
        "question": request.GET.get("q", "").replace("\0", "")[:120],
        "kind": Contribution.Kind.PRACTICE,
        "language": (get_language() or "en").split("-")[0],
    }
    form = QuestionForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        entered = form.cleaned_data
        try:
            call = workflow.ask(
                entered["question"],
                entered["why"],
                kind=entered["kind"],
                language=entered["language"],
                by=request.user,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request, _t("Your question is with the coordinators. You hear when it is open.")
            )
            return redirect(call)
    return render(request, "calls/ask.html", {"form": form})


@require_safe
def detail(request: MemberRequest, slug: str) -> HttpResponse:
    """What is asked for, what came of it as far as the reader sees it, and one's own drafts."""
    call = get_object_or_404(Call.objects.visible_to(request.user).with_texts(), slug=slug)
    came = Contribution.objects.filter(call_answer__call=call)
    open_ones = list(
        Revision.objects.open().filter(contribution__in=came).select_related("contribution")
    )
    context = {
        "call": call,
        "kind": kinds.get(call.kind),
        "came": at_once.cards(came.visible_to(request.user).published().newest_first()[:SHOWN]),
        "waiting": sum(not revision.is_editable for revision in open_ones),
        "own": [
            revision
            for revision in open_ones
            if revision.is_editable and revision.author_id == request.user.pk
        ],
        "may_answer": can_answer(request.user, call),
        "may_manage": can_manage(request.user),
    }
    return render(request, "calls/detail.html", context)


@require_POST
def answer(request: MemberRequest, slug: str) -> HttpResponse:
    """Begin a draft for the call, or go on with the one that was begun."""
    call = get_object_or_404(Call.objects.visible_to(request.user), slug=slug)
    if call.opened_at is not None and not call.is_open:
        messages.warning(request, _t("This call is closed. You can post without it."))
        return redirect(call)
    if not can_answer(request.user, call):
        raise PermissionDenied
    revision = workflow.answer(call, by=request.user)
    return redirect("contributions:edit", revision.contribution.code)
