"""One page of contributions with all counts beside the filters, in one or two queries.

What a reader sees is said by `visible_to` and its `open_to`: whatever comes out, a row, a count or
a suggestion, stands for something this person may read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import get_language

from accounts.models import User
from contributions import at_once
from contributions.facets import FACETS
from contributions.models import Contribution
from search import ranking
from search.query import Query
from search.ranking import Sql

PAGE_SIZE: Final = 20

# `o` is the search document. What is published has a date.
_ORDERS: Final = {
    "relevance": "score DESC, published_at DESC, contribution_id DESC",
    "newest": "published_at DESC, contribution_id DESC",
    "title": "folded_title, contribution_id",
    "confirmed": "confirmed DESC, published_at DESC, contribution_id DESC",
    "adapted": "adapted DESC NULLS LAST, published_at DESC, contribution_id DESC",
}
# What an order needs besides the search document.
_JOINS: Final = {
    "title": "JOIN search_document d ON d.id = o.document_id",
    "confirmed": "JOIN (SELECT id, coalesce(last_confirmed_on, published_at::date) AS confirmed"
    " FROM contributions_contribution) f ON f.id = o.contribution_id",
    # Practices that say they took this one over; those open to everyone, so that the order is the
    # same for all and tells nothing.
    "adapted": "LEFT JOIN (SELECT p.adapts_id, count(DISTINCT p.contribution_ptr_id) AS adapted"
    " FROM practices_practice p"
    " JOIN contributions_searchdocument s ON s.contribution_id = p.contribution_ptr_id"
    " WHERE s.visibility = 'public' GROUP BY p.adapts_id) f ON f.adapts_id = o.contribution_id",
}


@dataclass(frozen=True)
class Request:
    """What to list. `kind` is part of the page itself; `chosen` filters are the reader's."""

    query: Query
    kind: str = ""  # empty: all
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)
    sort: str = "relevance"
    page: int = 1
    page_size: int = PAGE_SIZE

    @property
    def tokens(self) -> dict[str, list[str]]:
        """Filter → its chosen values as search documents have them."""
        return {name: [f"{name}:{code}" for code in codes] for name, codes in self.chosen.items()}


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


@dataclass(frozen=True)
class Seen:
    """What one reader may see, for SQL over contributions_searchdocument `o`."""

    visible: QuerySet[Contribution]
    open_to: list[str]
    # Published under another visibility and yet visible: one's own, those of one's country.
    extra: QuerySet[Contribution] | None

    @classmethod
    def by(cls, user: User | AnonymousUser) -> Seen:
        visible = Contribution.objects.published().visible_to(user).order_by()
        open_to = Contribution.objects.open_to(user)
        rest = [level for level in Contribution.Visibility.values if level not in open_to]
        extra = None if user.is_anonymous else visible.filter(visibility__in=rest)
        return cls(visible, open_to, extra if rest else None)

    def condition(self) -> Sql:
        found = Sql("o.visibility = ANY(%s)", (self.open_to,))
        if self.extra is None:
            return found
        return Sql("(") + found + Sql(" OR o.contribution_id IN (") + self._ids() + Sql("))")

    def aside(self) -> Sql:
        """Condition of the extra ones alone."""
        return Sql("o.contribution_id IN (") + self._ids() + Sql(")")

    def _ids(self) -> Sql:
        assert self.extra is not None  # noqa: S101  for the types
        return Sql(*self.extra.values("id").query.sql_with_params())


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
    sql = _labelled(request, _kept_numbers(request, seen))
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
            sql = _kept_rows(request, seen, (listing.page - 1) * request.page_size)
            cursor.execute(sql.text, sql.params)
            first = (listing.page - 1) * request.page_size + 1
            for place, (pk, card, published_at) in enumerate(cursor.fetchall(), first):
                listing.hits.append(Hit(pk, place, card, published_at))
    return listing


def _take_count(listing: Listing, token: str, number: int, label: str | None) -> None:
    name, _colon, code = token.partition(":")
    if name in FACETS:
        listing.counts.setdefault(name, []).append(Count(code, number, label or ""))


def _kept_numbers(request: Request, seen: Seen) -> Sql:
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
    numbers = parts[0]
    for part in parts[1:]:
        numbers += Sql(" UNION ALL ") + part
    return numbers


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
        + _in_page(request)
        + seen.condition()
    )


def _in_page(request: Request) -> Sql:
    return Sql("o.kind = %s AND ", (request.kind,)) if request.kind else Sql("")


