"""Tags for pages of apps below: whether the reader keeps the search or follows the thing."""

from __future__ import annotations

import datetime
from urllib.parse import urlencode

from django import template
from django.template.context import RequestContext

from contributions.browse import Line
from contributions.models import Contribution
from contributions.selection import Selection
from following import news, searches
from following.models import SavedSearch
from following.searches import Look

register = template.Library()


@register.simple_tag(takes_context=True)
def look_at(context: RequestContext, selection: Selection) -> Look:
    """The reader looks at these results. One query for the signed-in (see searches.look), none
    where the page has asked before: in its head, where the masthead needs no query of its own
    afterwards."""
    return _look(context, selection.kind, searches.query_of(selection))


@register.simple_tag(takes_context=True)
def look_at_all_of(context: RequestContext, name: str, value: object) -> Look:
    """The reader looks at the page of a country, an objective, a tag. As look_at."""
    return _look(context, "", urlencode({name: value}))


def _look(context: RequestContext, kind: str, query: str) -> Look:
    request = context["request"]
    # Of the request: a variable would end with the block that asks first.
    looks: dict[tuple[str, str], Look] = vars(request).setdefault("_looks", {})
    if (kind, query) not in looks:
        looks[kind, query] = searches.look(request.user, kind, query)
    return looks[kind, query]


@register.filter
def newer(shown: Contribution | Line, since: datetime.datetime | None) -> bool:
    """Whether it was published since this person looked last."""
    return bool(since and shown.published_at and shown.published_at > since)


@register.filter
def saving(selection: Selection) -> str:
    """The query string of the page that saves the search."""
    kind = [("in", selection.kind)] if selection.kind else []
    return "?" + "&".join(filter(None, (urlencode(kind), searches.query_of(selection))))


@register.simple_tag(takes_context=True)
def news_kept(context: RequestContext) -> int:
    """How many of the reader's searches have something new."""
    user = context["request"].user
    kept = list(SavedSearch.objects.of(user).kept())
    for saved in kept:
        saved.user = user
    return sum(1 for number in news.numbers(user, kept).values() if number)
