"""The author's steps: send, publish, withdraw, take up again, begin a new version; and the page
that says how a text stands."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.http import MemberRequest
from accounts.models import User
from contributions import answering, drafts, harm, history, kinds, permissions, talking, workflow
from contributions.models import Contribution, Revision
from contributions.views.access import (
    form_methods,
    last_revision,
    open_revision,
    visible_or_404,
    writable_or_404,
)
from contributions.views.editor import form_page, keep_and_sign_in, save_typed
from contributions.workflow import Action


@login_not_required  # a text sent after the session ran out is kept, then the person signs in
@require_POST
def submit(request: HttpRequest, code: str) -> HttpResponse:
    """Save what the page holds, then send it for review, or publish it where the button said so."""
    if not isinstance(request.user, User) or not request.user.is_active:
        return keep_and_sign_in(request, code)
    contribution = writable_or_404(request.user, code)
    revision = open_revision(contribution)
    if refused := save_typed(request, contribution, revision):
        return refused
    if revision is None:
        return redirect("contributions:status", code)
    revision.refresh_from_db()
    revision.contribution = contribution
    if revision.is_editable and harm.unanswered(revision, harm.marks(revision)):
        form = kinds.get(contribution.kind).bind(revision, by=request.user)
        if form.is_valid():  # first what is missing, then what is too much
            query = "?action=publish" if request.POST.get("action") == Action.PUBLISH else ""
            return redirect(reverse("contributions:check", args=[code]) + query)
    return send(request, revision)


def send(request: HttpRequest, revision: Revision) -> HttpResponse:
    """Send a saved draft for review, or publish it where the button said so; back to the form
    where something is missing."""
    assert isinstance(request.user, User)  # noqa: S101  narrowed by the callers
    contribution, code = revision.contribution, revision.contribution.code
    may_publish = Action.PUBLISH in workflow.available(request.user, revision)
    publishes = may_publish and request.POST.get("action") == Action.PUBLISH
    try:
        workflow.perform(Action.PUBLISH if publishes else Action.SUBMIT, revision, by=request.user)
    except ValidationError as error:
        form = kinds.get(contribution.kind).bind(revision)
        if form.is_valid():  # what only the workflow refuses
            for field, texts in error.message_dict.items():
                if field in form.fields:  # points stand at their own places
                    form.add_error(field, texts)
        return form_page(request, revision, form, part=request.POST.get("part", ""))
    except workflow.WrongStateError:  # the same button pressed twice
        return redirect("contributions:status", code)
    if publishes:
        messages.success(request, _("Published. Everybody who may see it sees it now."))
        return redirect(contribution)
    messages.success(request, _("Sent for review."))
    return redirect("contributions:status", code)


@form_methods
def withdraw(request: MemberRequest, code: str) -> HttpResponse:
    """Ask once, then withdraw (a draft: discard into the bin). It can be taken up again."""
    contribution = writable_or_404(request.user, code)
    revision = open_revision(contribution)
    if revision is None:
        return redirect("contributions:status", code)
    if request.method == "POST":
        return _step(request, contribution, revision, Action.WITHDRAW)
    if Action.WITHDRAW not in workflow.available(request.user, revision):
        raise PermissionDenied
    return render(
        request,
        "contributions/withdraw.html",
        {"contribution": contribution, "revision": revision},
    )


@require_POST
def resume(request: MemberRequest, code: str) -> HttpResponse:
    """Take a withdrawn or declined text up again; out of the bin the one that the button names."""
    contribution = writable_or_404(request.user, code)
    revision = last_revision(contribution)
    named = request.POST.get("revision", "")
    if named.isdecimal() and len(named) < 12:
        revision = contribution.revisions.discarded().filter(pk=named).first() or revision
    if revision is None:
        return redirect("contributions:status", code)
    return _step(request, contribution, revision, Action.RESUME)


def _step(
    request: MemberRequest, contribution: Contribution, revision: Revision, action: Action
) -> HttpResponse:
    try:
        workflow.perform(action, revision, by=request.user)
    except workflow.WrongStateError as error:
        messages.warning(request, str(error))
        return redirect("contributions:status", contribution.code)
    if action is Action.RESUME:
        return redirect("contributions:edit", contribution.code)
    revision.refresh_from_db()
    if until := revision.kept_until:
        text = _("Discarded. Until %s you can bring it back from the discarded drafts below.")
        messages.success(request, text % date_format(until, "DATE_FORMAT"))
        return redirect("contributions:mine")
    messages.success(request, _("Withdrawn. You can take it up again on this page."))
    return redirect("contributions:status", contribution.code)


@require_POST
def confirm(request: MemberRequest, code: str) -> HttpResponse:
    """Say that what is published is still right."""
    contribution = visible_or_404(request.user, code)
    if contribution.live is None:
        raise PermissionDenied
    try:
        workflow.perform(Action.CONFIRM, contribution.live, by=request.user)
    except workflow.WrongStateError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Thank you. The page says now that it was confirmed today."))
    return redirect(contribution)


@require_POST
def revise(request: MemberRequest, code: str) -> HttpResponse:
    """Begin a new version; what is published stays in place until the new one is approved."""
    contribution = writable_or_404(request.user, code)
    try:
        drafts.revise(contribution, by=request.user)
    except workflow.WrongStateError:
        messages.warning(request, _("A version of it waits for review already."))
        return redirect("contributions:status", code)
    return redirect("contributions:edit", code)


@never_cache
@require_safe
def status(request: MemberRequest, code: str) -> HttpResponse:
    """How the text stands, what happens next, what was decided and why."""
    contribution = visible_or_404(request.user, code)
    if not permissions.can_see_status(request.user, contribution):
        raise PermissionDenied
    revision = last_revision(contribution)
    actions = workflow.available(request.user, revision) if revision else []
    may_edit = permissions.can_edit(request.user, contribution)
    return render(
        request,
        "contributions/status.html",
        {
            "contribution": contribution,
            "revision": revision,
            "stages": history.stages(revision) if revision else [],
            "steps": history.steps(contribution, request.user),
            "points": answering.asked(revision) if revision else [],
            "talk": talking.messages(contribution),
            "can_change": may_edit and revision is not None and revision.is_editable,
            "can_withdraw": Action.WITHDRAW in actions,
            "can_resume": Action.RESUME in actions,
            "can_revise": may_edit and contribution.is_published and not contribution.open_state,
            "can_moderate": revision is not None
            and revision.state in Revision.WAITING_STATES
            and permissions.can_review(request.user, revision),
        },
    )


@never_cache
@require_safe
def preview(request: MemberRequest, code: str) -> HttpResponse:
    """The open version as readers will see it; of several (one for each language) the one whose
    number is asked for, else the first that the person may read."""
    contribution = visible_or_404(request.user, code)
    versions = list(contribution.revisions.open().order_by("pk"))
    for version in versions:
        version.contribution = contribution
    read = [version for version in versions if permissions.can_read(request.user, version)]
    if versions and not read:
        raise PermissionDenied
    named = [version for version in read if str(version.number) == request.GET.get("n")]
    revision = next(iter(named or read), None)
    if revision is None:
        raise Http404
    return render(
        request,
        "contributions/preview.html",
        {
            "contribution": contribution,
            "revision": revision,
            "record": history.record(revision, request.user),
            "can_change": revision.is_editable and permissions.can_edit(request.user, contribution),
            "can_endorse": permissions.can_endorse(request.user, revision),
        },
    )
