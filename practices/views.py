"""The pages of one practice and of one lesson."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from calls import answered
from contributions import kept_pages, pages
from contributions.models import Contribution
from discussion.threads import COMMENTS, thread_for
from practices import comparing, reading


@login_not_required
@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """A practice. Four queries (a sign or the person, the record, what is near, those and its
    lessons); two for visitors where the page is kept."""
    if code != code.upper():
        return redirect("practices:detail", code.upper(), permanent=True)
    rows = (*reading.PRACTICE_ROWS, COMMENTS, *answered.relations(request.user))
    sign = kept_pages.sign(request, "practice", code, *rows)
    if kept := kept_pages.find(request, sign):
        return kept
    contribution = pages.get_or_404(request.user, "practice", code, *rows)
    if contribution.live is None:
        return redirect("contributions:status", code)
    others = pages.beside(request.user, contribution)
    shown, missing = reading.practice_parts(contribution.practice)
    last = pages.last_parts(others)
    return render(
        request,
        "practices/detail.html",
        pages.common_context(request, contribution, kept_pages.key(sign, others))
        | {
            "crumbs": _crumbs(contribution, _t("Practices"), "practices:browse"),
            "facts": reading.practice_facts(contribution),
            "markers": reading.markers(contribution.practice),
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


@login_not_required
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Two to four practices side by side. Five queries for a visitor."""
    comparison = comparing.compare(request.GET, request.user)
    context = {"comparison": comparison, "most": comparing.MOST}
    return render(request, "practices/compare.html", context)


def _crumbs(contribution: Contribution, title: str, view: str) -> list[tuple[str, str]]:
    """The list it stands in, and its main objective. No query after `get_or_404`."""
    crumbs = [(title, reverse(view))]
    if objective := contribution.primary_objective:
        crumbs.append((objective.short_label(), objective.get_absolute_url()))
    return crumbs


@login_not_required
@require_safe
def lesson_detail(request: HttpRequest, code: str) -> HttpResponse:
    """A lesson. Queries like a practice."""
    if code != code.upper():
        return redirect("lessons:detail", code.upper(), permanent=True)
    rows = (COMMENTS, *answered.relations(request.user))
    sign = kept_pages.sign(request, "lesson", code, *rows)
    if kept := kept_pages.find(request, sign):
        return kept
    contribution = pages.get_or_404(request.user, "lesson", code, *rows)
    if contribution.live is None:
        return redirect("contributions:status", code)
    others = pages.beside(request.user, contribution)
    shown, missing = reading.lesson_parts(contribution.lesson)
    last = pages.last_parts(others)
    return render(
        request,
        "practices/lesson_detail.html",
        pages.common_context(request, contribution, kept_pages.key(sign, others))
        | {
            "crumbs": _crumbs(contribution, _t("Lessons"), "lessons:browse"),
            "facts": reading.lesson_facts(contribution),
            "parts": [*shown, *last],
            "missing": missing,
            "own_parts": shown,
            "last_parts": last,
            "source": others.source,
            "lessons": others.lessons,
            "related": others.related,
            "call": answered.call_of(contribution),
            "comments": thread_for(contribution, request.user),
        },
    )
