"""Lists of contributions, search, and suggestions: one page in four dresses."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contributions import browse as browsing
from contributions import kinds, suggestions
from objectives.models import Objective


@login_not_required
@require_safe
def browse(request: HttpRequest, kind_name: str = "") -> HttpResponse:
    """The list of one kind, or search in all kinds. Four queries for a visitor."""
    selection = browsing.read(request.GET, kind_name)
    results = browsing.results(selection, request.user)
    context = {
        "kind": kinds.get(kind_name) if kind_name else None,
        "results": results,
        "selection": results.selection,
        "ignored": browsing.ignored_notice(results.selection),
        "objectives": [] if results.listing.total else Objective.objects.order_by("number"),
    }
    return render(request, "contributions/browse.html", context)


@login_not_required
@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Concepts, countries and titles that begin like what was typed."""
    typed = browsing.read(request.GET).q
    found = suggestions.find(typed, request.user)
    return render(request, "contributions/suggest.html", {"query": typed, "suggestions": found})
