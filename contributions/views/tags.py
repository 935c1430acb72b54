"""Tags: the pages of concepts, what is offered while typing, tags that members add."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.http import MemberRequest
from contributions import concepts, permissions, tagging
from contributions.forms.tags import RemoveForm, SuggestForm, TagForm
from contributions.models import Contribution, Tagging
from contributions.pages import names
from contributions.views.access import form_methods, visible_or_404
from vocabulary import exchange
from vocabulary.models import Concept

MOST_OFFERED = 8


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All accepted concepts by group, with how often each is found by this reader."""
    context = {"groups": concepts.by_group(request.user), "formats": exchange.FORMATS.values()}
    return render(request, "tags/index.html", context)


@login_not_required
@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """What a concept means, what it is called, its neighbours, and what carries it."""
    found = concepts.with_neighbours(slug, request.user)
    if found is None:
        return _moved_or_404(slug)
    concept, neighbours = found
    return render(
        request,
        "tags/detail.html",
        {
            "concept": concept,
            "other_labels": concepts.other_labels(concept),
            "neighbours": neighbours,
            "kinds": concepts.carriers(concept, request.user),
            "countries": concepts.countries(concept, request.user),
        },
    )


def _moved_or_404(slug: str) -> HttpResponse:
    """What was merged leads on; nothing else that is not accepted shows that it is there."""
    merged = Concept.objects.filter(slug=slug).select_related("merged_into").first()
    if merged is None or merged.merged_into is None:
        raise Http404
    return redirect("tags:detail", merged.merged_into.slug, permanent=True)


@login_not_required
@require_safe
def download(request: HttpRequest, suffix: str) -> HttpResponse:
    """All accepted concepts in a format other systems read."""
    if suffix not in exchange.FORMATS:
        raise Http404
    response = HttpResponse(
        exchange.write(suffix, site_url=settings.SITE_URL),
        content_type=exchange.FORMATS[suffix].media_type,
    )
    response["Content-Disposition"] = f'attachment; filename="concepts.{suffix}"'
    return response


@login_not_required  # a script asks: the sign-in page would be put below the line
@never_cache
@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """For members: accepted concepts with the label that fits what was typed."""
    if not permissions.can_contribute(request.user):
        return HttpResponse(status=401)
    found = Concept.objects.accepted().matching(SuggestForm(request.GET).word(), _language())
    # Without the request: a fragment needs nothing of what stands around a page.
    context = {"concepts": found.with_labels()[:MOST_OFFERED]}
    return HttpResponse(render_to_string("tags/_offered.html", context))


@never_cache
@form_methods
def change(request: MemberRequest, code: str) -> HttpResponse:
    """The tags of a published contribution; a POST adds some."""
    contribution = _taggable_or_403(request, code)
    form = TagForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        outcome = tagging.add(
            contribution, form.cleaned_data["tags"], by=request.user, language=_language()
        )
        _say(request, outcome)
        return redirect("tags:change", contribution.code)
    taggings = Tagging.objects.filter(content_object=contribution).select_related(
        "tag", "tagged_by__country"
    )
    line = tagging.line(
        request.user, contribution, taggings.prefetch_related("tag__labels").order_by("tag__slug")
    )
    wrote = contribution.is_written_by(request.user)
    return render(
        request,
        "tags/change.html",
        {
            "contribution": contribution,
            "form": form,
            "rows": [
                (item, permissions.can_untag(request.user, item.tagging, wrote=wrote))
                for item in line.items
            ],
        },
    )


@require_POST
def remove(request: MemberRequest, code: str) -> HttpResponse:
    contribution = _taggable_or_403(request, code)
    form = RemoveForm(request.POST)
    there = Tagging.objects.filter(content_object=contribution).select_related("tag")
    slug = form.cleaned_data["tag"] if form.is_valid() else ""
    found = tagging.shown(request.user, contribution, there.filter(tag__slug=slug))
    if found:
        found[0].content_object = contribution
        tagging.remove(found[0], by=request.user)
        messages.success(request, _("The tag is taken away."))
    return redirect("tags:change", contribution.code)


def _taggable_or_403(request: MemberRequest, code: str) -> Contribution:
    contribution = visible_or_404(request.user, code)
    if not permissions.can_tag(request.user, contribution):
        raise PermissionDenied
    return contribution


def _language() -> str:
    return (get_language() or "en").split("-")[0]


def _say(request: HttpRequest, outcome: tagging.Outcome) -> None:
    """One sentence for each thing that happened to the names."""
    if outcome.added:
        text = _("Added: %s.") % _labels(outcome.added)
        messages.success(request, text)
    if outcome.proposed:
        text = _("Proposed: %s. You see it now, others when a coordinator accepts it.")
        messages.success(request, text % _labels(outcome.proposed))
    if outcome.rejected:
        text = _("Not added: %s. The coordinators decided against this tag.")
        messages.warning(request, text % names(outcome.rejected))
    if outcome.too_many:
        text = _("Not added: %s. There are tags enough.")
        messages.warning(request, text % names(outcome.too_many))
    if not any((outcome.added, outcome.proposed, outcome.rejected, outcome.too_many)):
        messages.info(request, _("All of them are there already."))


def _labels(found: Iterable[Concept]) -> str:
    return names(concept.label() for concept in found)
