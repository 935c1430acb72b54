"""The pages of countries and of objectives: what all kinds of contributions say about them."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from accounts.models import FocalPoint, User
from contributions import at_once
from copkb import overview
from efforts import reading
from objectives.models import Objective

# What these pages list of each kind, so that they stay under 40 KB; the rest is one click away.
MOST_EFFORTS = 10
MOST = 6


@login_not_required
@require_safe
def countries(request: HttpRequest) -> HttpResponse:
    """One query for visitors."""
    found = overview.shown_countries(request.user)
    return render(
        request,
        "countries/index.html",
        {
            "regions": [
                (region, [(country, overview.in_words(country)) for country in places])
                for region, places in overview.by_region(found)
            ],
            "taking_part": sum(country.takes_part for country in found),
        },
    )


@login_not_required
@require_safe
def country(request: HttpRequest, code: str) -> HttpResponse:
    """Four queries for visitors: the country, its contributions, its people, the objectives."""
    if code != code.lower():
        return redirect("countries:detail", code.lower(), permanent=True)
    known = overview.country(request.user, code.upper())
    if known is None:
        raise Http404
    place, phases = known
    seen = overview.published(request.user).in_country(place)
    found = overview.newest(
        (seen.of_kind("effort"), MOST_EFFORTS),
        (seen.of_kind("practice"), MOST),
        (seen.of_kind("lesson"), MOST),
        relations=(*at_once.CARD, reading.MILESTONES),
    )
    efforts = [item for item in found if item.kind == "effort"]
    covered = {number for item in efforts for number, _main in item.objective_numbers}
    objectives = list(Objective.objects.order_by("number"))
    return render(
        request,
        "countries/detail.html",
        {
            "country": place,
            "phases": phases,
            "crumbs": [(_t("Countries"), reverse("countries:index"))],
            "total": overview.total(place),
            "numbers": sorted(
                {(number, False) for item in found for number, _main in item.objective_numbers}
            ),
            "efforts": reading.timeline(efforts),
            "practices": [item for item in found if item.kind == "practice"],
            "lessons": [item for item in found if item.kind == "lesson"],
            "uncovered": [item for item in objectives if item.number not in covered],
            "focal_points": FocalPoint.objects.filter(country=place, user__is_active=True)
            .select_related("user")
            .order_by("since", "pk"),
            "speaks_for_it": isinstance(request.user, User)
            and place.pk in request.user.focal_countries,
        },
    )


@login_not_required
@require_safe
def objectives(request: HttpRequest) -> HttpResponse:
    """One query for visitors."""
    found = [(item, overview.in_words(item)) for item in overview.objectives(request.user)]
    return render(request, "objectives/index.html", {"objectives": found})


@login_not_required
@require_safe
def objective(request: HttpRequest, number: int) -> HttpResponse:
    """Three queries for visitors: the objectives, contributions, countries."""
    known = {item.number: item for item in overview.objectives(request.user)}
    if number not in known:
        raise Http404
    seen = overview.published(request.user).filter(objective_links__objective=number)
    found = overview.newest(*((seen.of_kind(kind), MOST) for kind in overview.KINDS))
    places = overview.countries(request.user, among=seen).filter(overview.HAS_ANY)
    return render(
        request,
        "objectives/detail.html",
        {
            "objective": known[number],
            "crumbs": [(_t("Objectives"), reverse("objectives:index"))],
            "in_words": overview.in_words(known[number]),
            "practices": [item for item in found if item.kind == "practice"],
            "lessons": [item for item in found if item.kind == "lesson"],
            "efforts": [item for item in found if item.kind == "effort"],
            "countries": [(place, overview.total(place)) for place in places.by_label()],
        },
    )
