"""The home page, the page about the community, and small addresses for machines and the demo."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from accounts.models import User
from contributions.models import Contribution
from copkb import mail, overview
from countries.models import Country

NEWEST_PRACTICES = 4
NEWEST_FAILURES = 4
# A sitemap holds at most so many addresses (sitemaps.org).
SITEMAP_LIMIT = 50_000


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Four queries for visitors: totals, newest entries, objectives, countries."""
    reader = request.user
    seen = overview.published(reader)
    newest = overview.newest(
        (seen.of_kind("practice"), NEWEST_PRACTICES),
        *((seen.filter(lesson__lesson_type=kind), NEWEST_FAILURES) for kind in overview.FAILURES),
    )
    countries = overview.shown_countries(reader)
    return render(
        request,
        "copkb/home.html",
        {
            "totals": seen.aggregate(
                all=Count("pk"),
                practices=Count("pk", filter=Q(kind="practice")),
                failures=Count("pk", filter=Q(lesson__lesson_type__in=overview.FAILURES)),
            ),
            "practices": [item for item in newest if item.kind == "practice"],
            "failures": overview.failures_first(newest)[:NEWEST_FAILURES],
            "objectives": [
                (objective, overview.in_words(objective))
                for objective in overview.objectives(reader)
            ],
            "regions": [
                (region, [(country, overview.total(country)) for country in places])
                for region, places in overview.by_region(countries)
            ],
            "points": _points(countries),
            "taking_part": sum(country.takes_part for country in countries),
            "examples": _examples(),
            "waiting": overview.waiting(reader) if isinstance(reader, User) else [],
        },
    )


def _points(countries: list[Country]) -> list[dict[str, object]]:
    """Lit points of the map: the area of a point grows with what is posted, up to a limit."""
    return [
        {
            "x": country.map_x,
            "y": country.map_y,
            "radius": f"{min(2 + number**0.5, 7):.1f}" if number else "2.2",
            "is_empty": not number,
        }
        for country in countries
        if country.map_x is not None
        for number in [overview.total(country)]
    ]


def _examples() -> list[str]:
    """Words to try the search with, in the language of the page."""
    return [
        _t("rotation of trained staff"),
        _t("mock trial"),
        _t("victim identification"),
        _t("action plan"),
    ]


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "copkb/about.html")


@login_not_required
@require_safe
def demo_mail(request: HttpRequest) -> HttpResponse:
    """The mails of the demo, which go nowhere else. Exists in demo mode only."""
    if not settings.DEMO:
        raise Http404
    return render(request, "copkb/demo_mail.html", {"mails": mail.kept()})


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines may read all pages but those that only a signed-in person can use.

    Versions, differences and files are read too: only so is it seen that they want no place of
    their own in an index. Of two rules that fit, the longer one counts (RFC 9309), and for some
    robots the first.
    """
    lines = [
        "User-agent: *",
        *(f"Allow: /contributions/*/{page}" for page in ("v", "diff/", "files/")),
        *(f"Disallow: {path}" for path in ("/admin/", "/accounts/", "/contributions/", "/demo/")),
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Addresses of what visitors may read, whoever asks. One query."""
    public = Contribution.objects.visible_to(AnonymousUser()).published()
    found = public.order_by("pk").only("kind", "code", "updated_at")[:SITEMAP_LIMIT]
    pages = [
        (request.build_absolute_uri(item.get_absolute_url()), item.updated_at) for item in found
    ]
    return render(
        request,
        "copkb/sitemap.xml",
        {"home": request.build_absolute_uri(reverse("home")), "pages": pages},
        content_type="application/xml; charset=utf-8",
    )
