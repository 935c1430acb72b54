"""One page of contributions with all counts beside the filters: a single query to PostgreSQL.

Starts from `visible_to(user)`: whatever comes out, a row, a count or a suggestion, stands for
something this person may read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Expression, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import get_language

from accounts.models import User
from contributions.models import Contribution
from search import ranking
from search.query import Query
from search.ranking import Sql

PAGE_SIZE: Final = 20

_SORT_KEY: Final = "sort_key DESC NULLS LAST, published_at DESC NULLS LAST, contribution_id DESC"
_ORDERS: Final = {
    "relevance": "score DESC, published_at DESC NULLS LAST, contribution_id DESC",
    "newest": "published_at DESC NULLS LAST, contribution_id DESC",
    "title": "folded_title, contribution_id",
    "confirmed": _SORT_KEY,
}
# Orders by something that the index does not hold: asked of the contributions themselves.
_SORT_KEYS: Final[dict[str, Expression]] = {
    "confirmed": Coalesce("last_confirmed_on", TruncDate("published_at")),
}


@dataclass(frozen=True)
class Request:
    """What to list. `fixed` filters are part of the page itself; `chosen` ones the reader's."""

    query: Query
    fixed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)
    sort: str = "relevance"
    page: int = 1
    page_size: int = PAGE_SIZE


@dataclass(frozen=True)
class Count:
    """How many there are with a value, under all other filters; its label where it is a row."""

    code: str
    number: int
    label: str


@dataclass(frozen=True)
class Hit:
    """One line: its place among all (from 1), and its text for the passage."""

    contribution_id: int
    place: int
    language: str
    title: str
    summary: str
    body: str


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
    """Run the request: texts with all the words first. One query (and those of `visible_to`)."""
    sql = _sql(request, Contribution.objects.published().visible_to(user))
    listing = Listing()
    with connection.cursor() as cursor:
        cursor.execute(sql.text, sql.params)
        for row in cursor.fetchall():
            _take(listing, row)
    listing.hits.sort(key=lambda hit: hit.place)
    return listing


def _take(listing: Listing, row: tuple[str, str, int, str, list[str] | None]) -> None:
    part, key, number, label, texts = row
    if part == "hit":
        listing.hits.append(Hit(int(key), number, *(texts or [])))
    elif part == "facet":
        name, code = key.split(":", 1)
        listing.counts.setdefault(name, []).append(Count(code, number, label or ""))
    elif part == "without":
        listing.without[key] = number
    elif part == "word":
        listing.frequency[int(key)] = number
    else:
        setattr(listing, key, number)


def _sql(request: Request, visible: QuerySet[Contribution]) -> Sql:
    """Visible texts → ranked → each with the filters it misses → page, totals, counts."""
    sql = _allowed(request, visible)
    if not request.query.is_empty:
        sql += Sql(",") + ranking.ranked(request.query)
    sql += _hits(request) + _page(request) + _counts(request)
    if not request.query.is_empty:
        sql += Sql("UNION ALL SELECT 'word', term_no::text, documents, NULL, NULL FROM frequency")
    return sql


def _allowed(request: Request, visible: QuerySet[Contribution]) -> Sql:
    """`allowed`: the documents of visible contributions that may come up at all."""
    key = {"sort_key": _SORT_KEYS[request.sort]} if request.sort in _SORT_KEYS else {}
    rows, row_params = (
        visible.order_by().values("id", "published_at", "original_language", **key)
    ).query.sql_with_params()
    conditions = ranking.conditions(request.query)
    fixed = [f"{name}:{code}" for name, codes in request.fixed.items() for code in codes]
    return Sql(
        f"""
    WITH allowed AS MATERIALIZED (
        SELECT c.id AS contribution_id, c.published_at, o.document_id, o.facets, d.folded_title,
            d.length{", c.sort_key" if key else ""}
        FROM ({rows}) c
        JOIN contributions_searchdocument o
            ON o.contribution_id = c.id AND o.language = c.original_language
        JOIN search_document d ON d.id = o.document_id
        WHERE o.facets @> %s::varchar[] AND {conditions.text}
    )""",  # noqa: S608  built from our own names; values are parameters
        (*row_params, fixed, *conditions.params),
    )


