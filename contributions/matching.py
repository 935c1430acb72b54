"""Which texts a request is about, as bits: what the words find, what the reader may see, which of
it the filters leave, all without reading a single text. One statement for each request.

The texts of the index are numbered (their document's key) and a set of them is a whole number with
a bit for each, the first on the left, as PostgreSQL writes it: "and" is what two sets share.
"""

from __future__ import annotations

import heapq
import re
import sys
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, NamedTuple

from django.db import connection

from contributions.counters import VISIBILITY
from contributions.facets import OUT
from contributions.listing_request import Request
from contributions.models.facet_bits import PART
from contributions.seen import Seen
from search import ranking
from search.query import Query
from search.ranking import Sql

_ABSENT: Final = b"0" * PART
_ONE: Final = ord("1")


class Scored(NamedTuple):
    """Texts that have the same of the words asked for."""

    terms: int  # a bit for each of the words, by its place
    is_whole: bool  # all the words
    documents: Sequence[int]
    scores: Sequence[float]

    def only(self, wanted: str) -> Scored:
        """Of these those that have a 1 there."""
        pairs = [pair for pair in self.pairs() if wanted[pair[1]] == "1"]
        return self._of(pairs)

    def from_score(self, least: float) -> Scored:
        """Of these those with at least this score."""
        if not self.documents or min(self.scores) >= least:
            return self
        return self._of([pair for pair in self.pairs() if pair[0] >= least])

    def pairs(self) -> Iterator[tuple[float, int]]:
        """(score, document)"""
        return zip(self.scores, self.documents, strict=True)

    def _of(self, pairs: list[tuple[float, int]]) -> Scored:
        return self._replace(
            documents=[document for _score, document in pairs],
            scores=[score for score, _document in pairs],
        )


class Candidates(NamedTuple):
    """Texts among which the first ones are."""

    documents: list[int]
    scores: list[float]
    wholes: list[bool]


