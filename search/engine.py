"""Asking the index: a question in, documents out, best first. For everything but the big list.

Lists with filters and counts (contributions.listing) put the same `query.parse` and
`ranking.matched` into a larger statement of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from search import query, ranking
from search.models import Document


@dataclass(frozen=True)
class Found:
    """A document with its score; whether it has all the words."""

    document_id: int
    score: float
    is_whole: bool


def search(
    text: str, documents: QuerySet[Document, Any] | None = None, *, limit: int = 100
) -> list[Found]:
    """The best of `documents` (all, if none are given) for a question. One query.

    Texts with all the words come first, then those with some. A question without a word to rank
    by finds nothing.
    """
    asked = query.parse(text)
    if asked.is_empty:
        return []
    among = ranking.Sql("")
    if documents is not None:
        rows, params = documents.order_by().values("id").query.sql_with_params()
        among = ranking.Sql(f" AND s.document_id IN ({rows})", params)
    sql = (
        ranking.Sql("WITH")
        + ranking.scored(asked)
        + ranking.Sql(", hit AS (")
        + ranking.matched(asked)
        + among
        + ranking.Sql(
            "), best AS MATERIALIZED ("
            "SELECT * FROM hit WHERE score >= %s * (SELECT max(score) FROM hit)"
            " ORDER BY is_whole DESC, score DESC, document_id LIMIT %s), ",
            (ranking.LEAST_SHARE, max(limit, ranking.NEAR_DEPTH)),
        )
        + ranking.near(
            asked, "SELECT document_id FROM best ORDER BY is_whole DESC, score DESC, document_id"
        )
        + ranking.Sql(
            " SELECT document_id, score * coalesce(lift, 1), is_whole"
            " FROM best LEFT JOIN near USING (document_id)"
            " ORDER BY is_whole DESC, score * coalesce(lift, 1) DESC, document_id LIMIT %s",
            (limit,),
        )
    )
    with connection.cursor() as cursor:
        cursor.execute(sql.text, sql.params)
        return [Found(*row) for row in cursor.fetchall()]
