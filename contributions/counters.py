"""What is known of the values of filters without reading texts: how many published texts have a
value, how many have two together (FacetCount), and which they are (FacetBits).

Both change with the search documents, in the same transaction, and follow from them alone:
`recount` makes them anew at any time, and a test holds one against the other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from django.db import connection, transaction
from django.db.models import Max

from contributions.models import SearchDocument
from contributions.models.facet_bits import PART

# A filter's value, or who can read it: the name of the latter is no filter's.
VISIBILITY: Final = "visibility"
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
_SET: Final = f"""
    INSERT INTO contributions_facetbits AS b (token, part, bits)
    SELECT * FROM unnest(%s::varchar[], %s::int[], %s::bit({PART})[])
    ON CONFLICT (token, part) DO UPDATE SET bits = b.bits | excluded.bits
"""  # noqa: S608  a number of ours
_UNSET: Final = f"""
    UPDATE contributions_facetbits b SET bits = b.bits & ~o.bits
    FROM unnest(%s::varchar[], %s::int[], %s::bit({PART})[]) AS o (token, part, bits)
    WHERE b.token = o.token AND b.part = o.part
"""  # noqa: S608


class State(NamedTuple):
    """What is counted of a search document."""

    document: int
    visibility: str
    kind: str
    facets: frozenset[str]


# A value, and the document that has it.
Pair = tuple[str, int]


def states(contribution_ids: Iterable[int]) -> dict[int, State]:
    """What is counted of these contributions. One query."""
    rows = SearchDocument.objects.filter(contribution__in=contribution_ids).values_list(
        "contribution_id", "document_id", "visibility", "kind", "facets"
    )
    return {
        pk: State(document, visibility, kind, frozenset(facets))
        for pk, document, visibility, kind, facets in rows
    }


def change(before: dict[int, State], after: dict[int, State]) -> None:
    """Follow a change of search documents; in its transaction. No query where nothing counts
    otherwise, else two to four."""
    changes: Counter[tuple[str, str, str, str]] = Counter()
    old_pairs: set[Pair] = set()
    new_pairs: set[Pair] = set()
    for pk in before.keys() | after.keys():
        old, new = before.get(pk), after.get(pk)
        if old != new:
            changes.subtract(_rows(old))
            changes.update(_rows(new))
            old_pairs.update(_pairs(old))
            new_pairs.update(_pairs(new))
    found = [(*row, number) for row, number in changes.items() if number]
    if not found and old_pairs == new_pairs:
        return
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        if found:
            cursor.execute(_ADD, [list(column) for column in zip(*found, strict=True)])
        for sql, pairs in ((_UNSET, old_pairs - new_pairs), (_SET, new_pairs - old_pairs)):
            if pairs:
                cursor.execute(sql, _columns(pairs))


@transaction.atomic
def recount() -> None:
    """Count everything anew: after documents were written in great numbers."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        cursor.execute("DELETE FROM contributions_facetcount")
        cursor.execute(_SUM)
        cursor.execute("DELETE FROM contributions_facetbits")
        for pairs in _all_pairs():
            cursor.execute(_SET, _columns(pairs))


def _all_pairs() -> Iterator[set[Pair]]:
    """Of all search documents, part after part."""
    last = SearchDocument.objects.aggregate(last=Max("document"))["last"]
    for first in range(0, (last or 0) + 1, PART):
        rows = SearchDocument.objects.filter(document__gte=first, document__lt=first + PART)
        found = {
            pair
            for document, visibility, kind, facets in rows.values_list(
                "document_id", "visibility", "kind", "facets"
            )
            for pair in _pairs(State(document, visibility, kind, frozenset(facets)))
        }
        if found:
            yield found


def _rows(state: State | None) -> list[tuple[str, str, str, str]]:
    """The rows of FacetCount that count a document."""
    if state is None:
        return []
    return [
        (state.visibility, state.kind, token, other)
        for token in ("", *state.facets)
        for other in ("", *state.facets)
        if other or not token
    ]


def _pairs(state: State | None) -> list[Pair]:
    """The bits that are set for a document."""
    if state is None:
        return []
    tokens = (*state.facets, f"{VISIBILITY}:{state.visibility}")
    return [(token, state.document) for token in tokens]


def _columns(pairs: Iterable[Pair]) -> list[list[object]]:
    """Values, parts, and their bits, as `_SET` and `_UNSET` take them."""
    parts: defaultdict[tuple[str, int], bytearray] = defaultdict(lambda: bytearray(b"0") * PART)
    for token, document in pairs:
        parts[token, document // PART][document % PART] = ord("1")
    rows = [(token, part, bits.decode()) for (token, part), bits in sorted(parts.items())]
    return [list(column) for column in zip(*rows, strict=True)]
