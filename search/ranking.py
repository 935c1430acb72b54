"""The ranking, as SQL: the one module to change when documents are to come in another order.

score = Σ over the words asked for of  idf × w × (k + 1) / (w + k)
w     = weight / (1 − b + b × length / average length) + extra
idf   = ln(1 + (N − n + 0.5) / (n + 0.5)), N documents, n of them with the word

weight and extra are what search.store.weigh wrote: occurrences by their place, and labels. That is
BM25F. A word is also found by what it names (search_alias): being labelled with that adds to
what the text says, speaking of it stands in for a word that the text does not have. Forms of one
word (stems in several languages) count once, with the heaviest. A phrase among other words
multiplies the score where it stands as asked. The best are then put in order by

score × (1 + PROXIMITY × share of the question's pairs of neighbouring words that the text has so)
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
# How much all neighbouring words of the question, standing side by side in a text, add to its
# score, and how many of the best texts are looked at. nDCG@10 on Cranfield: 0 .375, 0.1 .376,
# 0.3 .372; on xquad-ar .943, .945, .945.
PROXIMITY: Final = 0.1
NEAR_DEPTH: Final = 50
# The words' shares of a score, added up; of one word there is nothing to add.
_OF_SEVERAL: Final = """(
        SELECT f.document_id, bit_or(1::bigint << f.term_no) AS terms,
            sum(n.idf * f.tenths * (%s + 1) / (f.tenths + 10 * %s)) AS score
        FROM found f JOIN frequency n USING (term_no) GROUP BY f.document_id
    )"""
_OF_ONE: Final = """(
        SELECT f.document_id, 1::bigint AS terms,
            (SELECT idf FROM frequency LIMIT 1)
                * f.tenths * (%s + 1) / (f.tenths + 10 * %s) AS score
        FROM found f
    )"""
# What has less than this share of the best score only holds a word that everything holds.
LEAST_SHARE: Final = 0.15


@dataclass(frozen=True)
class Sql:
    """A piece of SQL with its parameters, in order."""

    text: str
    params: tuple[Any, ...] = ()

    def __add__(self, other: Sql) -> Sql:
        return Sql(self.text + other.text, self.params + other.params)


def conditions(query: Query, document: str) -> Sql:
    """What a document must not hold. `document` is the column with its id; phrases are looked up
    in search_document `d`, which has to be joined where any are to be left out."""
    found = Sql("true")
    for phrase in query.without_phrases:
        found += Sql(" AND strpos(d.words, %s) = 0", (f" {phrase} ",))
    if query.without:
        forms = [form for word in query.without for form in word]
        found += Sql(
            f" AND {document} NOT IN (SELECT p.document_id FROM search_posting p"  # noqa: S608
            " WHERE p.term = ANY(ARRAY(SELECT unnest(%s::text[])"
            " UNION ALL SELECT thing FROM search_alias WHERE term = ANY(%s))))",
            (forms, forms),
        )
    return found


def matched(query: Query) -> Sql:
    """(document_id, score, terms, is_whole) of all documents that the question finds, over
    `scored`. Whole are those with all the required words, and the phrases as they were asked for.

    Where nothing but phrases is asked for, a document must have them; among other words they lift.
    """
    source, score, needs = Sql("scored s"), Sql("s.score"), Sql("")
    if query.phrases or query.without_phrases:
        source += Sql(" JOIN search_document d ON d.id = s.document_id")
    if query.soft_phrases:
        # Only texts that have all the words of a phrase are looked at.
        source += Sql(
            " CROSS JOIN LATERAL (SELECT count(*) AS held"
            " FROM unnest(%s::text[], %s::bigint[]) AS f (phrase, bits)"
            " WHERE s.terms & f.bits = f.bits AND strpos(d.words, f.phrase) > 0) f",
            (
                [f" {phrase} " for phrase in query.soft_phrases],
                [query.bits_of(phrase) for phrase in query.soft_phrases],
            ),
        )
        score = Sql("s.score * %s ^ f.held", (PHRASE_LIFT,))
    for phrase in query.hard_phrases:
        bits = query.bits_of(phrase)
        needs += Sql(
            " AND s.terms & %s = %s AND strpos(d.words, %s) > 0", (bits, bits, f" {phrase} ")
        )
    return (
        Sql("SELECT s.document_id, ")
        + score
        + Sql(" AS score, s.terms, ")
        + _is_whole(query)
        + Sql(" AS is_whole FROM ")
        + source
        + Sql(" WHERE ")
        + conditions(query, "s.document_id")
        + needs
    )


def near(query: Query, best: str) -> Sql:
    """Common table expression `near` (document_id, lift): what the scores of the best texts are
    multiplied by for words that stand in them side by side as in the question.

    `best` selects document_id of texts in order; NEAR_DEPTH of them are looked at, so that it costs
    the same however many there are. Whatever comes after these stays behind them.
    """
    return Sql(
        "near AS MATERIALIZED ("  # noqa: S608  our own SQL
        "SELECT b.document_id, 1 + %s * avg((strpos(d.words, pair) > 0)::int) AS lift"
        f" FROM ({best} LIMIT %s) b JOIN search_document d ON d.id = b.document_id"
        " CROSS JOIN unnest(%s::text[]) AS pair GROUP BY b.document_id)",
        (PROXIMITY, NEAR_DEPTH, list(query.neighbours)),
    )


def _is_whole(query: Query) -> Sql:
    """Whether a text has all the required words, and the phrases as they were asked for."""
    required = query.required_bits
    found = Sql("s.terms & %s = %s", (required, required))
    if query.soft_phrases:
        found += Sql(" AND f.held = %s", (len(query.soft_phrases),))
    return found


def scored(query: Query) -> Sql:
    """Common table expressions, the last of them `scored` (document_id, score, terms: a bit for
    each word found, by its place in the question) over all documents with any of the words."""
    numbers: list[int] = []
    forms: list[str] = []
    for number, term in enumerate(query.terms):
        numbers += [number] * len(term.forms)
        forms += term.forms
    text = """
    asked AS (
        SELECT * FROM unnest(%s::int[], %s::text[]) AS a (term_no, form)
    ),
    size AS (
        -- Scalars, so that the planner counts on one row whatever it knows of the table.
        SELECT coalesce((SELECT documents FROM search_statistics LIMIT 1), 1) AS documents,
            coalesce((SELECT average_length FROM search_statistics LIMIT 1), 100)
                AS average_length
    ),
    named AS MATERIALIZED (
        -- The words, and the things that have them in one of their names.
        SELECT term_no, form, false AS is_thing FROM asked
        UNION ALL SELECT DISTINCT a.term_no, s.thing, true
        FROM asked a CROSS JOIN LATERAL (
            SELECT thing FROM search_alias WHERE term = a.form OFFSET 0
        ) s
    ),
    posted AS (
        -- OFFSET keeps the planner from starting anywhere but at the few forms asked for, whatever
        -- it knows, or does not know, of the tables.
        SELECT a.term_no, a.is_thing, p.document_id, p.weight, p.extra, p.length
        FROM named a CROSS JOIN LATERAL (
            SELECT document_id, weight, extra, length FROM search_posting
            WHERE term = a.form OFFSET 0
        ) p
    ),
    found AS MATERIALIZED (
        -- What the text says, what it is labelled with, or else what it speaks of.
        SELECT p.term_no, p.document_id,
            coalesce(max(p.extra) FILTER (WHERE p.is_thing), 0) + coalesce(
                max(p.weight / (%s + %s * p.length / s.average_length) + p.extra)
                    FILTER (WHERE NOT p.is_thing),
                max(p.weight) FILTER (WHERE p.is_thing)
            ) AS tenths
        FROM posted p CROSS JOIN size s
        GROUP BY p.term_no, p.document_id
    ),
    frequency AS (
        SELECT f.term_no, ln(
            1 + greatest(s.documents - count(*) + 0.5, 0.5) / (count(*) + 0.5)
        )::float AS idf
        FROM found f CROSS JOIN size s GROUP BY f.term_no, s.documents
    ),
    scored AS """
    length_effect = (1 - LENGTH_EFFECT, LENGTH_EFFECT)
    summed = _OF_ONE if len(query.terms) == 1 else _OF_SEVERAL
    return Sql(text + summed, (numbers, forms, *length_effect, SATURATION, SATURATION))
