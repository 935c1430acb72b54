"""The SQL of lists that are counted: the rows of the page, how many there are with each value."""

from __future__ import annotations

from typing import Final

from contributions import at_once
from contributions.counters import VISIBILITY
from contributions.facets import OUT
from contributions.listing_request import JOINS, ORDERS, Request, in_page, labelled
from contributions.matching import Candidates, Matches
from contributions.models.facet_bits import PART
from contributions.seen import Seen
from search import ranking
from search.ranking import Sql

# The values of so few texts are read from these more quickly than from the bits of all values.
READ: Final = 100


def rows(request: Request, seen: Seen, matches: Matches, offset: int) -> Sql:
    """The rows of the page, and the beginning of the statement: (NULL, place, card, texts)."""
    with_near, source, order = _source(request, seen, matches, offset)
    return (
        Sql("WITH ")
        + with_near
        + Sql("page AS (SELECT *, row_number() OVER () + %s AS place FROM (", (offset,))
        + Sql("SELECT contribution_id, document_id FROM ")
        + source
        + Sql(f" ORDER BY {order} LIMIT %s OFFSET %s", (request.page_size, offset))
        + Sql(") p) SELECT NULL AS token, p.place AS number, ")
        + at_once.card_json()
        + Sql(
            " AS label, ARRAY[c.id::text, to_json(c.published_at)#>>'{}', c.kind, d.language,"
            " d.title, d.summary, d.body] AS texts"
            " FROM page p JOIN search_document d ON d.id = p.document_id"
            " JOIN contributions_contribution c ON c.id = p.contribution_id WHERE c.id IN ("
        )
        + Sql(*seen.visible.values("id").query.sql_with_params())
        + Sql(")")
    )


def numbers(request: Request, matches: Matches) -> Sql:
    """Numbers of all values of all filters, each under the other filters, with the labels of rows;
    the end of the statement: (token, number, label, NULL)."""
    own = [name for name in request.chosen if not name.startswith(OUT)]
    found = _counted(matches, "", "NOT split_part(b.token, ':', 1) = ANY(%s)", [VISIBILITY, *own])
    for name in own:
        found += Sql(" UNION ALL ") + _counted(
            matches, name, "starts_with(b.token, %s)", f"{name}:"
        )
    return (
        Sql(" UNION ALL SELECT token, number, label, NULL FROM (")
        + labelled(request, found)
        + Sql(") l (token, number, label)")
    )


def _counted(matches: Matches, name: str, which: str, value: object) -> Sql:
    """(token, number) of the values that the condition chooses, where `name` is not filtered by."""
    texts = matches.without(name)
    if texts.bit_count() <= READ:
        return Sql(
            "SELECT b.token, count(*) AS number"  # noqa: S608
            " FROM contributions_searchdocument o, unnest(o.facets) AS b (token)"
            f" WHERE o.document_id = ANY(%s) AND {which} GROUP BY b.token",
            (matches.documents(texts), value),
        )
    parts, bits = matches.parts(texts)
    return Sql(
        "SELECT b.token, sum(bit_count(b.bits & h.bits)) AS number"  # noqa: S608
        f" FROM unnest(%s::int[], %s::bit({PART})[]) AS h (part, bits)"
        f" JOIN contributions_facetbits b USING (part) WHERE {which} GROUP BY b.token",
        (parts, bits, value),
    )


def _source(request: Request, seen: Seen, matches: Matches, offset: int) -> tuple[Sql, Sql, str]:
    """Common table expressions, what the page is chosen from, and in which order."""
    order, join = ORDERS[request.sort], JOINS.get(request.sort, "")
    query = request.query
    if not query.terms:
        order = ORDERS["newest"] if request.sort == "relevance" else order
        return Sql(""), _filtered(request, seen, join), order
    if request.sort != "relevance":
        found = matches.best(matches.found.bit_count())
        return Sql(""), _joined(found, join), f"is_whole DESC, {order}"
    found = matches.best(max(ranking.NEAR_DEPTH, offset + request.page_size))
    order = f"is_whole DESC, {order}"
    if not query.neighbours:
        return Sql(""), _joined(found), order
    best = (
        Sql(
            "best AS MATERIALIZED (SELECT o.contribution_id, o.document_id, o.published_at,"
            " b.score, b.is_whole FROM "
        )
        + _joined(found)
        + Sql("), ")
        + ranking.near(query, f"SELECT document_id FROM best ORDER BY {order}")  # noqa: S608
        + Sql(", ")
    )
    source = Sql("best LEFT JOIN near USING (document_id)")
    return best, source, order.replace("score", "score * coalesce(lift, 1)")


def _joined(found: Candidates, join: str = "") -> Sql:
    return Sql(
        "unnest(%s::bigint[], %s::float8[], %s::boolean[]) AS b (document_id, score, is_whole)"
        f" JOIN contributions_searchdocument o USING (document_id) {join}",
        (found.documents, found.scores, found.wholes),
    )


def _filtered(request: Request, seen: Seen, join: str) -> Sql:
    """Without words the order is known to an index: it is followed until the page is full."""
    query = request.query
    if query.without_phrases and request.sort != "title":
        join += " JOIN search_document d ON d.id = o.document_id"
    found = Sql(f"contributions_searchdocument o {join} WHERE ")
    for name, tokens in request.tokens.items():
        without = "NOT " if name.startswith(OUT) else ""
        found += Sql(f"{without}o.facets && %s::varchar[] AND ", (tokens,))
    found += ranking.conditions(query, "o.document_id") + Sql(" AND ")
    return found + in_page(request) + seen.condition()
