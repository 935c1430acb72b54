"""The same step for several submissions: a page that says what will happen, then each through the
one door of the workflow, and every refusal reported by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from contributions import permissions, workflow
from contributions.models import Revision
from review import assigning
from review.forms.bulk import BulkAssignForm, BulkForm

MOST = 100
Action = workflow.Action


@dataclass(frozen=True)
class Line:
    """One of the chosen submissions, and why the step is not possible for it, if it is not."""

    revision: Revision
    obstacle: str = ""


@dataclass(frozen=True)
class Bulk:
    """A step for several: its name in the list of actions, its form, and what it does to one."""

    name: str
    label: str | Promise
    form: type[BulkForm]
    obstacle: Callable[[User, Revision], str]
    step: Callable[[User, Revision, BulkForm], object]

    def __call__(
        self, model_admin: Any, request: HttpRequest, queryset: QuerySet[Revision]
    ) -> HttpResponse | None:
        """An action of the admin's list: the page first, the work when it is confirmed."""
        user = request.user
        if not isinstance(user, User) or not permissions.can_see_queue(user):
            raise PermissionDenied
        chosen = list(
            queryset.select_related(None)
            .select_related("contribution", "author")
            .prefetch_related("contribution__co_authors")[: MOST + 1]
        )
        if len(chosen) > MOST:
            messages.error(request, _t("Choose at most %d submissions at once.") % MOST)
            return None
        form = self.form(request.POST if "apply" in request.POST else None, by=user)
        if not form.is_valid():
            return self._page(request, user, chosen, form)
        refused = []
        for revision in chosen:
            why = _changed(request, revision) or _try(partial(self.step, user, revision, form))
            if why:
                refused.append(f"{revision.contribution.code} “{revision.title}”: {why}")
        _report(request, len(chosen) - len(refused), refused)
        return None

    def _page(
        self, request: HttpRequest, user: User, chosen: list[Revision], form: BulkForm
    ) -> HttpResponse:
        lines = [Line(revision, self.obstacle(user, revision)) for revision in chosen]
        context = {
            **admin.site.each_context(request),
            "title": self.label,
            "queue": request.get_full_path(),
            "opts": Revision._meta,
            "action": self.name,
            "checkbox": ACTION_CHECKBOX_NAME,
            "form": form,
            "possible": [line for line in lines if not line.obstacle],
            "impossible": [line for line in lines if line.obstacle],
        }
        return TemplateResponse(request, "admin/contributions/revision/bulk.html", context)


def _changed(request: HttpRequest, revision: Revision) -> str:
    """What the author changed since the page was shown is not decided by it."""
    if request.POST.get(f"lock-{revision.pk}") == str(revision.lock):
        return ""
    return _t("The author changed the text meanwhile.")


def _try(step: Callable[[], object]) -> str:
    """Carry out one; why it was refused, or nothing."""
    try:
        step()
    except PermissionDenied:
        return _t(
            "You may not do this: it is your own text or about your own country, or a"
            " coordinator’s to decide."
        )
    except workflow.WrongStateError as error:
        return str(error)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _report(request: HttpRequest, done: int, refused: list[str]) -> None:
    if done:
        text = ngettext("Done for %d submission.", "Done for %d submissions.", done)
        messages.success(request, text % done)
    for line in refused:
        messages.warning(request, _t("Not done: %s") % line)


def _why_not(action: Action, user: User, revision: Revision) -> str:
    if permissions.wrote(user, revision):
        return _t("This is your own text: somebody else decides.")
    if not workflow.TRANSITIONS[action].allowed(user, revision):
        if user.is_coordinator:
            return _t("It is about your own country: somebody from elsewhere must agree first.")
        return _t("A coordinator decides this.")
    if action not in workflow.available(user, revision):
        return _t("It is “%s” now.") % revision.get_state_display()
    return ""


def _perform(action: Action, user: User, revision: Revision, form: BulkForm) -> object:
    return workflow.perform(action, revision, by=user, note=form.cleaned_data.get("note", ""))


def _decides(action: Action, label: str | Promise) -> Bulk:
    needs_note = workflow.TRANSITIONS[action].needs_note
    form = BulkForm.with_reason() if needs_note else BulkForm
    return Bulk(action.value, label, form, partial(_why_not, action), partial(_perform, action))


def _cannot_assign(user: User, revision: Revision) -> str:
    if permissions.wrote(user, revision):
        return _t("This is your own text: somebody else decides.")
    if revision.state not in Revision.WAITING_STATES:
        return _t("It is “%s” now.") % revision.get_state_display()
    return ""


def _assign(user: User, revision: Revision, form: BulkForm) -> object:
    return assigning.assign(
        revision,
        form.cleaned_data["reviewer"],
        by=user,
        due_on=form.cleaned_data["due_on"],
        note=form.cleaned_data["note"],
    )


BULKS = {
    bulk.name: bulk
    for bulk in (
        _decides(Action.REVIEW, _("Start the review")),
        Bulk("assign", _("Assign to a reviewer"), BulkAssignForm, _cannot_assign, _assign),
        _decides(Action.REQUEST_CHANGES, _("Request changes, for one reason")),
        _decides(Action.DECLINE, _("Decline, for one reason")),
        _decides(Action.APPROVE, _("Approve and publish as they stand")),
    )
}
FOR_REVIEWERS = (Action.REVIEW.value, Action.REQUEST_CHANGES.value)


def actions_for(user: User) -> dict[str, tuple[Any, str, Any]]:
    """What the list offers this person, in the form that the admin asks for."""
    names = list(BULKS) if user.is_coordinator else FOR_REVIEWERS
    return {name: (BULKS[name], name, BULKS[name].label) for name in names}
