"""What reviewers do on the page of a submission besides deciding it: each answers a posted form
and leads back to the page, or shows it again with what was typed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST

from accounts.models import User
from contributions import permissions as reading_permissions
from contributions.models import Revision
from review import assigning, links, looking, panels, permissions, reading, scoring, suggesting
from review.admin import kept, moderation
from review.forms.assigning import AssignForm, DayForm, HandOverForm, PlanForm
from review.forms.notes import NoteForm
from review.forms.scores import ScoreForm
from review.models import Assignment, Note

_FOLDER = "admin/contributions/revision"


def addresses(wrap: Callable[..., Any]) -> list[Any]:
    """The addresses of these steps below the queue; `wrap` is the admin's own door."""
    steps = {
        "note": note, "score": score, "assign": assign, "take": take, "plan": plan,
        "links": try_links, "look": look,
    }  # fmt: skip
    named = [
        path(f"<int:pk>/{name}/", wrap(view), name=f"contributions_revision_{name}")
        for name, view in steps.items()
    ]
    return [
        *named,
        path("reviews/<int:pk>/hand-over/", wrap(hand_over), name="review_hand_over"),
        path("reviews/<int:pk>/take-back/", wrap(take_back), name="review_take_back"),
        path("reviews/<int:pk>/day/", wrap(postpone), name="review_day"),
    ]


def _entered(request: HttpRequest, pk: int) -> tuple[User, Revision]:
    """The reviewer and the submission; 404 hides it, 403 for those who wrote it."""
    user = request.user
    if not isinstance(user, User) or not reading_permissions.can_see_queue(user):
        raise PermissionDenied
    revision = get_object_or_404(reading.whole(user), pk=pk)
    if not permissions.can_talk(user, revision):
        raise PermissionDenied
    return user, revision


def _back(request: HttpRequest, revision: Revision, anchor: str = "") -> HttpResponse:
    address = reverse("admin:contributions_revision_moderate", args=[revision.pk])
    address += kept.query(request)
    return redirect(f"{address}#{anchor}" if anchor else address)


@require_POST
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """The page is still open; answers with the lines about everybody else."""
    user, revision = _entered(request, pk)
    looking.look(revision, user)
    return render(request, f"{_FOLDER}/_look_lines.html", {"looks": looking.others(revision, user)})


@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something to the other reviewers."""
    user, revision = _entered(request, pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return moderation.again(request, revision, {"note_form": form})
    Note.objects.get_or_create(
        token=form.cleaned_data["token"],
        defaults={
            "contribution": revision.contribution,
            "author": user,
            "text": form.cleaned_data["text"],
            "language": get_language() or "en",
        },
    )
    return _back(request, revision, "mod-n")


@require_POST
def score(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the score sheet, and finish it where that was asked and it is whole."""
    user, revision = _entered(request, pk)
    finish = "_finish" in request.POST
    own = panels.sheet_of(user, revision)
    form = ScoreForm(request.POST, revision=revision, assessment=own, finish=finish)
    whole = form.is_valid()
    if "lock" in form.errors or "edition" in form.errors:
        return moderation.again(request, revision, {"score_form": form})
    save = partial(scoring.save, revision, form.sheet(), by=user, lock=form.cleaned_data["lock"])
    try:
        saved = save(edition=form.cleaned_data["edition"], finish=finish and whole)
    except scoring.StaleSheetError:
        form.add_error(
            None, _t("You saved this sheet in another window. Compare, then save again.")
        )
        return moderation.again(request, revision, {"score_form": _renewed(form, own)})
    except ValidationError as error:
        form.add_error(None, error.messages)
        return moderation.again(request, revision, {"score_form": form})
    if whole:
        told = _t("Your review is finished.") if finish else _t("Your scores are kept as a draft.")
        messages.success(request, told)
        return _back(request, revision, "mod-p")
    return moderation.again(request, revision, {"score_form": _renewed(form, saved)})


def _renewed(form: ScoreForm, saved: Any) -> ScoreForm:
    """The same form, to be sent once more over what is saved now."""
    data = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict
    data["edition"] = str(saved.edition if saved else 0)
    form.data = data
    return form


