"""How many contributions are new to a person, in what they keep. Only what they may see now."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from accounts.models import User
from contributions import browse
from contributions.models import Contribution
from following.models import SavedSearch

# More news than this in one search are not told apart from so many.
MOST = 100

Fresh = dict[int, datetime.datetime]


def published_between(
    user: User, since: datetime.datetime, until: datetime.datetime | None = None
) -> Fresh:
    """What others published that this person may see now: id → when. One query."""
    found = (
        Contribution.objects.published()
        .visible_to(user)
        .filter(published_at__gt=since)
        .exclude(pk__in=Contribution.objects.written_by(user).values("pk"))
    )
    if until is not None:
        found = found.filter(published_at__lte=until)
    rows = found.order_by().values_list("pk", "published_at")
    return {pk: published_at for pk, published_at in rows if published_at}


def matching(saved: SavedSearch, since: datetime.datetime, fresh: Fresh) -> int:
    """How many of `fresh` are later than `since` and have all that the search asks for.

    One query, none where nothing is late enough.
    """
    late = {pk for pk, published_at in fresh.items() if published_at > since}
    if not late:
        return 0
    return len(late.intersection(browse.newest(saved.selection, saved.user, MOST)))


def numbers(user: User, searches: Iterable[SavedSearch]) -> dict[int, int]:
    """Saved search → how many are new since the last look. One query, and one for each search
    while there is anything new at all."""
    searches = list(searches)
    if not searches:
        return {}
    fresh = published_between(user, min(saved.last_seen_at for saved in searches))
    return {saved.pk: matching(saved, saved.last_seen_at, fresh) for saved in searches}
