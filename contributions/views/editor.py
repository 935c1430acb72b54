"""The page on which a draft is written, its autosave, and the page that shows two texts at once."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.http import MemberRequest
from accounts.models import User
from contributions import answering, drafts, editing, keeping, kinds, merging, workflow
from contributions.content import Content, clean_text
from contributions.forms.base import SNAPSHOT, ContributionForm
from contributions.models import Contribution, Revision
from contributions.templatetags.text import how_long
from contributions.views.access import form_methods, open_revision, writable_or_404
from objectives.models import Objective


class PageForm(forms.Form):
    """The editor's query string: which part, whether to judge, where an empty row is wanted,
    whether all countries are."""

    part = forms.CharField(required=False, max_length=20)
    check = forms.BooleanField(required=False)
    row = forms.CharField(required=False, max_length=40)
    countries = forms.BooleanField(required=False)

    def wishes(self) -> dict[str, Any]:
        """What `form_page` takes; whatever was unreadable is left out."""
        known = {"part": "part", "row": "extra_row", "countries": "all_countries"}
        return {known[k]: value for k, value in self.cleaned_data.items() if k in known}


@login_not_required  # a text sent after the session ran out is kept, then the person signs in
@never_cache
@form_methods
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """The draft's form. A POST saves; its button says where to go next."""
    if not isinstance(request.user, User) or not request.user.is_active:
        return keep_and_sign_in(request, code)
    contribution = writable_or_404(request.user, code)
    revision = open_revision(contribution)
    if request.method == "POST":
        refused = save_typed(request, contribution, revision)
        return refused or _next_page(request, contribution)
    if revision is None or not revision.is_editable:
        return redirect("contributions:status", code)
    query = PageForm(request.GET)
    query.is_valid()
    form = kinds.get(contribution.kind).bind(
        revision, checked=query.cleaned_data.get("check", False)
    )
    return form_page(request, revision, form, **query.wishes())


def save_typed(
    request: HttpRequest, contribution: Contribution, revision: Revision | None
) -> HttpResponse | None:
    """Save what the page sent. A page where that was refused, with the text on it; else None."""
    assert isinstance(request.user, User)  # noqa: S101  narrowed by the callers
    kind = kinds.get(contribution.kind)
    typed = editing.read(kind, request.POST)
    if request.POST.get("level") in editing.LEVELS:
        typed["form"] = request.POST["level"]
    if not typed:
        return None
    if revision is None:
        return closed_page(request, contribution, typed)
    try:
        save_with_answers(request, revision, typed)
    except drafts.StaleFormError as stale:
        return both_page(request, stale.revision, _touched(request, typed))
    except workflow.WrongStateError:
        return closed_page(request, contribution, typed)
    return None


def save_with_answers(request: HttpRequest, revision: Revision, typed: Content) -> Revision:
    """drafts.save with what stands beside the form: what changed in this version, and answers to
    reviewers. Where the page is stale the answers are put below what was answered meanwhile, and
    StaleFormError is raised all the same."""
    answers = answering.read(request.POST, revision) if answering.are_sent(request.POST) else {}
    try:
        saved, is_stale = _save(request, revision, typed)
    except drafts.StaleFormError:
        answering.keep(revision, answers, stale=True)
        raise
    if "change_note" in request.POST:
        drafts.say_what_changed(saved, clean_text(str(request.POST["change_note"])))
    if answers:
        answering.keep(revision, answers, stale=is_stale)
    return saved


def _save(request: HttpRequest, revision: Revision, typed: Content) -> tuple[Revision, bool]:
    """(what is saved now, whether somebody else saved meanwhile).

    A page that never got the answer to its last saves sends what these held ("unanswered"): where
    just that is saved, nobody wrote in between, and the page goes on.
    """
    assert isinstance(request.user, User)  # noqa: S101  narrowed by the callers
    lock = lock_of(request)
    try:
        saved = drafts.save(revision, typed, by=request.user, lock=lock)
    except drafts.HeldError:
        raise
    except drafts.StaleFormError as stale:
        kind = kinds.get(revision.contribution.kind)
        sent = [editing.read(kind, QueryDict(text)) for text in request.POST.getlist("unanswered")]
        if not any(_is_all_of(stale.revision.content, one, typed) for one in sent):
            raise
        lock = stale.revision.lock
        saved = drafts.save(revision, typed, by=request.user, lock=lock)
    return saved, lock not in (saved.lock, saved.lock - 1)


def _is_all_of(saved: Content, sent: Content, typed: Content) -> bool:
    """Whether the fields that would be written now hold what was sent before."""
    return set(typed) <= {*sent, "form"} and not merging.different(saved, sent)


