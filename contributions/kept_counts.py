"""The SQL of lists whose numbers are kept (see counters): nothing is counted while a page waits."""

from __future__ import annotations

from collections.abc import Iterable

from contributions import at_once
from contributions.listing_request import JOINS, ORDERS, Request, in_page
from contributions.seen import Seen
from search.ranking import Sql


def numbers(request: Request, seen: Seen) -> Sql:
    """(token, number) under the other filters; '' for all without filters; 'alone …' for a value
    without the other filter."""
    parts = [_kept("", "other = ''", request, seen)]
    chosen = [(name, tokens[0]) for name, tokens in request.tokens.items()]
    names = [name for name, _token in chosen]
    if len(chosen) < 2:
        for name, token in chosen or [("", "")]:
            parts.append(_kept(token, "other <> '' AND NOT " + _of(name), request, seen))
        parts += [_kept("", _of(name), request, seen) for name, _token in chosen]
    else:
        (first, one), (second, two) = chosen
        parts.append(_kept(two, _of(first), request, seen))
        parts.append(_kept(one, _of(second), request, seen))
        for token in (one, two):
            parts.append(_kept("", "other = %s", request, seen, (token,), alone=True))
        parts.append(_counted(names, request, seen))
    found = parts[0]
    for part in parts[1:]:
        found += Sql(" UNION ALL ") + part
    return found


def _of(name: str) -> str:
    """Condition: `other` is a value of this filter (a name of ours)."""
    return f"starts_with(other, '{name}:')" if name else "false"


def _kept(
    token: str,
    which: str,
    request: Request,
    seen: Seen,
    params: tuple[object, ...] = (),
    *,
    alone: bool = False,
) -> Sql:
    """Kept numbers of `other` values together with `token`."""
    label = "'alone ' || other" if alone else "other"
    of_kind = "AND kind = %s" if request.kind else ""
    kind = (request.kind,) if request.kind else ()
    found = Sql(
        f"SELECT {label} AS token, number FROM contributions_facetcount"  # noqa: S608
        f" WHERE token = %s AND visibility = ANY(%s) {of_kind} AND {which}",
        (token, seen.open_to, *kind, *params),
    )
    if seen.extra is None:
        return found
    has_token = "AND o.facets @> %s::varchar[]" if token else ""
    return (
        found
        + Sql(
            f" UNION ALL SELECT {label}, 1 FROM contributions_searchdocument o,"  # noqa: S608
            f" unnest(o.facets || ''::varchar) AS other WHERE {which} {of_kind} {has_token} AND ",
            (*params, *kind, *(([token],) if token else ())),
        )
        + seen.aside()
    )


def _counted(names: Iterable[str], request: Request, seen: Seen) -> Sql:
    """Numbers of all other filters' values under all chosen ones."""
    tokens = [token for tokens in request.tokens.values() for token in tokens]
    return (
        Sql(
            "SELECT token, 1 FROM contributions_searchdocument o, unnest(o.facets) AS token"
            " WHERE o.facets @> %s::varchar[] AND split_part(token, ':', 1) <> ALL(%s) AND ",
            (tokens, list(names)),
        )
        + in_page(request)
        + seen.condition()
    )


def rows(request: Request, seen: Seen, offset: int) -> Sql:
    """The rows of the page with their cards."""
    tokens = [token for tokens in request.tokens.values() for token in tokens]
    order = ORDERS["newest" if request.sort == "relevance" else request.sort]
    join = JOINS.get(request.sort, "")
    found = Sql(f"SELECT o.contribution_id FROM contributions_searchdocument o {join} WHERE ")  # noqa: S608
    if tokens:
        found += Sql("o.facets @> %s::varchar[] AND ", (tokens,))
    found += in_page(request) + seen.condition()
    found += Sql(f" ORDER BY {order} LIMIT %s OFFSET %s", (request.page_size, offset))
    return (
        Sql("WITH page AS MATERIALIZED (SELECT p.*, row_number() OVER () AS place FROM (")
        + found
        + Sql(") p) SELECT p.contribution_id, ")
        + at_once.card_json()
        + Sql(
            ", c.published_at, c.kind FROM page p"
            " JOIN contributions_contribution c ON c.id = p.contribution_id WHERE c.id IN ("
        )
        + Sql(*seen.visible.values("id").query.sql_with_params())
        + Sql(") ORDER BY p.place")
    )