def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a reviewer out of those suggested, with a due date."""
    user, revision = _entered(request, pk)
    if not permissions.can_assign(user, revision):
        raise PermissionDenied
    suggestions = suggesting.for_revision(revision, timezone.localdate())
    form = AssignForm(request.POST or None, suggestions=suggestions)
    if form.is_valid():
        give = partial(
            assigning.assign, revision, form.chosen, by=user,
            due_on=form.cleaned_data["due_on"], note=form.cleaned_data["note"],
        )  # fmt: skip
        if _done(form, give):
            messages.success(
                request, _t("Asked: %s. They have been told.") % reading.reviewer_words(form.chosen)
            )
            return _back(request, revision, "mod-a")
    return _choose(request, revision, form, suggestions, _t("Assign a reviewer"))


def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a review to somebody else, with what they should know."""
    assignment, user, revision = _assignment(request, pk)
    suggestions = [
        s
        for s in suggesting.for_revision(revision, timezone.localdate())
        if s.reviewer.pk != assignment.reviewer_id
    ]
    form = HandOverForm(request.POST or None, suggestions=suggestions)
    if form.is_valid():
        give = partial(
            assigning.hand_over, assignment, form.chosen, by=user, note=form.cleaned_data["note"]
        )
        if _done(form, give):
            messages.success(
                request,
                _t("Handed over to %s. They have been told.") % reading.reviewer_words(form.chosen),
            )
            return _back(request, revision, "mod-a")
    return _choose(request, revision, form, suggestions, _t("Hand the review over"))


def _done(form: Form, give: Callable[[], object]) -> bool:
    """Carry it out; what was refused stands in the form."""
    try:
        give()
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _choose(
    request: HttpRequest,
    revision: Revision,
    form: Form,
    suggestions: list[suggesting.Suggestion],
    title: str,
) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        **kept.context(request),
        "title": title,
        "opts": Revision._meta,
        "revision": revision,
        "form": form,
        "choices": zip(form["reviewer"], (s for s in suggestions if not s.barred), strict=True)
        if "reviewer" in form.fields
        else None,
        "barred": [s for s in suggestions if s.barred],
    }
    return TemplateResponse(request, f"{_FOLDER}/assign.html", context)


def _assignment(request: HttpRequest, pk: int) -> tuple[Assignment, User, Revision]:
    assignment = get_object_or_404(Assignment.objects.select_related("reviewer__country"), pk=pk)
    user, revision = _entered(request, assignment.revision_id)
    assignment.revision = revision
    if not permissions.can_hand_over(user, assignment):
        raise PermissionDenied
    return assignment, user, revision


@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a text on oneself."""
    user, revision = _entered(request, pk)
    try:
        assigning.assign(revision, user, by=user, due_on=assigning.due_date())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _t("You review it. It is in your list."))
    return _back(request, revision, "mod-a")


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask no longer, or give a review back."""
    assignment, user, revision = _assignment(request, pk)
    try:
        assigning.take_back(assignment, by=user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _t("The review is taken back."))
    return _back(request, revision, "mod-a")


def postpone(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a review another day."""
    assignment, user, revision = _assignment(request, pk)
    if not permissions.can_assign(user, revision):
        raise PermissionDenied
    form = DayForm(request.POST or None, initial={"due_on": assignment.due_on})
    if form.is_valid():
        give = partial(assigning.postpone, assignment, form.cleaned_data["due_on"], by=user)
        if _done(form, give):
            messages.success(request, _t("Kept: the new day. The reviewer has been told."))
            return _back(request, revision, "mod-a")
    return _choose(request, revision, form, [], _t("Change the day"))


@require_POST
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for two reviews, or say why fewer do."""
    user, revision = _entered(request, pk)
    form = PlanForm(request.POST, plan=panels.plan_of(revision))
    if not form.is_valid():
        return moderation.again(request, revision, {"plan_form": form})
    needed = 2 if form.cleaned_data["two"] else 1
    reason = form.cleaned_data["waived_reason"] if needed > 1 else ""
    assigning.plan(revision, needed=needed, by=user, waived_reason=reason)
    messages.success(request, _t("Kept: how many reviews it needs."))
    return _back(request, revision, "mod-a")


@require_POST
def try_links(request: HttpRequest, pk: int) -> HttpResponse:
    """Try the links of the text again, in the background."""
    user, revision = _entered(request, pk)
    links.check_later(revision, user)
    messages.success(request, _t("The links are being tried. Open the page again in a minute."))
    return _back(request, revision, "mod-c")