def form_page(
    request: HttpRequest,
    revision: Revision,
    form: ContributionForm,
    *,
    part: str = "",
    **wishes: Any,
) -> HttpResponse:
    """Render the editor; where the form judges, also what still needs another look."""
    kind = kinds.get(revision.contribution.kind)
    level = editing.level_of(revision.content)
    keys = editing.part_keys(kind.form, level)
    part = part if part in keys else keys[0]
    page = reverse("contributions:edit", args=[revision.contribution.code])
    points = answering.placed(revision, part)
    problems = [] if not form.is_bound or form.is_valid() else editing.problems(form, page)
    problems += answering.problems(points) if form.is_bound else []
    assert isinstance(request.user, User)  # noqa: S101  narrowed by the callers
    shown = editing.parts(revision, form, by=request.user, part=part, **wishes)
    following = keys[keys.index(part) + 1 :]
    return render(
        request,
        "contributions/edit.html",
        {
            "kind": kind,
            "contribution": revision.contribution,
            "revision": revision,
            "form": form,
            "problems": problems,
            "points": points,
            "parts": shown,
            "part": part,
            "next_part": following[0] if following and level != SNAPSHOT else "",
            "level": level,
            "is_short": level == SNAPSHOT,
            "objectives": Objective.objects.order_by("pk"),
            "publishes": workflow.Action.PUBLISH in workflow.available(request.user, revision),
            "returned": revision.decisions.filter(action=workflow.Action.REQUEST_CHANGES)
            .order_by("-created_at")
            .first()
            if revision.state == Revision.State.CHANGES_REQUESTED
            else None,
            "was": merging.fingerprints(
                revision.content, editing.names_on_page(kind.form, level, part)
            ),
            "kept": keeping.kept_text(request, revision.contribution.code) is not None,
            "holder": revision.holder_but(request.user),
        },
    )


def _next_page(request: HttpRequest, contribution: Contribution) -> HttpResponse:
    """Where the pressed button leads, after everything is saved."""
    page = reverse("contributions:edit", args=[contribution.code])
    query = {"part": request.POST["part"]} if request.POST.get("part") else {}
    if "preview" in request.POST:
        return redirect("contributions:preview", contribution.code)
    if "attach" in request.POST:
        return redirect("contributions:attach", contribution.code)
    if name := request.POST.get("add_row"):
        return redirect(f"{page}?{urlencode(query | {'row': name})}#id_{urlencode({'': name})[1:]}")
    if "all_countries" in request.POST:
        return redirect(f"{page}?{urlencode(query | {'countries': '1'})}#id_countries")
    if "level" in request.POST:
        return redirect(page)
    if go := request.POST.get("go"):
        return redirect(f"{page}?{urlencode({'part': go})}")
    messages.success(request, _("Draft saved. You can close this page and go on later."))
    return redirect(f"{page}?{urlencode(query)}" if query else page)


def lock_of(request: HttpRequest) -> int:
    """The number the form was opened with; one that no draft has where it is missing."""
    value = request.POST.get("lock", "")
    return int(value) if value.isdecimal() and len(value) < 9 else -1


# What could not be saved


def keep_and_sign_in(request: HttpRequest, code: str) -> HttpResponse:
    """Keep what an expired session sent, then ask to sign in; the text is shown after that.

    Whether the contribution exists is not looked up: strangers learn nothing here.
    """
    page = reverse("contributions:edit", args=[code])
    kind = kinds.of_code(code)
    if request.method != "POST" or kind is None:
        return redirect_to_login(page)
    typed = editing.read(kind, request.POST)
    if not typed:
        return redirect_to_login(page)
    if not keeping.keep(request, code, _touched(request, typed), lock_of(request)):
        return render(
            request, "contributions/not_kept.html", {"typed": _lines(typed), "again": page}
        )
    return redirect_to_login(reverse("contributions:unsaved", args=[code]))


def _lines(typed: Content) -> list[tuple[str, str]]:
    """Typed text field by field, for copying."""
    found = []
    for name, value in typed.items():
        items = value if isinstance(value, list) else [value]
        for item in items:
            texts = item.values() if isinstance(item, dict) else [item]
            found += [(name, str(text)) for text in texts if isinstance(text, str) and text]
    return found


def closed_page(request: HttpRequest, contribution: Contribution, typed: Content) -> HttpResponse:
    """The text was sent or decided meanwhile: nothing can be saved, nothing is lost either."""
    saved = contribution.revisions.order_by("-number").first()
    if saved is not None and not merging.different(saved.content, typed):
        return redirect("contributions:status", contribution.code)
    return render(
        request,
        "contributions/closed.html",
        {"contribution": contribution, "typed": _lines(typed)},
        status=409,
    )


