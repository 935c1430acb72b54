"""Lists of contributions, search, and suggestions: one page in four dresses."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from contributions import asking, concepts, kinds, selection, suggestions, values
from contributions import browse as browsing
from contributions.forms.asking import OpenedForm
from objectives.models import Objective
from search import log


@login_not_required
@require_safe
def browse(request: HttpRequest, kind_name: str = "") -> HttpResponse:
    """The list of one kind, or search in all kinds. Two queries for a visitor, with words a third
    counts the search; two more for others: the person; their saved search and unread lines."""
    results = browsing.results(selection.read(request.GET, kind_name), request.user)
    is_empty = not results.listing.total
    context = {
        "kind": kinds.get(kind_name) if kind_name else None,
        "results": results,
        "opened_url": asking.note(request, results),
        "selection": results.selection,
        "canonical": request.build_absolute_uri(request.path + results.selection.address),
        "ignored": selection.ignored_notice(results.selection),
        "objectives": Objective.objects.order_by("number") if is_empty else [],
        "near": concepts.near(results.words, request.user) if is_empty else [],
    }
    return render(request, "contributions/browse.html", context)


@login_not_required
@require_safe
def every_value(request: HttpRequest, name: str) -> HttpResponse:
    """All values of a filter of a list, under what else the address of the list asks for. Queries
    of the list, without the one that counts a search."""
    parameters = request.GET.copy()
    find, page, kind = (
        (parameters.pop(key, None) or [""])[-1] for key in ("find", "page", "in")
    )  # fmt: skip
    if kind and kind not in {one.name for one in kinds.all_kinds()}:
        raise Http404
    if not values.offers(name, kind):
        raise Http404
    asked = selection.read(parameters, kind)
    find = " ".join(find.split())[: values.LONGEST]
    found = values.of(name, asked, request.user, find=find, page=page)
    context = {
        "values": found,
        "results": found.results,
        "kind": kind,
        "query": parameters,
        "ignored": selection.ignored_notice(found.results.selection),
    }
    return render(request, "contributions/values.html", context)


@login_not_required
@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Concepts, countries and titles that begin like what was typed."""
    typed = selection.read(request.GET).q
    found = suggestions.find(typed, request.user)
    return render(request, "contributions/suggest.html", {"query": typed, "suggestions": found})


@csrf_exempt  # a beacon carries no token; it can only raise a count that knows nobody
@login_not_required
@require_POST
def opened(request: HttpRequest, line: UUID) -> HttpResponse:
    """A result of a counted search was opened, at a place of the list."""
    form = OpenedForm(request.POST)
    found = form.is_valid() and log.count_opened(line, form.cleaned_data["place"])
    return HttpResponse(status=204 if found else 404)


@login_not_required
@never_cache
@require_safe
def options(request: HttpRequest) -> HttpResponse:
    """The same as a fragment, for the list below a search field. Four queries for a visitor."""
    found = suggestions.find(selection.read(request.GET).q, request.user)
    # Without the request: a fragment needs nothing of what stands around a page.
    return HttpResponse(render_to_string("contributions/_options.html", {"suggestions": found}))
