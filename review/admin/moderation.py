"""The one page on which a submission is read and decided."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _t

from accounts.models import User
from contributions import differences, findings, kinds, permissions, rendering, workflow
from contributions.models import Contribution, Decision, Revision
from review import reading
from review.forms.moderation import ModerationForm

# Decisions of the queue; authors' own steps are not taken here.
_DECISIONS = (
    workflow.Action.REVIEW,
    workflow.Action.APPROVE,
    workflow.Action.REQUEST_CHANGES,
    workflow.Action.DECLINE,
    workflow.Action.ARCHIVE,
    workflow.Action.RESTORE,
)


def moderate(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a submission and decide it."""
    user = request.user
    if not isinstance(user, User) or not permissions.can_see_queue(user):
        raise PermissionDenied
    queryset = reading.sent_to(user).select_related(
        "contribution__live", "contribution__owner", "author__country"
    )
    revision = get_object_or_404(queryset, pk=pk)
    actions = [a for a in workflow.available(user, revision) if a in _DECISIONS]
    data = request.POST if request.method == "POST" else None
    form = ModerationForm(data, revision=revision, actions=actions)
    if data is not None and actions and form.is_valid():
        done = _decide(request, revision, form)
        if done is not None:
            return done
    return _page(request, revision, form, actions)


def _page(
    request: HttpRequest,
    revision: Revision,
    form: ModerationForm,
    actions: list[workflow.Action],
) -> HttpResponse:
    kind = kinds.get(revision.contribution.kind)
    live = revision.contribution.live
    base = live if live and live.pk != revision.pk else None
    changes = differences.between(kind, base.content, revision.content) if base else []
    context = {
        **admin.site.each_context(request),
        "title": _t("Moderate: %s") % (revision.title or revision.contribution.code),
        "opts": Revision._meta,
        "revision": revision,
        "contribution": revision.contribution,
        "kind": kind,
        "author": reading.author_words(revision),
        "parts": rendering.filled(rendering.sections(kind, revision.content)),
        "base": base,
        "differences": changes,
        "changed": [change.name for change in changes],
        "findings": findings.of(revision),
        "history": Decision.objects.filter(contribution=revision.contribution)
        .select_related("by__country", "revision")
        .order_by("-created_at", "-pk"),
        "form": form,
        "actions": actions,
        "own": permissions.wrote(request.user, revision),  # type: ignore[arg-type]  # checked
    }
    return TemplateResponse(request, "admin/contributions/revision/moderate.html", context)


def _decide(
    request: HttpRequest, revision: Revision, form: ModerationForm
) -> HttpResponseRedirect | None:
    """Carry the decision out; None where it was refused and the page is shown again."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  narrowed by the caller's permission check
    action = workflow.Action(form.cleaned_data["action"])
    publishing = action is workflow.Action.APPROVE
    try:
        workflow.perform(
            action,
            revision,
            by=user,
            note=form.cleaned_data["note"],
            changes=form.changes() if publishing else None,
        )
    except workflow.WrongStateError as error:
        form.add_error(None, str(error))
        return None
    except ValidationError as error:
        form.add_error(
            None, [f"{key}: {', '.join(map(str, m))}" for key, m in error.message_dict.items()]
        )
        return None
    Contribution.objects.filter(pk=revision.contribution_id).update(
        coordinator_note=form.cleaned_data["coordinator_note"]
    )
    messages.success(
        request,
        _t("Done: %(action)s, %(code)s. The author has been told.")
        % {"action": action.label, "code": revision.contribution.code},
    )
    following = Revision.objects.waiting().exclude(pk=revision.pk).first()
    if "_next" in request.POST and following:
        return redirect("admin:contributions_revision_moderate", following.pk)
    return redirect("admin:contributions_revision_changelist")
