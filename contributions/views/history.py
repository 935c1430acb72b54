"""Versions of a contribution: the list, each at its own address, and what changed between two."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from contributions import history
from contributions.models import Contribution, Revision


class DifferenceForm(forms.Form):
    """Numbers of two versions, as in their addresses."""

    old = forms.IntegerField(required=False)
    new = forms.IntegerField(required=False)

    def add_prefix(self, field_name: str) -> str:
        """`from` is a word of Python, not of addresses."""
        return {"old": "from", "new": "to"}.get(field_name, field_name)


@login_not_required
@require_safe
def versions(request: HttpRequest, code: str) -> HttpResponse:
    contribution = _visible_or_404(request, code)
    found = history.versions(contribution, request.user)
    return render(
        request,
        "contributions/versions.html",
        {
            "contribution": contribution,
            "versions": [
                {
                    "revision": revision,
                    "author": history.author_of(revision, request.user),
                    "before": before,
                }
                for revision, before in zip(found, [*found[1:], None], strict=True)
            ],
        },
    )


@login_not_required
@require_safe
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One version at its own address, as it was written."""
    contribution = _visible_or_404(request, code)
    found = history.versions(contribution, request.user)
    revision = _numbered(found, number)
    return render(
        request,
        "contributions/version.html",
        {
            "contribution": contribution,
            "revision": revision,
            "record": history.record(revision, request.user),
            "is_live": contribution.is_published and contribution.live_id == revision.pk,
        },
    )


@login_not_required
@require_safe
def diff(request: HttpRequest, code: str) -> HttpResponse:
    """Word by word what changed; without numbers, between the two newest versions."""
    contribution = _visible_or_404(request, code)
    found = history.versions(contribution, request.user)
    asked = DifferenceForm(request.GET)
    if not asked.is_valid() or len(found) < 2:
        raise Http404
    new = _numbered(found, asked.cleaned_data["new"] or found[0].number)
    earlier = [revision for revision in found if revision.number < new.number]
    wanted = asked.cleaned_data["old"]
    if wanted is None and not earlier:
        raise Http404
    old = _numbered(found, wanted) if wanted is not None else earlier[0]
    return render(
        request,
        "contributions/diff.html",
        {
            "contribution": contribution,
            "old": old,
            "new": new,
            "changes": history.changes(old, new, request.user),
            "versions": found,
        },
    )


def _visible_or_404(request: HttpRequest, code: str) -> Contribution:
    seen = Contribution.objects.visible_to(request.user).select_related("lesson", "owner__country")
    return get_object_or_404(seen, code=code)


def _numbered(found: list[Revision], number: int) -> Revision:
    """Of the versions that the reader may open the one with this number; 404 for all others."""
    for revision in found:
        if revision.number == number:
            return revision
    raise Http404
