"""A similar one exists: what is published already and may be the same, while a text is written."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.http import MemberRequest
from contributions import drafts, twins, workflow
from contributions.forms.twins import TwinForm
from contributions.models import Contribution, Revision
from contributions.views.access import form_methods, open_revision, writable_or_404
from contributions.views.editor import both_page, lock_of


@never_cache
@require_safe
def similar_panel(request: MemberRequest, code: str) -> HttpResponse:
    """The part of the editor's page that names them, for the draft as it was last saved."""
    contribution = writable_or_404(request.user, code)
    revision = open_revision(contribution)
    found = twins.likely(revision, request.user) if revision else []
    context = {"contribution": contribution, "twins": found}
    return render(request, "contributions/_similar.html", context)


@never_cache
@form_methods
def similar(request: MemberRequest, code: str) -> HttpResponse:
    """Say of each how the own text differs, or that it is an adaptation of it."""
    contribution = writable_or_404(request.user, code)
    revision = open_revision(contribution)
    if revision is None or not revision.is_editable:
        return redirect("contributions:status", code)
    found = twins.likely(revision, request.user)
    form = TwinForm(request.POST or None, offered=found, adapting="adapts" in request.POST)
    if request.method == "POST" and form.is_valid():
        return _answered(request, revision, form)
    return render(
        request,
        "contributions/similar.html",
        {
            "contribution": contribution,
            "revision": revision,
            "twins": found,
            "form": form,
            "can_adapt": _can_adapt(contribution),
            "adapts": revision.content.get("adapts", ""),
        },
    )


def _can_adapt(contribution: Contribution) -> bool:
    return contribution.kind == Contribution.Kind.PRACTICE


def _answered(request: MemberRequest, revision: Revision, form: TwinForm) -> HttpResponse:
    code, why = form.cleaned_data["code"], form.cleaned_data["why"]
    changes = {"adapts": code} if form.adapting and _can_adapt(revision.contribution) else {}
    answers = {"different": twins.reasons(revision) | ({code: why} if why else {})}
    try:
        drafts.save(revision, changes, by=request.user, lock=lock_of(request), answers=answers)
    except drafts.StaleFormError as stale:
        return both_page(request, stale.revision, changes)
    except workflow.WrongStateError:
        return redirect("contributions:status", revision.contribution.code)
    if changes:
        messages.success(request, _("Your text now says that it is an adaptation of %s.") % code)
    else:
        messages.success(request, _("Kept. Those who review your text read it."))
    return redirect("contributions:edit", revision.contribution.code)
