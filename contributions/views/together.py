"""Pages of writing together: who writes, invitations and their answers, taking over a draft."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.http import MemberRequest
from accounts.models import User
from contributions import drafts, permissions, together, workflow
from contributions.forms.together import CoAuthorForm
from contributions.models import CoAuthorInvitation, Contribution
from contributions.views.access import (
    form_methods,
    last_revision,
    open_revision,
    visible_or_404,
    writable_or_404,
)


def _own_or_404(user: User, code: str) -> Contribution:
    """The contribution, if the user is one of its authors; 403 for others who see it."""
    contribution = visible_or_404(user, code)
    if not permissions.can_invite(user, contribution):
        raise PermissionDenied
    return contribution


@never_cache
@form_methods
def authors(request: MemberRequest, code: str) -> HttpResponse:
    """Who writes it; a POST asks one more person. The answer is the same for every address."""
    contribution = _own_or_404(request.user, code)
    form = CoAuthorForm(request.POST or None)
    revision = last_revision(contribution)
    title = (revision and revision.title) or contribution.title or contribution.code
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        try:
            together.invite(contribution, email, by=request.user, title=title)
        except ValidationError as error:
            form.add_error("email", error.message_dict["email"])
        else:
            messages.success(
                request,
                _("Asked. If %s belongs to a member, they find the invitation in their inbox.")
                % email,
            )
            return redirect("contributions:authors", code)
    people = contribution.co_authors.select_related("country").order_by("pk")
    return render(
        request,
        "contributions/authors.html",
        {
            "contribution": contribution,
            "revision": revision,
            "title": title,
            "form": form,
            "owner": contribution.owner,
            "people": [
                (person, permissions.can_remove_author(request.user, contribution, person))
                for person in people
            ],
            "asked": contribution.co_author_invitations.open().order_by("created_at", "pk"),
        },
    )


@require_POST
def remove_author(request: MemberRequest, code: str, pk: int) -> HttpResponse:
    """Take a co-author away, or leave."""
    contribution = _own_or_404(request.user, code)
    person = get_object_or_404(contribution.co_authors, pk=pk)
    together.remove(contribution, person, by=request.user)
    if person == request.user:
        messages.success(request, _("You do not write here any more. What you wrote stays."))
        return redirect("contributions:mine")
    messages.success(request, _("Taken away. What this person wrote stays."))
    return redirect("contributions:authors", code)


@require_POST
def take_back(request: MemberRequest, code: str, pk: int) -> HttpResponse:
    """Withdraw an invitation that waits for its answer."""
    contribution = _own_or_404(request.user, code)
    invitation = get_object_or_404(contribution.co_author_invitations, pk=pk)
    together.take_back(invitation, by=request.user)
    messages.success(request, _("The invitation is taken back."))
    return redirect("contributions:authors", code)


@never_cache
@form_methods
def invited(request: MemberRequest, pk: int) -> HttpResponse:
    """Say what one is asked for; a POST answers. 404 for everybody but who was asked."""
    invitation = get_object_or_404(
        CoAuthorInvitation.objects.to(request.user).select_related(
            "contribution__lesson", "invited_by__country"
        ),
        pk=pk,
    )
    contribution = invitation.contribution
    if request.method == "POST":
        accepts = request.POST.get("answer") == "accept"
        together.answer(invitation, by=request.user, accepts=accepts)
        if accepts:
            messages.success(request, _("You write together now."))
            return redirect("contributions:status", contribution.code)
        messages.success(request, _("Declined. Nobody else is told."))
        return redirect("contributions:mine")
    return render(
        request,
        "contributions/invited.html",
        {
            "invitation": invitation,
            "contribution": contribution,
            "revision": last_revision(contribution),
        },
    )


@require_POST
def take_over(request: MemberRequest, code: str) -> HttpResponse:
    """Write in a draft that another author holds; they are told."""
    contribution = writable_or_404(request.user, code)
    revision = open_revision(contribution)
    if revision is None:
        return redirect("contributions:status", code)
    try:
        drafts.take_over(revision, by=request.user)
    except workflow.WrongStateError:
        return redirect("contributions:status", code)
    messages.success(request, _("You write here now. Whoever wrote before you is told."))
    return redirect("contributions:edit", code)
