"""What to list, and the pieces of SQL that every way of answering needs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import get_language

from contributions.facets import FACETS, turned
from search.query import Query
from search.ranking import Sql

PAGE_SIZE: Final = 20
# More values than any filter has.
EVERY: Final = 1_000_000

# `o` is the search document. What is published has a date.
ORDERS: Final = {
    "relevance": "score DESC, published_at DESC, contribution_id DESC",
    "newest": "published_at DESC, contribution_id DESC",
    "title": "folded_title, contribution_id",
    "confirmed": "confirmed DESC, published_at DESC, contribution_id DESC",
    "adapted": "adapted DESC NULLS LAST, published_at DESC, contribution_id DESC",
}
# What an order needs besides the search document.
JOINS: Final = {
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
    """What to list. `kind` is part of the page itself; `chosen` filters are the reader's, and leave
    out what has one of their values where their name begins with facets.OUT.
    """

    query: Query
    kind: str = ""  # empty: all
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)
    sort: str = "relevance"
    page: int = 1
    page_size: int = PAGE_SIZE
    # The filter of which all values are counted, not the commonest alone.
    all_of: str = ""

    @property
    def tokens(self) -> dict[str, list[str]]:
        """Filter → its chosen values as search documents have them."""
        return {
            name: [f"{turned(name)}:{code}" for code in codes]
            for name, codes in self.chosen.items()
        }


def in_page(request: Request) -> Sql:
    return Sql("o.kind = %s AND ", (request.kind,)) if request.kind else Sql("")


def labelled(request: Request, numbers: Sql) -> Sql:
    """(token, number, label): the commonest of each filter and those chosen, with labels of rows.

    Over `numbers` (token, number), which are added up. Of each filter there is one more than is
    shown, which tells that there are more.
    """
    language = (get_language() or "en").split("-")[0]
    chosen = [token for tokens in request.tokens.values() for token in tokens]
    most = {facet.name: facet.most + 1 for facet in FACETS.values()}
    if request.all_of:
        most[request.all_of] = EVERY
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
            (chosen, chosen, *[language] * 4, json.dumps(most), chosen),
        )
    )
