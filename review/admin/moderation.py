"""The one page on which a submission is read and decided."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _t

from accounts.models import User
from contributions import differences, findings, kinds, permissions, rendering, workflow
from contributions.models import Decision, Revision
from review import deciding, links, looking, panels, reading
from review import permissions as permissions_of_review
from review.admin import kept
from review.forms.moderation import ModerationForm


def moderate(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a submission and decide it."""
    user = request.user
    if not isinstance(user, User) or not permissions.can_see_queue(user):
        raise PermissionDenied
    revision = get_object_or_404(reading.whole(user), pk=pk)
    if permissions_of_review.can_talk(user, revision):
        looking.look(revision, user)
    actions = _actions(user, revision)
    data = request.POST if request.method == "POST" else None
    form = ModerationForm(data, revision=revision, actions=actions, by=user)
    if data is not None and "add_point" in data:
        form.not_judged()
    elif data is not None and actions and form.is_valid():
        done = _decide(request, revision, form)
        if done is not None:
            return done
    return _page(request, revision, form, actions)


def again(request: HttpRequest, revision: Revision, bound: dict[str, Form]) -> HttpResponse:
    """The page with a refused form of one of its panels, everything typed in it kept.

    `revision` comes from `reading.whole`; `bound` replaces forms of `panels.of` by name.
    """
    user = request.user
    assert isinstance(user, User)  # noqa: S101  narrowed by the caller's permission check
    actions = _actions(user, revision)
    form = ModerationForm(revision=revision, actions=actions, by=user)
    return _page(request, revision, form, actions, bound)


def _actions(user: User, revision: Revision) -> list[workflow.Action]:
    return [a for a in workflow.available(user, revision) if a in deciding.ACTIONS]


def _page(
    request: HttpRequest,
    revision: Revision,
    form: ModerationForm,
    actions: list[workflow.Action],
    bound: dict[str, Form] | None = None,
) -> HttpResponse:
    user = request.user
    assert isinstance(user, User)  # noqa: S101  narrowed by the caller's permission check
    base = reading.base_of(revision)
    own = permissions.wrote(user, revision)
    # Put into words once; the text, its checks and the differences share it.
    shown, *old = reading.in_words(user, [version for version in (revision, base) if version])
    changes = differences.of_shown(old[0], shown) if base else []
    context = {
        **admin.site.each_context(request),
        **kept.context(request),
        "title": _t("Moderate: %s") % (revision.title or revision.contribution.code),
        "opts": Revision._meta,
        "revision": revision,
        "contribution": revision.contribution,
        "kind": kinds.get(revision.contribution.kind),
        "author": reading.author_words(revision),
        "parts": rendering.filled(shown),
        "base": base,
        "differences": changes,
        "changed": [change.name for change in changes],
        "findings": findings.ordered(
            [*findings.of(revision, user, shown), *links.findings(revision)]
        ),
        "history": Decision.objects.filter(contribution=revision.contribution)
        .exclude(action__in=Decision.INTERNAL if own else ())
        .select_related("by__country", "revision")
        .order_by("-created_at", "-pk"),
        "form": form,
        "options": [
            (option, deciding.hint(action, base))
            for option, action in zip(form["action"], actions, strict=True)
        ],
        "actions": actions,
        "own": own,
        "has_links": links.can_try(revision),
        **deciding.beside(user, revision),
        **panels.of(user, revision, bound or {}),
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
            points=form.points.found() if action is workflow.Action.REQUEST_CHANGES else (),
            coordinator_note=form.changed_note(),
        )
    except workflow.WrongStateError as error:
        form.add_error(None, str(error))
        return None
    except ValidationError as error:
        fields = getattr(error, "error_dict", None) and error.message_dict
        lines = [f"{key}: {', '.join(map(str, m))}" for key, m in (fields or {}).items()]
        form.add_error(None, lines or error.messages)
        return None
    said = (
        _t("Done: %(action)s, %(code)s. Coordinators have been told, the author has not.")
        if action in Decision.INTERNAL
        else _t("Done: %(action)s, %(code)s. The author has been told.")
    )
    messages.success(request, said % {"action": action.label, "code": revision.contribution.code})
    following = kept.next_for(request, user, revision) if "_next" in request.POST else None
    if following:
        address = reverse("admin:contributions_revision_moderate", args=[following.pk])
        return redirect(f"{address}{kept.query(request)}")
    return redirect(kept.queue(request))
