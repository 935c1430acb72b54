"""The page that asks before something published is taken away or shown again."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contributions import permissions, workflow
from contributions.models import Revision
from contributions.workflow import Action
from review import deciding, reading


class StandingForm(forms.Form):
    """The reason; the author reads it, and it is kept."""

    note = forms.CharField(
        label=_("Reason"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_("The authors are told the reason, and it is kept in the history."),
        error_messages={"required": _("Give the reason. The author reads it.")},
    )


def change(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Archive, restore, close or reopen: say what will happen, ask for the reason, do it."""
    user = request.user
    if not isinstance(user, User) or not permissions.can_see_queue(user):
        raise PermissionDenied
    if action not in deciding.STANDING:
        raise Http404
    step = Action(action)
    revision = get_object_or_404(reading.whole(user), pk=pk)
    form = StandingForm(request.POST if request.method == "POST" else None)
    if step not in workflow.available(user, revision):
        return _refused(request, revision, step)
    if form.is_valid():
        try:
            workflow.perform(step, revision, by=user, note=form.cleaned_data["note"])
        except workflow.WrongStateError:
            return _refused(request, revision, step)
        messages.success(
            request,
            _t("Done: %(action)s, %(code)s. The author has been told.")
            % {"action": step.label, "code": revision.contribution.code},
        )
        return redirect("admin:contributions_contribution_change", revision.contribution_id)
    context = {
        **admin.site.each_context(request),
        "title": _t("%(action)s: %(title)s")
        % {"action": step.label, "title": revision.title or revision.contribution.code},
        "opts": Revision._meta,
        "revision": revision,
        "contribution": revision.contribution,
        "step": step,
        "what_happens": _what_happens(step, revision),
        "form": form,
    }
    return TemplateResponse(request, "admin/contributions/revision/standing.html", context)


def _refused(request: HttpRequest, revision: Revision, step: Action) -> HttpResponse:
    """Not possible, or not for this person: 403 where the state would allow it."""
    if not workflow.fits(step, revision):
        messages.warning(request, _t("Somebody was faster: this was done already."))
        return redirect("admin:contributions_contribution_change", revision.contribution_id)
    raise PermissionDenied


def _what_happens(step: Action, revision: Revision) -> list[str]:
    """What will happen, sentence by sentence."""
    version = {"n": revision.version}
    return {
        Action.ARCHIVE: [
            _t("The record is not shown any more: no page, no list, no search, no version of it."),
            _t("Its authors and coordinators still see it. Nothing is deleted."),
            _t("It can be restored by a coordinator who neither wrote it nor is of its country."),
        ],
        Action.RESTORE: [
            _t("The record is shown again to everybody who could read it before."),
        ],
        Action.CLOSE: [
            _t("Version %(n)d is not shown any more: its address answers that nothing is there.")
            % version,
            _t("Only coordinators open it, also not its authors. Other versions stay as they are."),
            _t("It can be opened again."),
        ],
        Action.REOPEN: [
            _t("Version %(n)d is shown again to everybody who could read it before.") % version,
        ],
    }[step]