def _hits(request: Request) -> Sql:
    """`hit`: what matches the words, with the names of the filters it misses."""
    missed = ["NULL"]
    params: list[object] = []
    for name, codes in request.chosen.items():
        missed.append("CASE WHEN a.facets && %s::varchar[] THEN NULL ELSE %s END")
        params += [[f"{name}:{code}" for code in codes], name]
    if request.query.is_empty:
        score, ranked = Sql("0 AS score, true AS is_whole"), ""
    else:
        score = Sql("r.score, r.matched >= %s AS is_whole", (request.query.required,))
        ranked = "JOIN ranked r USING (document_id)"
    return (
        Sql(", hit AS MATERIALIZED (SELECT a.*, ")
        + score
        + Sql(f", array_remove(ARRAY[{', '.join(missed)}]::text[], NULL) AS missed", tuple(params))
        + Sql(f" FROM allowed a {ranked}), ")
        + Sql("result AS (SELECT * FROM hit WHERE missed = '{}')")
    )


def _page(request: Request) -> Sql:
    """Totals and the rows of the page; a page beyond the end is the last one."""
    size = request.page_size
    return Sql(
        f"""
    , totals AS (
        SELECT count(*) AS total, count(*) FILTER (WHERE is_whole) AS whole,
            least(%s, greatest(1, ceil(count(*) / %s::float)))::int AS page
        FROM result
    ), page AS (
        SELECT contribution_id, document_id, is_whole,
            row_number() OVER (ORDER BY is_whole DESC, {_ORDERS[request.sort]}) AS place
        FROM result
        ORDER BY place LIMIT %s OFFSET (SELECT (page - 1) * %s FROM totals)
    ), lines AS (
        SELECT p.contribution_id::text, p.place,
            ARRAY[d.language, d.title, d.summary, d.body] AS texts
        FROM page p JOIN search_document d ON d.id = p.document_id
    )
    SELECT 'total', 'total', total, NULL, NULL::text[] FROM totals
    UNION ALL SELECT 'total', 'whole', whole, NULL, NULL FROM totals
    UNION ALL SELECT 'total', 'page', page, NULL, NULL FROM totals
    UNION ALL SELECT 'total', 'unfiltered', count(*), NULL, NULL FROM hit
    UNION ALL SELECT 'hit', contribution_id, place, NULL, texts FROM lines
    """,  # noqa: S608  _ORDERS is ours
        (request.page, size, size, size),
    )


def _counts(request: Request) -> Sql:
    """Counts of all values of all filters, each under the other filters; labels of rows."""
    language = (get_language() or "en").split("-")[0]
    chosen = [f"{name}:{code}" for name, codes in request.chosen.items() for code in codes]
    return Sql(
        """
    UNION ALL (
        WITH token AS (
            SELECT token, count(*) AS number FROM hit, unnest(facets) AS token
            WHERE missed = '{}' OR missed = ARRAY[split_part(token, ':', 1)] GROUP BY token
            UNION ALL SELECT unnest(%s::text[]), 0
        ), counted AS (
            SELECT token, sum(number)::int AS number, split_part(token, ':', 1) AS name,
                split_part(token, ':', 2) AS code
            FROM token GROUP BY token
        )
        SELECT 'facet', t.token, t.number, CASE t.name
            WHEN 'country' THEN coalesce(c.names->>%s, c.names->>'en')
            WHEN 'region' THEN coalesce(r.names->>%s, r.names->>'en')
            WHEN 'objective' THEN coalesce(o.short_names->>%s, o.short_name)
            WHEN 'phase' THEN p.name || ' (' || p.year_from || '–' || p.year_to || ')'
            WHEN 'tag' THEN coalesce(l.text, k.name)
            END, NULL
        FROM counted t
        LEFT JOIN countries_country c ON t.name = 'country' AND c.iso2 = upper(t.code)
        LEFT JOIN countries_region r ON t.name = 'region' AND r.slug = t.code
        LEFT JOIN objectives_objective o ON t.name = 'objective' AND o.number::text = t.code
        LEFT JOIN objectives_phase p ON t.name = 'phase' AND p.number::text = t.code
        LEFT JOIN vocabulary_concept k
            ON t.name = 'tag' AND k.slug = t.code AND k.status = 'accepted'
        LEFT JOIN vocabulary_conceptlabel l
            ON l.concept_id = k.id AND l.kind = 'preferred' AND l.language = %s
    )
    UNION ALL SELECT 'without', name, count(*), NULL, NULL
        FROM hit, unnest(%s::text[]) AS name WHERE missed <@ ARRAY[name] GROUP BY name
    """,
        (chosen, *[language] * 4, list(request.chosen)),
    )
