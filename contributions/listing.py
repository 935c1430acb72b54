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
from contributions.facets import FACETS
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
    # Place of a word in the query → how many visible texts have it.
    frequency: dict[int, int] = field(default_factory=dict)

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
    """Whether the numbers are known already: no words, at most two filters of one value each."""
    return (
        request.query.is_empty
        and len(request.chosen) <= 2
        and all(len(codes) == 1 for codes in request.chosen.values())
        and not any(_conditions(request.query).params)
    )


def _conditions(query: Query) -> Sql:
    return ranking.conditions(query)


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
            for place, (pk, card, published_at) in enumerate(cursor.fetchall(), first):
                listing.hits.append(Hit(pk, place, card, published_at))
    return listing


def _take_count(listing: Listing, token: str, number: int, label: str | None) -> None:
    name, _colon, code = token.partition(":")
    if name in FACETS:
        listing.counts.setdefault(name, []).append(Count(code, number, label or ""))


def _find_counting(request: Request, seen: Seen) -> Listing:
    listing = Listing()
    sql = _allowed(request, seen)
    if not request.query.is_empty:
        sql += Sql(",") + ranking.ranked(request.query)
    sql += _hits(request) + _page(request, seen) + _counts(request)
    if not request.query.is_empty:
        sql += Sql(
            " UNION ALL SELECT 'word', term_no::text, documents, NULL, NULL::text[] FROM frequency"
        )
    with connection.cursor() as cursor:
        cursor.execute(sql.text, sql.params)
        for row in cursor.fetchall():
            _take(listing, row)
    listing.hits.sort(key=lambda hit: hit.place)
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
    elif part == "word":
        listing.frequency[int(key)] = number
    else:
        setattr(listing, key, number)


def _allowed(request: Request, seen: Seen) -> Sql:
    """`allowed`: the documents that may come up at all, for the ranking."""
    return (
        Sql(
            "WITH allowed AS MATERIALIZED (SELECT o.document_id, d.length"
            " FROM contributions_searchdocument o JOIN search_document d"
            " ON d.id = o.document_id WHERE "
        )
        + in_page(request)
        + seen.condition()
        + Sql(" AND ")
        + ranking.conditions(request.query)
        + Sql(")")
    )


def _hits(request: Request) -> Sql:
    """`hit`: what matches the words, with the names of the filters it misses."""
    missed = ["NULL"]
    params: list[object] = []
    for name, tokens in request.tokens.items():
        missed.append("CASE WHEN o.facets && %s::varchar[] THEN NULL ELSE %s END")
        params += [tokens, name]
    if request.query.is_empty:
        score, source = Sql("0 AS score, true AS is_whole"), "allowed"
    else:
        score = Sql("r.score, r.matched >= %s AS is_whole", (request.query.required,))
        source = "ranked"
    return (
        Sql(
            ", hit AS MATERIALIZED ("
            "SELECT o.contribution_id, o.document_id, o.published_at, o.facets, "
        )
        + score
        + Sql(f", array_remove(ARRAY[{', '.join(missed)}]::text[], NULL) AS missed", tuple(params))
        + Sql(
            f" FROM {source} r JOIN contributions_searchdocument o USING (document_id)), "  # noqa: S608
            "result AS (SELECT * FROM hit WHERE missed = '{}')"
        )
    )


def _page(request: Request, seen: Seen) -> Sql:
    """Totals and the rows of the page; a page beyond the end is the last one."""
    size = request.page_size
    join = JOINS.get(request.sort, "")
    return (
        Sql(
            f"""
    , totals AS (
        SELECT count(*) AS total, count(*) FILTER (WHERE is_whole) AS whole,
            least(%s, greatest(1, ceil(count(*) / %s::float)))::int AS page
        FROM result
    ), page AS (
        SELECT contribution_id, document_id,
            row_number() OVER (ORDER BY is_whole DESC, {ORDERS[request.sort]}) AS place
        FROM result o {join}
        ORDER BY place LIMIT %s OFFSET (SELECT (page - 1) * %s FROM totals)
    )
    SELECT 'total', 'total', total, NULL, NULL::text[] FROM totals
    UNION ALL SELECT 'total', 'whole', whole, NULL, NULL FROM totals
    UNION ALL SELECT 'total', 'page', page, NULL, NULL FROM totals
    UNION ALL SELECT 'total', 'unfiltered', count(*), NULL, NULL FROM hit
    UNION ALL SELECT 'hit', p.contribution_id::text, p.place, """,  # noqa: S608  ORDERS is ours
            (request.page, size, size, size),
        )
        + at_once.card_json()
        + Sql(
            """, ARRAY[to_json(c.published_at)#>>'{}', d.language, d.title, d.summary, d.body]
        FROM page p JOIN search_document d ON d.id = p.document_id
        JOIN contributions_contribution c ON c.id = p.contribution_id
        WHERE c.id IN ("""
        )
        + Sql(*seen.visible.values("id").query.sql_with_params())
        + Sql(")")
    )


def _counts(request: Request) -> Sql:
    """Counts of all values of all filters, each under the other filters; labels of rows."""
    missing = "WHERE missed = '{}' OR missed = ARRAY[split_part(token, ':', 1)]"
    numbers = Sql(
        "SELECT token, count(*) AS number FROM hit, unnest(facets) AS token"  # noqa: S608
        f" {missing if request.chosen else ''} GROUP BY token"
    )
    return (
        Sql(" UNION ALL SELECT 'facet', token, number, label, NULL FROM (")
        + labelled(request, numbers)
        + Sql(") l (token, number, label)")
        + Sql(
            " UNION ALL SELECT 'without', name, count(*), NULL, NULL"
            " FROM hit, unnest(%s::text[]) AS name WHERE missed <@ ARRAY[name] GROUP BY name",
            (list(request.chosen),),
        )
    )