def _kept_rows(request: Request, seen: Seen, offset: int) -> Sql:
    """The rows of the page with their cards."""
    tokens = [token for tokens in request.tokens.values() for token in tokens]
    order = _ORDERS["newest" if request.sort == "relevance" else request.sort]
    join = _JOINS.get(request.sort, "")
    rows = Sql(f"SELECT o.contribution_id FROM contributions_searchdocument o {join} WHERE ")  # noqa: S608
    if tokens:
        rows += Sql("o.facets @> %s::varchar[] AND ", (tokens,))
    rows += _in_page(request) + seen.condition()
    rows += Sql(f" ORDER BY {order} LIMIT %s OFFSET %s", (request.page_size, offset))
    return (
        Sql("WITH page AS MATERIALIZED (SELECT p.*, row_number() OVER () AS place FROM (")
        + rows
        + Sql(") p) SELECT p.contribution_id, ")
        + at_once.card_json()
        + Sql(
            ", c.published_at FROM page p"
            " JOIN contributions_contribution c ON c.id = p.contribution_id WHERE c.id IN ("
        )
        + Sql(*seen.visible.values("id").query.sql_with_params())
        + Sql(") ORDER BY p.place")
    )


def _labelled(request: Request, numbers: Sql) -> Sql:
    """(token, number, label): the commonest of each filter and those chosen, with labels of rows.

    Over `numbers` (token, number), which are added up.
    """
    language = (get_language() or "en").split("-")[0]
    chosen = [token for tokens in request.tokens.values() for token in tokens]
    most = json.dumps({facet.name: facet.most for facet in FACETS.values()})
    return (
        Sql("WITH summed AS (SELECT token, sum(number)::int AS number FROM (")
        + numbers
        + Sql(
            """ UNION ALL SELECT unnest(%s::text[]), 0) n GROUP BY token
    ), ordered AS (
        SELECT *, split_part(token, ':', 1) AS name, split_part(token, ':', 2) AS code,
            row_number() OVER (
                PARTITION BY split_part(token, ':', 1) ORDER BY number DESC, token
            ) AS place
        FROM summed WHERE number > 0 OR token = ANY(%s)
    )
    SELECT token, number, CASE name
        WHEN 'country' THEN (
            SELECT coalesce(names->>%s, names->>'en') FROM countries_country
            WHERE iso2 = upper(code))
        WHEN 'region' THEN (
            SELECT coalesce(names->>%s, names->>'en') FROM countries_region WHERE slug = code)
        WHEN 'objective' THEN (
            SELECT coalesce(short_names->>%s, short_name) FROM objectives_objective
            WHERE number::text = code)
        WHEN 'phase' THEN (
            SELECT name || ' (' || year_from || '–' || year_to || ')' FROM objectives_phase
            WHERE number::text = code)
        WHEN 'tag' THEN (
            SELECT coalesce((
                SELECT l.text FROM vocabulary_conceptlabel l
                WHERE l.concept_id = k.id AND l.kind = 'preferred' AND l.language = %s
            ), k.name)
            FROM vocabulary_concept k WHERE k.slug = code AND k.status = 'accepted')
        END
    FROM ordered WHERE place <= (%s::jsonb->>name)::int OR name = '' OR name LIKE 'alone %%'
        OR token = ANY(%s)
    """,
            (chosen, chosen, *[language] * 4, most, chosen),
        )
    )


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
        + _in_page(request)
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
    join = _JOINS.get(request.sort, "")
    return (
        Sql(
            f"""
    , totals AS (
        SELECT count(*) AS total, count(*) FILTER (WHERE is_whole) AS whole,
            least(%s, greatest(1, ceil(count(*) / %s::float)))::int AS page
        FROM result
    ), page AS (
        SELECT contribution_id, document_id,
            row_number() OVER (ORDER BY is_whole DESC, {_ORDERS[request.sort]}) AS place
        FROM result o {join}
        ORDER BY place LIMIT %s OFFSET (SELECT (page - 1) * %s FROM totals)
    )
    SELECT 'total', 'total', total, NULL, NULL::text[] FROM totals
    UNION ALL SELECT 'total', 'whole', whole, NULL, NULL FROM totals
    UNION ALL SELECT 'total', 'page', page, NULL, NULL FROM totals
    UNION ALL SELECT 'total', 'unfiltered', count(*), NULL, NULL FROM hit
    UNION ALL SELECT 'hit', p.contribution_id::text, p.place, """,  # noqa: S608  _ORDERS is ours
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
        + _labelled(request, numbers)
        + Sql(") l (token, number, label)")
        + Sql(
            " UNION ALL SELECT 'without', name, count(*), NULL, NULL"
            " FROM hit, unnest(%s::text[]) AS name WHERE missed <@ ARRAY[name] GROUP BY name",
            (list(request.chosen),),
        )
    )
