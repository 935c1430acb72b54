"""Lists of contributions, search, and suggestions: one page in four dresses."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contributions import browse as browsing
from contributions import kinds, selection, suggestions
from objectives.models import Objective


@login_not_required
@require_safe
def browse(request: HttpRequest, kind_name: str = "") -> HttpResponse:
    """The list of one kind, or search in all kinds. Four queries for a visitor."""
    results = browsing.results(selection.read(request.GET, kind_name), request.user)
    context = {
        "kind": kinds.get(kind_name) if kind_name else None,
        "results": results,
        "selection": results.selection,
        "canonical": request.build_absolute_uri(request.path + results.selection.address),
        "ignored": selection.ignored_notice(results.selection),
        "objectives": [] if results.listing.total else Objective.objects.order_by("number"),
    }
    return render(request, "contributions/browse.html", context)


@login_not_required
@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Concepts, countries and titles that begin like what was typed."""
    typed = selection.read(request.GET).q
    found = suggestions.find(typed, request.user)
    return render(request, "contributions/suggest.html", {"query": typed, "suggestions": found})
