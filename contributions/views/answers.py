"""What people say about a submission: the talk with the author, and endorsements."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.http import MemberRequest
from contributions import endorsing, permissions, talking
from contributions.forms.answers import EndorsementForm, MessageForm
from contributions.models import Contribution, Endorsement, Revision
from contributions.views.access import form_methods, last_revision, visible_or_404


@never_cache
@form_methods
def talk(request: MemberRequest, code: str) -> HttpResponse:
    """The messages between the authors and those who review; a POST adds one."""
    contribution = visible_or_404(request.user, code)
    if not permissions.can_talk(request.user, contribution):
        raise PermissionDenied
    form = MessageForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        message = talking.say(contribution, by=request.user, text=form.cleaned_data["text"])
        messages.success(request, _("Your message is sent."))
        return redirect(f"{_back(request, contribution)}#message-{message.pk}")
    return render(
        request,
        "contributions/talk.html",
        {
            "contribution": contribution,
            "revision": last_revision(contribution),
            "talk": talking.messages(contribution),
            "form": form,
        },
    )


def _back(request: MemberRequest, contribution: Contribution) -> str:
    """Where the message was written: the page of the review, with the filters of the queue that
    its address carries, or the talk itself."""
    revision = last_revision(contribution)
    if request.POST.get("from") == "review" and revision and revision.submitted_at:
        address = reverse("admin:contributions_revision_moderate", args=[revision.pk])
        return f"{address}?{request.GET.urlencode()}" if request.GET else address
    return reverse("contributions:talk", args=[contribution.code])


@never_cache
@form_methods
def endorse(request: MemberRequest, code: str) -> HttpResponse:
    """A focal point endorses what waits or is published about the own country."""
    contribution = visible_or_404(request.user, code)
    revision = endorsing.endorsable(contribution, request.user)
    own = _own(request, contribution)
    if revision is None and not own:
        raise PermissionDenied
    form = None
    countries = endorsing.open_countries(revision, request.user) if revision else set()
    if revision is not None and countries:
        data = request.POST if request.method == "POST" else None
        form = EndorsementForm(data, revision=revision, codes=countries)
        if form.is_valid() and _endorse(request, revision, form):
            return redirect("contributions:endorse", code)
    return render(
        request,
        "contributions/endorse.html",
        {
            "contribution": contribution,
            "revision": revision,
            "is_live": revision is not None and revision.pk == contribution.live_id,
            "form": form,
            "own": own,
        },
    )


def _own(request: MemberRequest, contribution: Contribution) -> list[Endorsement]:
    """What stands for the countries the person speaks for. One query."""
    found = contribution.endorsements.filter(
        withdrawn_at=None, country__in=request.user.focal_countries
    )
    return list(found.select_related("country", "revision").order_by("-created_at", "-pk"))


def _endorse(request: MemberRequest, revision: Revision, form: EndorsementForm) -> bool:
    """Whether it was done; otherwise the form says why not."""
    answer = form.cleaned_data
    done = answer["revision"] == revision.pk and endorsing.endorse(
        revision,
        country=answer["country"],
        by=request.user,
        lock=answer["lock"],
        note=answer["note"],
    )
    if not done:
        form.add_error(None, _("The text was changed while you read it. Read it again, please."))
        return False
    messages.success(request, _("Endorsed. It is said on the page of the record."))
    return True


@require_POST
def take_back(request: MemberRequest, code: str, pk: int) -> HttpResponse:
    """An endorsement is taken back by who speaks for the country."""
    contribution = visible_or_404(request.user, code)
    endorsement = get_object_or_404(contribution.endorsements, pk=pk)
    endorsing.take_back(endorsement, by=request.user)
    messages.success(request, _("The endorsement is taken back."))
    return redirect("contributions:endorse", code)