@login_not_required  # answers in JSON that one is signed out, instead of leading elsewhere
@require_POST
def autosave(request: HttpRequest, code: str) -> JsonResponse:
    """Save while typing; nothing is judged. The answer carries the number of the next save."""
    if not isinstance(request.user, User) or not request.user.is_active:
        return JsonResponse({"message": _("Not saved: you are signed out.")}, status=401)
    try:
        contribution = writable_or_404(request.user, code)
    except Http404:
        return JsonResponse({"message": _("Not saved: there is no such draft.")}, status=404)
    except PermissionDenied:
        return JsonResponse({"message": _("Not saved: this is not yours to write.")}, status=403)
    kind = kinds.get(contribution.kind)
    typed = editing.read(kind, request.POST)
    revision = open_revision(contribution)
    try:
        if revision is None:
            raise workflow.WrongStateError
        saved = save_with_answers(request, revision, typed)
    except drafts.StaleFormError as stale:
        keeping.keep(request, code, _touched(request, typed), lock_of(request))
        url = reverse("contributions:unsaved", args=[code])
        message = held_by(stale.revision, request.user)
        return JsonResponse({"message": message, "url": url}, status=409)
    except workflow.WrongStateError:
        url = reverse("contributions:status", args=[code])
        message = _("Not saved: this text is not a draft any more.")
        return JsonResponse({"message": message, "url": url}, status=409)
    return JsonResponse(
        {
            "saved_at": saved.updated_at.isoformat(),
            "message": "",
            "lock": saved.lock,
            "was": merging.fingerprints(saved.content, typed),
        }
    )


# Two texts at once


def _touched(request: HttpRequest, typed: Content) -> Content:
    """What was written on this page; what somebody else wrote in its other fields stays."""
    return merging.touched(typed, request.POST.get("was", ""))


def held_by(revision: Revision, user: User) -> str:
    """Who else writes in it and since when, and that nothing is lost; or nothing."""
    holder = revision.holder_but(user)
    if holder is None or revision.held_since is None:
        return ""
    return _("Not saved: %(who)s writes in this draft now (for %(time)s). Your text is kept.") % {
        "who": holder.public_function,
        "time": how_long(revision.held_since),
    }


def both_page(
    request: HttpRequest, revision: Revision, typed: Content, *, after_sign_in: bool = False
) -> HttpResponse:
    """Show what is saved and what was typed, field by field where they differ, to choose from."""
    kind = kinds.get(revision.contribution.kind)
    user = request.user
    assert isinstance(user, User)  # noqa: S101  narrowed by the callers
    return render(
        request,
        "contributions/both.html",
        {
            "contribution": revision.contribution,
            "revision": revision,
            "pairs": merging.pairs(kind, revision.content, typed),
            "typed": json.dumps(typed),
            "after_sign_in": after_sign_in,
            "holder": revision.holder_but(user),
        },
    )


@form_methods
def unsaved(request: MemberRequest, code: str) -> HttpResponse:
    """Text that could not be saved, beside what is saved; a POST saves the choice."""
    contribution = writable_or_404(request.user, code)
    revision = open_revision(contribution)
    if request.method == "POST":
        return _join(request, contribution, revision)
    kept = keeping.kept_text(request, code)
    if kept is None:
        return redirect("contributions:edit", code)
    if revision is None or not revision.is_editable:
        return closed_page(request, contribution, kept.content)
    if not merging.different(revision.content, kept.content):
        return redirect("contributions:edit", code)
    return both_page(request, revision, kept.content, after_sign_in=kept.lock == revision.lock)


def _join(
    request: MemberRequest, contribution: Contribution, revision: Revision | None
) -> HttpResponse:
    try:
        raw = json.loads(request.POST.get("typed", ""))
    except ValueError:
        raw = {}
    typed = editing.known(kinds.get(contribution.kind), raw)
    if revision is None or not revision.is_editable:
        return closed_page(request, contribution, typed)
    joined = {
        name: merging.joined(
            request.POST.get(f"keep-{name}", "mine"), revision.content, typed, name
        )
        for name in merging.different(revision.content, typed)
    }
    try:
        if "take_over" in request.POST:
            drafts.take_over(revision, by=request.user)
        drafts.save(revision, joined, by=request.user, lock=lock_of(request))
    except drafts.StaleFormError as stale:
        return both_page(request, stale.revision, typed)
    except workflow.WrongStateError:
        return closed_page(request, contribution, typed)
    keeping.forget(request, contribution.code)
    messages.success(request, _("Draft saved. You can close this page and go on later."))
    return redirect("contributions:edit", contribution.code)
