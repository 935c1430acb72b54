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
def approved(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """An approved version at its permalink, as it was written."""
    return _one(request, code, version=version)


@login_not_required
@require_safe
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Any text by its own number; approved versions were found here before they had permalinks."""
    return _one(request, code, number=number)


def _one(request: HttpRequest, code: str, **wanted: int) -> HttpResponse:
    contribution = _visible_or_404(request, code)
    found = history.versions(contribution, request.user)
    revision = _with(found, **wanted)
    return render(
        request,
        "contributions/version.html",
        {
            "contribution": contribution,
            "revision": revision,
            "record": history.record(revision, request.user),
            "is_live": contribution.is_published and contribution.live_id == revision.pk,
            "canonical": request.build_absolute_uri(
                contribution.get_absolute_url()
                if contribution.is_published
                else revision.get_absolute_url()
            ),
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
    new = _with(found, number=asked.cleaned_data["new"] or found[0].number)
    earlier = [revision for revision in found if revision.number < new.number]
    wanted = asked.cleaned_data["old"]
    if wanted is None and not earlier:
        raise Http404
    old = _with(found, number=wanted) if wanted is not None else earlier[0]
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


def _with(found: list[Revision], **wanted: int) -> Revision:
    """Of the versions that the reader may open the one with this number or version; 404 for all
    others."""
    for revision in found:
        if all(getattr(revision, name) == value for name, value in wanted.items()):
            return revision
    raise Http404
