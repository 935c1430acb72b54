"""Calls as members meet them: what is asked for, what came, and the ways to answer."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST, require_safe

from accounts.http import MemberRequest
from calls import workflow
from calls.forms import ChoiceForm, QuestionForm
from calls.models import Call
from calls.permissions import can_answer, can_ask, can_choose, can_manage, is_chosen_still
from contributions import at_once, kinds
from contributions.models import Contribution, Revision
from contributions.views.access import form_methods, last_revision, visible_or_404
from contributions.workflow import WrongStateError

PER_PAGE = 20
# Of one's own drafts, the last saved first, that a call offers to join.
DRAFTS_SHOWN = 10


@require_safe
def index(request: MemberRequest) -> HttpResponse:
    """Calls that are open, those that are prepared, those that are over."""
    seen = Call.objects.visible_to(request.user).in_order().with_texts().with_theme()
    page = Paginator(seen, PER_PAGE).get_page(request.GET.get("page"))
    found = list(page)
    context = {
        "page": page,
        "open_calls": [call for call in found if call.is_open],
        "prepared": [call for call in found if not call.opened_at],
        "over": [call for call in found if call.opened_at and not call.is_open],
        "may_manage": can_manage(request.user),
        "may_ask": can_ask(request.user),
    }
    return render(request, "calls/index.html", context)


@form_methods
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
    call = get_object_or_404(Call.objects.visible_to(request.user).whole(), slug=slug)
    answers = Contribution.objects.filter(call_answer__call=call)
    seen = answers.visible_to(request.user).published().newest_first()
    page = Paginator(seen, PER_PAGE).get_page(request.GET.get("page"))
    drafts = Revision.objects.editable().filter(
        contribution__in=Contribution.objects.written_by(request.user)
    )
    drafts = drafts.select_related("contribution").order_by("-updated_at", "-pk")
    may_answer = can_answer(request.user, call)
    context = {
        "call": call,
        "kind": kinds.get(call.kind),
        "page": page,
        "came": at_once.cards(seen[max(page.start_index(), 1) - 1 : page.end_index()]),
        "waiting": call.waiting(),
        "own": drafts.filter(contribution__in=answers),
        "joinable": call.joinable(drafts)[:DRAFTS_SHOWN] if may_answer else [],
        "may_answer": may_answer,
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


@require_POST
def join(request: MemberRequest, slug: str) -> HttpResponse:
    """Let a draft that is there already answer the call; the button names it."""
    call = get_object_or_404(Call.objects.visible_to(request.user), slug=slug)
    code = request.POST.get("draft", "").replace("\0", "")
    contribution = visible_or_404(request.user, code)
    if _change(request, contribution, call):
        messages.success(request, _t("Your draft answers this call now."))
    return redirect(call)


@form_methods
def choose(request: MemberRequest, code: str) -> HttpResponse:
    """Which call a draft answers, if any; a POST changes it."""
    contribution = visible_or_404(request.user, code)
    if not can_choose(request.user, contribution):
        raise PermissionDenied
    if request.method != "POST" and not is_chosen_still(contribution):
        return redirect("contributions:status", code)
    current = Call.objects.visible_to(request.user).answered_by(contribution)
    open_ones = Call.objects.visible_to(request.user).open().filter(kind=contribution.kind)
    calls = list(open_ones.with_texts())
    offered = calls if current is None or current in calls else [current, *calls]
    form = ChoiceForm(request.POST if request.method == "POST" else None, calls=offered)
    if form.is_valid():
        if _change(request, contribution, form.cleaned_data["call"]):
            messages.success(request, _t("Kept. The text itself is as it was."))
        return redirect("contributions:edit", code)
    context = {
        "contribution": contribution,
        "revision": last_revision(contribution),
        "form": form,
        "calls": offered,
        "current": current,
    }
    return render(request, "calls/choose.html", context)


def _change(request: MemberRequest, contribution: Contribution, call: Call | None) -> bool:
    """Whether the draft answers the call (None: no call) now; else the reason is said."""
    try:
        if call is None:
            workflow.leave(contribution, by=request.user)
        else:
            workflow.join(call, contribution, by=request.user)
    except WrongStateError as error:
        messages.warning(request, str(error))
        return False
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        return False
    return True
