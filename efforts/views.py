"""The page of one effort."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from calls import answered
from contributions import kept_pages, pages
from discussion.threads import COMMENTS, thread_for
from efforts import reading


@login_not_required
@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """An effort. Four queries (a sign or the person, the record, what is near, those and its
    lessons); two for visitors where the page is kept."""
    if code != code.upper():
        return redirect("efforts:detail", code.upper(), permanent=True)
    rows = (*reading.EFFORT_ROWS, COMMENTS, *answered.relations(request.user))
    sign = kept_pages.sign(request, "effort", code, *rows)
    if kept := kept_pages.find(request, sign):
        return kept
    contribution = pages.get_or_404(request.user, "effort", code, *rows)
    if contribution.live is None:
        return redirect("contributions:status", code)
    others = pages.beside(request.user, contribution)
    shown, missing = reading.parts(contribution.effort)
    last = pages.last_parts(others)
    return render(
        request,
        "efforts/detail.html",
        pages.common_context(request, contribution, kept_pages.key(sign, others))
        | {
            "crumbs": [
                (_t("Efforts"), reverse("efforts:browse")),
                *((place.label(), place.get_absolute_url()) for place in contribution.country_list),
            ],
            "facts": reading.facts(contribution),
            "steps": reading.steps(contribution),
            "lapse": reading.lapse(contribution.effort),
            "parts": [*shown, *last],
            "missing": missing,
            "own_parts": shown,
            "last_parts": last,
            "lessons": others.lessons,
            "related": others.related,
            "call": answered.call_of(contribution),
            "comments": thread_for(contribution, request.user),
        },
    )
