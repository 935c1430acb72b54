"""The ranking, as SQL: the one module to change when documents are to come in another order.

score = Σ over the words asked for of  idf × w × (k + 1) / (w + k)
w     = weight / (1 − b + b × length / average length) + extra
idf   = ln(1 + (N − n + 0.5) / (n + 0.5)), N documents, n of them with the word

weight and extra are what search.store.weigh wrote: occurrences by their place, and labels. That is
BM25F. A word is also found by what it names (search_alias): being labelled with that adds to
what the text says, speaking of it stands in for a word that the text does not have. Forms of one
word (stems in several languages) count once, with the heaviest. A phrase among other words
multiplies the score where it stands as asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from search.query import Query

# How soon more occurrences of a word stop to count (BM25's k1). nDCG@10 on Cranfield: 1.2 .367,
# 1.6 .375, 2.2 .371; on xquad-ar it costs .002.
SATURATION: Final = 1.6
# How much long texts are held back (BM25's b). With the above: 0.6 .370, 0.75 .375, 0.9 .366.
LENGTH_EFFECT: Final = 0.75
# What a phrase, standing as it was asked for, makes of the score.
PHRASE_LIFT: Final = 1.5
# What has less than this share of the best score only holds a word that everything holds.
LEAST_SHARE: Final = 0.15


@dataclass(frozen=True)
class Sql:
    """A piece of SQL with its parameters, in order."""

    text: str
    params: tuple[Any, ...] = ()

    def __add__(self, other: Sql) -> Sql:
        return Sql(self.text + other.text, self.params + other.params)


def conditions(query: Query) -> Sql:
    """What a document `d` (search_document) must hold and must not, besides the words ranked."""
    parts = ["true"]
    params: list[object] = []
    for phrase in query.hard_phrases:
        parts.append("d.words LIKE %s")
        params.append(f"% {phrase} %")
    for phrase in query.without_phrases:
        parts.append("d.words NOT LIKE %s")
        params.append(f"% {phrase} %")
    for forms in query.without:
        parts.append(
            "NOT EXISTS (SELECT FROM search_posting p"
            " WHERE p.document_id = d.id AND p.term IN (SELECT unnest(%s::text[])"
            " UNION ALL SELECT thing FROM search_alias WHERE term = ANY(%s)))"
        )
        params += [list(forms), list(forms)]
    return Sql(" AND ".join(parts), tuple(params))


def ranked(query: Query) -> Sql:
    """Common table expressions `frequency` (term_no, documents) and `ranked` (document_id, score,
    matched: how many of the required words and phrases), over an expression `allowed` (document_id,
    length)."""
    numbers, forms, required = [], [], []
    for number, term in enumerate(query.terms):
        for form in term.forms:
            numbers.append(number)
            forms.append(form)
            required.append(term.required)
    text = """
    asked AS (
        SELECT * FROM unnest(%s::int[], %s::text[], %s::bool[]) AS a (term_no, form, required)
    ),
    size AS (
        -- Scalars, so that the planner counts on one row whatever it knows of the table.
        SELECT coalesce((SELECT documents FROM search_statistics LIMIT 1), 1) AS documents,
            coalesce((SELECT average_length FROM search_statistics LIMIT 1), 100)
                AS average_length
    ),
    named AS MATERIALIZED (
        -- The words, and the things that have them in one of their names.
        SELECT term_no, required, form, false AS is_thing FROM asked
        UNION ALL SELECT DISTINCT a.term_no, a.required, s.thing, true
        FROM asked a CROSS JOIN LATERAL (
            SELECT thing FROM search_alias WHERE term = a.form OFFSET 0
        ) s
    ),
    posted AS MATERIALIZED (
        -- OFFSET keeps the planner from starting anywhere but at the few forms asked for, whatever
        -- it knows, or does not know, of the tables.
        SELECT a.term_no, a.required, a.is_thing, p.document_id, p.weight, p.extra
        FROM named a CROSS JOIN LATERAL (
            SELECT document_id, weight, extra FROM search_posting WHERE term = a.form OFFSET 0
        ) p
    ),
    found AS MATERIALIZED (
        -- What the text says, what it is labelled with, or else what it speaks of.
        SELECT p.term_no, p.required, p.document_id,
            coalesce(max(p.extra) FILTER (WHERE p.is_thing), 0) + coalesce(
                max(p.weight / (%s + %s * d.length / s.average_length) + p.extra)
                    FILTER (WHERE NOT p.is_thing),
                max(p.weight) FILTER (WHERE p.is_thing)
            ) AS weight
        FROM posted p JOIN allowed d USING (document_id) CROSS JOIN size s
        GROUP BY p.term_no, p.required, p.document_id
    ),
    frequency AS (
        SELECT f.term_no, count(*) AS documents, ln(
            1 + greatest(s.documents - count(*) + 0.5, 0.5) / (count(*) + 0.5)
        )::float AS idf
        FROM found f CROSS JOIN size s GROUP BY f.term_no, s.documents
    ),
    scored AS (
        SELECT f.document_id, count(*) FILTER (WHERE f.required) AS matched,
            sum(n.idf * f.weight * (%s + 1) / (f.weight + %s)) AS score
        FROM found f JOIN frequency n USING (term_no)
        GROUP BY f.document_id
    ),
    lifted AS (
        SELECT s.document_id, s.matched + p.held AS matched, s.score * %s ^ p.held AS score
        FROM scored s CROSS JOIN LATERAL (
            SELECT count(*) AS held FROM search_document d JOIN unnest(%s::text[]) AS phrase
                ON d.words LIKE phrase
            WHERE d.id = s.document_id AND %s
        ) p
    ),
    ranked AS (
        SELECT * FROM lifted WHERE score >= %s * (SELECT max(score) FROM lifted)
    )"""
    length_effect = (1 - LENGTH_EFFECT, LENGTH_EFFECT)
    saturation = (SATURATION, SATURATION)
    phrases = [f"% {phrase} %" for phrase in query.soft_phrases]
    lift = (PHRASE_LIFT, phrases, bool(phrases))
    params = (numbers, forms, required, *length_effect, *saturation, *lift, LEAST_SHARE)
    return Sql(text, params)
