"""The step before sending: what in the text may do harm, and what the author says of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.http import MemberRequest
from contributions import drafts, editing, harm, workflow
from contributions.forms.check import CheckForm
from contributions.models import Revision
from contributions.views.access import form_methods, open_revision, writable_or_404
from contributions.views.editor import both_page, lock_of
from contributions.views.steps import send
from contributions.workflow import Action


@never_cache
@form_methods
def check(request: MemberRequest, code: str) -> HttpResponse:
    """Point at what may be a person or a case; a POST keeps the answers and sends the text."""
    contribution = writable_or_404(request.user, code)
    revision = open_revision(contribution)
    if revision is None or not revision.is_editable:
        return redirect("contributions:status", code)
    found = harm.sightings(harm.marks(revision))
    form = CheckForm(request.POST or None, found, revision)
    if request.method == "POST" and form.is_valid():
        return _answered(request, revision, form)
    action = request.POST.get("action") or request.GET.get("action", "")
    return render(
        request,
        "contributions/check.html",
        {
            "contribution": contribution,
            "revision": revision,
            "form": form,
            "questions": [
                (
                    item,
                    field,
                    [(mark, editing.address(revision, mark.field)) for mark in item.marks],
                )
                for item, field in form.rows
            ],
            "publishes": action == Action.PUBLISH,
        },
    )


def _answered(request: MemberRequest, revision: Revision, form: CheckForm) -> HttpResponse:
    changes = form.content(revision.content)
    answers = {"harm": form.answers()}
    try:
        saved = drafts.save(
            revision, changes, by=request.user, lock=lock_of(request), answers=answers
        )
    except drafts.StaleFormError as stale:
        return both_page(request, stale.revision, changes)
    except workflow.WrongStateError:
        return redirect("contributions:status", revision.contribution.code)
    if "visibility" in changes:
        messages.warning(request, _("Because of your answers members read it, not the public."))
    return send(request, saved)
