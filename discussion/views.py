"""Commenting, answering, hiding. Each form also has a page of its own: for those without a script,
for what was refused, and for what was typed while the session ran out."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.http import MemberRequest
from accounts.models import User
from contributions import keeping
from contributions.content import clean_text
from contributions.models import Contribution
from contributions.views.access import form_methods, visible_or_404
from discussion import workflow
from discussion.forms import CommentForm, HideForm
from discussion.models import Comment
from discussion.permissions import can_comment, can_hide


@login_not_required  # what was sent after the session ran out is kept, then one signs in
@never_cache
@form_methods
def comment(request: HttpRequest, code: str) -> HttpResponse:
    """The form on a page of its own; a POST writes the comment, wherever its form stood."""
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return _keep_and_sign_in(request, code)
    contribution = visible_or_404(user, code)
    if not can_comment(user, contribution):
        raise PermissionDenied
    if request.method != "POST":
        form = CommentForm(contribution=contribution, text=_kept(request, code))
        return _form_page(request, contribution, form)
    form = CommentForm(request.POST, contribution=contribution)
    if not form.is_valid():
        return _form_page(request, contribution, form, form.cleaned_data.get("parent"))
    written = workflow.post(contribution, by=user, **form.cleaned_data)
    keeping.forget(request, _key(code))
    messages.success(
        request, _("Your answer is there.") if written.parent_id else _("Your comment is there.")
    )
    return _back_to(written)


@never_cache
@require_safe
def answer(request: MemberRequest, pk: int) -> HttpResponse:
    """The form below the comment that is answered."""
    answered = _comment_or_404(request.user, pk)
    contribution = answered.contribution
    if not can_comment(request.user, contribution):
        raise PermissionDenied
    if answered.is_hidden:
        messages.warning(request, _("This comment was hidden meanwhile."))
        return _back_to(answered)
    form = CommentForm(
        contribution=contribution, parent=answered, text=_kept(request, contribution.code)
    )
    return _form_page(request, contribution, form, answered)


@never_cache
@form_methods
def hide(request: MemberRequest, pk: int) -> HttpResponse:
    """Say why a comment is hidden; of a hidden one: read it, and show it again."""
    if not can_hide(request.user):
        raise PermissionDenied
    shown = _comment_or_404(request.user, pk)
    form = HideForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        workflow.hide(shown, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("The comment is hidden. Its author reads the reason."))
        return _back_to(shown)
    return render(request, "discussion/hide.html", {"comment": shown, "form": form})


@require_POST
def show(request: MemberRequest, pk: int) -> HttpResponse:
    if not can_hide(request.user):
        raise PermissionDenied
    hidden = _comment_or_404(request.user, pk)
    workflow.show(hidden, by=request.user)
    messages.success(request, _("The comment is shown again."))
    return _back_to(hidden)


def _comment_or_404(user: User, pk: int) -> Comment:
    return get_object_or_404(
        Comment.objects.visible_to(user).select_related(
            "contribution__lesson", "author__country", "hidden_by"
        ),
        pk=pk,
    )


def _form_page(
    request: HttpRequest,
    contribution: Contribution,
    form: CommentForm,
    answered: Comment | None = None,
) -> HttpResponse:
    is_unnamed = contribution.is_author_withheld and contribution.is_written_by(request.user)
    return render(
        request,
        "discussion/comment.html",
        {
            "contribution": contribution,
            "form": form,
            "answered": answered,
            "answered_text": answered.text if answered and answered.may_read(request.user) else "",
            "is_unnamed_author": is_unnamed,
            "was_kept": bool(not form.is_bound and form.initial["text"]),
        },
    )


def _back_to(written: Comment) -> HttpResponse:
    return redirect(f"{written.contribution.get_absolute_url()}#{written.anchor}")


# What was sent after the session ran out


def _key(code: str) -> str:
    """Beside the draft of the same contribution, not in its place."""
    return f"comment {code}"


def _kept(request: HttpRequest, code: str) -> str:
    kept = keeping.kept_text(request, _key(code))
    return str(kept.content.get("text", "")) if kept else ""


def _keep_and_sign_in(request: HttpRequest, code: str) -> HttpResponse:
    """Keep the text, then ask to sign in; the form is filled with it after that.

    Whether there is such a contribution or comment is not looked up: strangers learn nothing.
    """
    text = clean_text(request.POST.get("text", ""))
    parent = request.POST.get("parent", "")
    page = reverse("discussion:comment", args=[code])
    if parent.isascii() and parent.isdecimal() and len(parent) < 19:
        page = reverse("discussion:answer", args=[int(parent)])
    if text.strip() and not keeping.keep(request, _key(code), {"text": text}, 0):
        typed = [(_("Your comment"), text)]
        return render(request, "contributions/not_kept.html", {"typed": typed, "again": page})
    return redirect_to_login(page)
