"""Asking the index: a question in, documents out, best first. For everything but the big list.

Lists with filters and counts (contributions.listing) put the same `query.parse` and
`ranking.ranked` into a larger statement of their own.
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
    among = Document.objects.all() if documents is None else documents
    rows, params = among.order_by().values("id").query.sql_with_params()
    conditions = ranking.conditions(asked)
    sql = (
        ranking.Sql(
            "WITH allowed AS MATERIALIZED"
            " (SELECT d.id AS document_id, d.length FROM search_document d"
        )
        + ranking.Sql(f" WHERE d.id IN ({rows}) AND ", params)
        + conditions
        + ranking.Sql("),")
        + ranking.ranked(asked)
        + ranking.Sql(
            "SELECT document_id, score, matched >= %s FROM ranked"
            " ORDER BY 3 DESC, 2 DESC, 1 LIMIT %s",
            (asked.required, limit),
        )
    )
    with connection.cursor() as cursor:
        cursor.execute(sql.text, sql.params)
        return [Found(*row) for row in cursor.fetchall()]
