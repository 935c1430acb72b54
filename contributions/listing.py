"""One page of contributions with all counts beside the filters, in one or two queries.

What a reader sees is said by `visible_to` and its `open_to`: whatever comes out, a row, a count or
a suggestion, stands for something this person may read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db import connection

from accounts.models import User
from contributions import at_once, kept_counts
from contributions.facets import FACETS, OUT
from contributions.listing_request import JOINS, ORDERS, Request, in_page, labelled
from contributions.seen import Seen
from search import ranking
from search.query import Query
from search.ranking import Sql


@dataclass(frozen=True)
class Count:
    """How many there are with a value, under all other filters; its label where it is a row."""

    code: str
    number: int
    label: str


@dataclass(frozen=True)
class Hit:
    """One line: its place among all (from 1), its card (see at_once), its text for the passage."""

    contribution_id: int
    place: int
    card: str
    published_at: datetime
    kind: str
    language: str = ""
    title: str = ""
    summary: str = ""
    body: str = ""


@dataclass
class Listing:
    """What came of a request."""

    total: int = 0
    whole: int = 0  # of these, how many have all the words
    page: int = 1
    hits: list[Hit] = field(default_factory=list)
    counts: dict[str, list[Count]] = field(default_factory=dict)
    # Filter → how many there would be without it.
    without: dict[str, int] = field(default_factory=dict)
    # How many there would be without any filter.
    unfiltered: int = 0
    # A bit for each word of the query that a visible text has, by its place.
    words_found: int = 0

    def label(self, name: str, code: str) -> str:
        """Label of a chosen value that is a row; empty for one that does not exist."""
        return next((one.label for one in self.counts.get(name, []) if one.code == code), "")


def find(request: Request, user: User | AnonymousUser) -> Listing:
    """Run the request: texts with all the words first. Two queries (and those of `visible_to`):
    numbers, and the rows of the page; with words one."""
    seen = Seen.by(user)
    if _is_kept(request):
        return _find_kept(request, seen)
    return _find_counting(request, seen)


def _is_kept(request: Request) -> bool:
    """Whether the numbers are known already: no words, at most two filters of one value each, none
    that leaves out."""
    return (
        request.query.is_empty
        and len(request.chosen) <= 2
        and all(len(codes) == 1 for codes in request.chosen.values())
        and not any(name.startswith(OUT) for name in request.chosen)
        and not request.query.without
        and not request.query.without_phrases
    )


def _find_kept(request: Request, seen: Seen) -> Listing:
    listing = Listing()
    sql = labelled(request, kept_counts.numbers(request, seen))
    numbers: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql.text, sql.params)
        for token, number, label in cursor.fetchall():
            numbers[token] = number
            if token:
                _take_count(listing, token, number, label)
        tokens = [tokens[0] for tokens in request.tokens.values()]
        listing.unfiltered = numbers.get("", 0)
        listing.total = numbers.get(tokens[0], 0) if tokens else listing.unfiltered
        listing.whole = listing.total
        for name, others in zip(request.chosen, reversed(tokens), strict=True):
            key = "" if len(tokens) == 1 else f"alone {others}"
            listing.without[name] = numbers.get(key, 0)
        last = max(1, -(-listing.total // request.page_size))
        listing.page = min(request.page, last)
        if listing.total:
            sql = kept_counts.rows(request, seen, (listing.page - 1) * request.page_size)
            cursor.execute(sql.text, sql.params)
            first = (listing.page - 1) * request.page_size + 1
            for place, (pk, card, published_at, kind) in enumerate(cursor.fetchall(), first):
                listing.hits.append(Hit(pk, place, card, published_at, kind))
    return listing


def _take_count(listing: Listing, token: str, number: int, label: str | None) -> None:
    name, _colon, code = token.partition(":")
    if name in FACETS:
        listing.counts.setdefault(name, []).append(Count(code, number, label or ""))


def _find_counting(request: Request, seen: Seen) -> Listing:
    listing = Listing()
    sql = Sql("WITH ") + _hits(request, seen) + _page(request, seen) + _counts(request)
    if not request.query.is_empty:
        sql += Sql(" UNION ALL SELECT 'words', NULL, bit_or(terms), NULL, NULL::text[] FROM every")
    with connection.cursor() as cursor:
        cursor.execute(sql.text, sql.params)
        for row in cursor.fetchall():
            _take(listing, row)
    listing.hits.sort(key=lambda hit: hit.place)
    listing.without = {
        name: listing.total + listing.without.get(name, 0) for name in request.chosen
    }
    return listing


def _take(listing: Listing, row: tuple[str, str, int, str, list[str] | None]) -> None:
    part, key, number, text, texts = row
    if part == "hit":
        when, *shown = texts or []
        listing.hits.append(Hit(int(key), number, text, datetime.fromisoformat(when), *shown))
    elif part == "facet":
        _take_count(listing, key, number, text)
    elif part == "without":
        listing.without[key] = number
    elif part == "words":
        listing.words_found = number or 0
    else:
        setattr(listing, key, number)


def _hits(request: Request, seen: Seen) -> Sql:
    """`every`: what matches the words, how many of the filters it misses and the name of the one;
    `hit`: of these, what is not too far below the best."""
    query = request.query
    misses, missed = Sql("0 AS misses"), Sql("'' AS missed")
    if request.chosen:
        params = [param for pair in request.tokens.items() for param in (pair[1], pair[0])]
        has = [
            "NOT o.facets && %s::varchar[]" if name.startswith(OUT) else "o.facets && %s::varchar[]"
            for name in request.chosen
        ]
        counts = [f"CASE WHEN {one} THEN 0 ELSE (%s <> '')::int END" for one in has]
        names = [f"CASE WHEN {one} THEN '' ELSE %s END" for one in has]
        misses = Sql(f"{' + '.join(counts)} AS misses", tuple(params))
        missed = Sql(f"{' || '.join(names)} AS missed", tuple(params))
    return (
        (ranking.scored(query) + Sql(", ") if query.terms else Sql(""))
        + Sql(
            "every AS MATERIALIZED (SELECT o.contribution_id, o.document_id, o.published_at,"
            " o.facets, "
        )
        + misses
        + Sql(", ")
        + missed
        + Sql(", ")
        + (_matched(query) if query.terms else _anything(query))
        + Sql(" AND ")
        + in_page(request)
        + seen.condition()
        + Sql(
            "), least AS MATERIALIZED (SELECT %s * max(score) AS score FROM every),"
            # Not kept: it would be a copy of nearly all of `every`.
            " hit AS NOT MATERIALIZED"
            " (SELECT * FROM every WHERE score >= (SELECT score FROM least))",
            (ranking.LEAST_SHARE,),
        )
    )


def _matched(query: Query) -> Sql:
    return (
        Sql("s.terms, s.score, s.is_whole FROM (")
        + ranking.matched(query)
        + Sql(") s JOIN contributions_searchdocument o ON o.document_id = s.document_id WHERE true")
    )


def _anything(query: Query) -> Sql:
    """No words to look for, at most some that must not be there."""
    text = " JOIN search_document d ON d.id = o.document_id" if query.without_phrases else ""
    return Sql(
        "0::bigint AS terms, 0 AS score, true AS is_whole"
        f" FROM contributions_searchdocument o{text} WHERE "
    ) + ranking.conditions(query, "o.document_id")


def _page(request: Request, seen: Seen) -> Sql:
    """Totals and the rows of the page; a page beyond the end is the last one."""
    size = request.page_size
    join, order, near = JOINS.get(request.sort, ""), ORDERS[request.sort], Sql("")
    source = f"hit o {join} WHERE misses = 0"
    if request.sort == "relevance" and request.query.neighbours:
        near = _near(request)
        source = "best LEFT JOIN near USING (document_id)"
        order = f"score * coalesce(lift, 1) DESC, {order}"
    return near + (
        Sql(
            f"""
    , totals AS MATERIALIZED (
        SELECT *, least(%s, greatest(1, ceil(total / %s::float)))::int AS page
        FROM (
            SELECT count(*) AS unfiltered, count(*) FILTER (WHERE misses = 0) AS total,
                count(*) FILTER (WHERE misses = 0 AND is_whole) AS whole
            FROM hit
        ) n
    ), page AS (
        SELECT *, row_number() OVER () + (SELECT (page - 1) * %s FROM totals) AS place FROM (
            SELECT contribution_id, document_id
            FROM {source} ORDER BY is_whole DESC, {order}
            LIMIT %s OFFSET (SELECT (page - 1) * %s FROM totals)
        ) p
    )
    SELECT 'total', key, number, NULL, NULL::text[] FROM totals, unnest(
        ARRAY['total', 'whole', 'page', 'unfiltered'], ARRAY[total, whole, page, unfiltered]
    ) AS n (key, number)
    UNION ALL SELECT 'hit', p.contribution_id::text, p.place, """,  # noqa: S608  ORDERS is ours
            (request.page, size, size, size, size),
        )
        + at_once.card_json()
        + Sql(
            """, ARRAY[to_json(c.published_at)#>>'{}', c.kind,
            d.language, d.title, d.summary, d.body]
        FROM page p JOIN search_document d ON d.id = p.document_id
        JOIN contributions_contribution c ON c.id = p.contribution_id
        WHERE c.id IN ("""
        )
        + Sql(*seen.visible.values("id").query.sql_with_params())
        + Sql(")")
    )


def _near(request: Request) -> Sql:
    """`best`: what comes on the page or before it; `near`: how much words that stand side by side
    lift the first of these."""
    order = f"is_whole DESC, {ORDERS['relevance']}"
    last = min(request.page * request.page_size, 10**9)
    return Sql(
        ", best AS MATERIALIZED ("  # noqa: S608  ORDERS is ours
        "SELECT contribution_id, document_id, is_whole, score, published_at"
        f" FROM hit WHERE misses = 0 ORDER BY {order} LIMIT %s), ",
        (max(ranking.NEAR_DEPTH, last),),
    ) + ranking.near(request.query, f"SELECT document_id FROM best ORDER BY {order}")  # noqa: S608


def _counts(request: Request) -> Sql:
    """Counts of all values of all filters, each under the other filters; labels of rows."""
    tokens = "SELECT unnest(facets) AS token FROM hit WHERE misses = 0"
    if request.chosen:
        tokens += (
            " UNION ALL SELECT token FROM ("
            "SELECT unnest(facets) AS token, missed FROM hit WHERE misses = 1"
            ") t WHERE starts_with(token, missed || ':')"
        )
    numbers = Sql(f"SELECT token, count(*) AS number FROM ({tokens}) t GROUP BY token")  # noqa: S608
    found = (
        Sql(" UNION ALL SELECT 'facet', token, number, label, NULL FROM (")
        + labelled(request, numbers)
        + Sql(") l (token, number, label)")
    )
    if request.chosen:
        found += Sql(
            " UNION ALL SELECT 'without', missed, count(*), NULL, NULL"
            " FROM hit WHERE misses = 1 GROUP BY missed"
        )
    return found