@dataclass
class Matches:
    """What the words find of what the reader sees, above a share of the best score; the filters on
    it. Texts are counted, never read."""

    length: int  # bits of a set
    hit: int = 0
    whole: int = 0  # with all the words
    words_found: int = 0  # a bit for each word that a visible text has
    chosen: dict[str, int] = field(default_factory=dict)  # filter → what has one of its values
    groups: list[Scored] = field(default_factory=list)  # of `hit`

    @cached_property
    def found(self) -> int:
        """What all filters leave."""
        return self.without("")

    def without(self, name: str) -> int:
        """What the other filters leave."""
        left = self.hit
        for other, having in self.chosen.items():
            if other != name:
                left &= having
        return left

    def parts(self, texts: int) -> tuple[list[int], list[str]]:
        """Numbers of the parts and their bits, as FacetBits has them; none of an empty part."""
        bits = _written(texts, self.length)
        found = [(place // PART, bits[place : place + PART]) for place in range(0, len(bits), PART)]
        kept = [(part, piece) for part, piece in found if "1" in piece]
        return [part for part, _piece in kept], [piece for _part, piece in kept]

    def documents(self, texts: int) -> list[int]:
        """Their numbers."""
        bits = _written(texts, self.length)
        return [match.start() for match in re.finditer("1", bits)]

    def best(self, most: int) -> Candidates:
        """Of what was found the `most` first by all the words and score, and what is as good as the
        last of them."""
        groups = self.groups
        if self.found != self.hit:
            wanted = _written(self.found, self.length)
            groups = [group.only(wanted) for group in groups]
        whole, others = (
            [pair for group in groups if group.is_whole is is_whole for pair in group.pairs()]
            for is_whole in (True, False)
        )
        best = _first(whole, most)
        rest = _first(others, most - len(best)) if len(best) < most else []
        return Candidates(
            [document for _score, document in (*best, *rest)],
            [score for score, _document in (*best, *rest)],
            [True] * len(best) + [False] * len(rest),
        )


@dataclass
class _Answer:
    """What the statement gives: texts by the words, texts by values, texts shown besides."""

    groups: list[Scored] = field(default_factory=list)
    parts: dict[str, dict[int, bytes]] = field(default_factory=dict)
    aside: Sequence[int] = ()

    @cached_property
    def length(self) -> int:
        """Bits that hold them all."""
        last = max((max(documents) for documents in self._documents() if documents), default=0)
        numbers = [number for parts in self.parts.values() for number in parts]
        return PART * (1 + max([last // PART, *numbers]))

    def having(self, token: str) -> int:
        parts = self.parts.get(token)
        if not parts:
            return 0
        return int(b"".join(parts.get(part, _ABSENT) for part in range(self.length // PART)), 2)

    def of(self, documents: Sequence[int]) -> int:
        bits = bytearray(b"0") * self.length
        for document in documents:
            bits[document] = _ONE
        return int(bits, 2)

    def _documents(self) -> Iterator[Sequence[int]]:
        yield self.aside
        for group in self.groups:
            yield group.documents


def find(request: Request, seen: Seen) -> Matches:
    """What the request is about. One query."""
    answer = _ask(request, seen)
    visible = answer.of(answer.aside)
    for level in seen.open_to:
        visible |= answer.having(f"{VISIBILITY}:{level}")
    if request.kind:
        visible &= answer.having(f"kind:{request.kind}")
    matches = Matches(answer.length, chosen=_chosen(request, answer))
    if not _has_words(request.query):
        matches.hit = matches.whole = visible
        return matches
    groups = list(_visible(answer, visible))
    best = max((max(group.scores) for group, _texts in groups), default=0)
    for group, shown in groups:
        matches.words_found |= group.terms
        kept = group.from_score(ranking.LEAST_SHARE * best)
        if kept.documents:
            matches.groups.append(kept)
            texts = shown if kept is group else answer.of(kept.documents)
            matches.hit |= texts
            matches.whole |= texts if kept.is_whole else 0
    return matches


def _chosen(request: Request, answer: _Answer) -> dict[str, int]:
    everything = (1 << answer.length) - 1
    found: dict[str, int] = {}
    for name, tokens in request.tokens.items():
        having = 0
        for token in tokens:
            having |= answer.having(token)
        found[name] = everything ^ having if name.startswith(OUT) else having
    return found


def _visible(answer: _Answer, visible: int) -> Iterator[tuple[Scored, int]]:
    """Of each group those that are visible, and the same as a set; no group of which none is."""
    for group in answer.groups:
        texts = answer.of(group.documents)
        shown = texts & visible
        if shown == texts:
            yield group, texts
        elif shown:
            yield group.only(_written(shown, answer.length)), shown


def _ask(request: Request, seen: Seen) -> _Answer:
    tokens = [f"{VISIBILITY}:{level}" for level in seen.open_to]
    tokens += [f"kind:{request.kind}"] if request.kind else []
    tokens += [token for chosen in request.tokens.values() for token in chosen]
    sql = _scored(request.query) + Sql(
        "SELECT token, part, NULL::boolean, bits::text::bytea, NULL::bytea"
        " FROM contributions_facetbits WHERE token = ANY(%s)",
        (tokens,),
    )
    if seen.extra is not None:
        sql += Sql(
            " UNION ALL SELECT 'aside', NULL, NULL,"
            " string_agg(int4send(o.document_id::int), ''), NULL"
            " FROM contributions_searchdocument o WHERE "
        )
        sql += seen.aside()
    answer = _Answer()
    with connection.cursor() as cursor:
        cursor.execute(sql.text, sql.params)
        for what, number, is_whole, first, second in cursor.fetchall():
            if what == "scored":
                scores = _unpacked("d", second)
                answer.groups.append(Scored(number, is_whole, _unpacked("i", first), scores))
            elif what == "aside":
                answer.aside = _unpacked("i", first or b"")
            else:
                answer.parts.setdefault(what, {})[number] = bytes(first)
    return answer


def _has_words(query: Query) -> bool:
    """Whether there is something to look for, or to leave out."""
    return bool(query.terms or query.without or query.without_phrases)


def _scored(query: Query) -> Sql:
    """The texts that the words find, in packets; the beginning of the statement."""
    if not _has_words(query):
        return Sql("")
    if query.terms:
        found = Sql("WITH ") + ranking.scored(query) + Sql(", hit AS (") + ranking.matched(query)
    else:
        found = Sql(
            "WITH hit AS (SELECT d.id AS document_id, 0::float8 AS score, 0::bigint AS terms,"
            " true AS is_whole FROM search_document d WHERE "
        ) + ranking.conditions(query, "d.id")
    return found + Sql(
        ") SELECT 'scored', terms, is_whole, string_agg(int4send(document_id::int), ''),"
        " string_agg(float8send(score), '') FROM hit GROUP BY terms, is_whole UNION ALL "
    )


def _written(texts: int, length: int) -> str:
    """A set as PostgreSQL writes it."""
    return f"{texts:0{length}b}"


def _unpacked(code: str, packed: bytes) -> array[Any]:
    """Numbers as PostgreSQL sends them: the first byte is the heaviest."""
    found = array(code)
    found.frombytes(packed)
    if sys.byteorder == "little":
        found.byteswap()
    return found


def _first(pairs: list[tuple[float, int]], most: int) -> list[tuple[float, int]]:
    """The most highly scored, and those that are as good as the last of them."""
    if len(pairs) <= most:
        return pairs
    least = heapq.nlargest(most, pairs)[-1][0]
    return [pair for pair in pairs if pair[0] >= least]
