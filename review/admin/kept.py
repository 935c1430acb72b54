"""The filters of the queue stay with whoever opens a text from it: every page below carries them
in its address, under the name that the admin's own pages use, and leads back to the same list."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User
from contributions.models import Revision
from review import reading
from review.admin.filters import FILTERS

NAME = "_changelist_filters"


def of_list(query: str) -> str:
    """What to append to the address of a page that is opened from the list with this query:
    "?_changelist_filters=…", or nothing."""
    plain = QueryDict(query.removeprefix("?")).urlencode()
    return f"?{urlencode({NAME: plain})}" if plain else ""


def query(request: HttpRequest) -> str:
    """The same for a page below the list: what its links and forms append."""
    return of_list(request.GET.get(NAME, ""))


def queue(request: HttpRequest) -> str:
    """The address of the list as it was filtered."""
    plain = QueryDict(request.GET.get(NAME, "")).urlencode()
    address = reverse("admin:contributions_revision_changelist")
    return f"{address}?{plain}" if plain else address


def context(request: HttpRequest) -> dict[str, str]:
    """What templates below the queue read."""
    return {"kept": query(request), "queue": queue(request)}


def next_for(request: HttpRequest, user: User, revision: Revision) -> Revision | None:
    """The next text of the list as it was filtered that this person may answer. One query without
    filters; some more with them."""
    others: QuerySet[Revision] = reading.others_for(user, revision)
    chosen = QueryDict(request.GET.get(NAME, ""))
    if chosen:
        queue_admin = admin.site.get_model_admin(Revision)
        left = dict(chosen.lists())
        for of_this_kind in FILTERS:
            others = others.filter(of_this_kind(request, left, Revision, queue_admin).selected())
        if words := chosen.get("q"):
            others, _several = queue_admin.get_search_results(request, others, words)
    return others.first()
