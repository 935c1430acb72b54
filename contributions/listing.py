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
from contributions import counting, kept_counts, matching
from contributions.facets import FACETS, OUT
from contributions.listing_request import Request, labelled
from contributions.seen import Seen


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
    what is found, or kept numbers, and the rows of the page; one where nothing is found."""
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
    matches = matching.find(request, seen)
    found = matches.found
    listing = Listing(
        total=found.bit_count(),
        whole=(found & matches.whole).bit_count(),
        unfiltered=matches.hit.bit_count(),
        words_found=matches.words_found,
        without={name: matches.without(name).bit_count() for name in request.chosen},
    )
    listing.page = min(request.page, max(1, -(-listing.total // request.page_size)))
    if not (matches.hit or request.chosen):  # no row, no number, no value to name
        return listing
    sql = counting.rows(request, seen, matches, (listing.page - 1) * request.page_size)
    sql += counting.numbers(request, matches)
    with connection.cursor() as cursor:
        cursor.execute(sql.text, sql.params)
        for token, number, text, texts in cursor.fetchall():
            if token is None:
                pk, when, *shown = texts
                hit = Hit(int(pk), number, text, datetime.fromisoformat(when), *shown)
                listing.hits.append(hit)
            else:
                _take_count(listing, token, number, text)
    listing.hits.sort(key=lambda hit: hit.place)
    return listing
