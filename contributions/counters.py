"""Counts of filters that are kept, not counted: for every value, and for every two together.

They change with the search documents, in the same transaction, and are sums over them: `recount`
makes them anew at any time, and a test holds one against the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from django.db import connection, transaction

from contributions.models import SearchDocument

# (visibility, kind, filter values) of a search document.
State = tuple[str, str, frozenset[str]]
# One writer at a time: two approvals would otherwise wait for each other's rows, crosswise.
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext('contributions_facetcount'))"
_ADD: Final = """
    INSERT INTO contributions_facetcount AS c (visibility, kind, token, other, number)
    SELECT * FROM unnest(%s::varchar[], %s::varchar[], %s::varchar[], %s::varchar[], %s::int[])
    ON CONFLICT (token, kind, visibility, other) DO UPDATE SET number = c.number + excluded.number
"""
_SUM: Final = """
    INSERT INTO contributions_facetcount (visibility, kind, token, other, number)
    SELECT visibility, kind, token, other, count(*)
    FROM contributions_searchdocument, unnest(facets || ''::varchar) AS token,
        unnest(facets || ''::varchar) AS other
    WHERE token = '' OR other <> ''
    GROUP BY visibility, kind, token, other
"""


def states(contribution_ids: Iterable[int]) -> dict[int, State]:
    """What the counters hold of these contributions. One query."""
    rows = SearchDocument.objects.filter(contribution__in=contribution_ids).values_list(
        "contribution_id", "visibility", "kind", "facets"
    )
    return {pk: (visibility, kind, frozenset(facets)) for pk, visibility, kind, facets in rows}


def change(before: dict[int, State], after: dict[int, State]) -> None:
    """Follow a change of search documents; in its transaction. No query where nothing counts
    otherwise, else two."""
    changes: Counter[tuple[str, str, str, str]] = Counter()
    for pk in before.keys() | after.keys():
        old, new = before.get(pk), after.get(pk)
        if old != new:
            changes.subtract(_rows(old))
            changes.update(_rows(new))
    found = [(*row, number) for row, number in changes.items() if number]
    if not found:
        return
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        cursor.execute(_ADD, [list(column) for column in zip(*found, strict=True)])


@transaction.atomic
def recount() -> None:
    """Count everything anew: after documents were written in great numbers."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        cursor.execute("DELETE FROM contributions_facetcount")
        cursor.execute(_SUM)


def _rows(state: State | None) -> list[tuple[str, str, str, str]]:
    """The rows of FacetCount that count a document."""
    if state is None:
        return []
    visibility, kind, facets = state
    return [
        (visibility, kind, token, other)
        for token in ("", *facets)
        for other in ("", *facets)
        if other or not token
    ]
