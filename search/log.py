"""The log of queries: how often what was asked for, found and opened. Nothing of who asked.

A line counts a question over a day; there is none for a single search, so no path of one person can
be put together from it. ADR 0016 says why each thing is kept or not.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.db.models.functions import Least
from django.utils import timezone
from django.utils.crypto import salted_hmac

from search import analysis
from search.folding import fold
from search.models import LoggedQuery
from search.stopwords import STOPWORDS

MONTHS_KEPT: Final = 13
FARTHEST_PLACE: Final = 10_000
HIDDEN: Final = "•••"

_MAIL: Final = re.compile(r"\S*\S@\S+")
# A passport, a case, an account: five digits or more in one word.
_NUMBER: Final = re.compile(r"\w*\d{5,}\w*")
# Groups of digits with whatever people put between them.
_PHONE: Final = re.compile(r"[+(]?\w*\d[\d\s().\-–/]{5,}\d\w*")
_YEARS: Final = re.compile(r"(?:19|20)\d\d(?:\D+(?:19|20)\d\d)*")
_ARABIC: Final = re.compile("[\u0600-\u06ff]")
_PERSIAN: Final = re.compile("[پچژگ]")
_URDU: Final = re.compile("[ٹڈڑےںھہ]")
_CYRILLIC: Final = re.compile("[\u0400-\u04ff]")
_LATIN: Final = ("en", "fr", "es", "pt")


@dataclass(frozen=True)
class Asked:
    """One search, as it may be kept: words already masked."""

    words: str
    folded: str
    interface: str
    language: str
    filters: str
    day: datetime.date

    @property
    def id(self) -> UUID:
        """Of the line that counts it. Keyed, so that nobody outside can make one up."""
        parts = (str(self.day), self.folded, self.interface, self.filters)
        return UUID(salted_hmac("search.log", "\0".join(parts)).hexdigest()[:32])


def asked(words: str, *, interface: str, filters: str = "") -> Asked:
    """What may be kept of a search, today."""
    kept = masked(words)[: LoggedQuery.LONGEST]
    return Asked(
        words=kept,
        folded=fold(kept)[: 2 * LoggedQuery.LONGEST],
        interface=interface,
        language=language_of(kept, interface),
        filters=filters[:300],
        day=timezone.now().date(),
    )


def masked(words: str) -> str:
    """The words without what may lead to a person: addresses, telephone and other long numbers."""
    found = _MAIL.sub(HIDDEN, words)
    found = _PHONE.sub(lambda match: _unless_years(match.group()), found)
    return _NUMBER.sub(HIDDEN, found)


def _unless_years(text: str) -> str:
    digits = sum(character.isdigit() for character in text)
    return text if digits < 7 or _YEARS.fullmatch(text.strip()) else HIDDEN


def language_of(words: str, interface: str) -> str:
    """The language of the words as far as it can be told; empty where it cannot.

    By script, then by small words; else that of the interface where it is written so.
    """
    if _ARABIC.search(words):
        return "ur" if _URDU.search(words) else "fa" if _PERSIAN.search(words) else "ar"
    if _CYRILLIC.search(words):
        return "ru"
    folded = [word.folded for word in analysis.words(words)]
    if any(map(analysis.is_han, folded)):
        return "zh"
    small = {code: sum(word in STOPWORDS[code] for word in folded) for code in _LATIN}
    most = max(small.values())
    nearest = [code for code in _LATIN if small[code] == most]
    if most and len(nearest) == 1:
        return nearest[0]
    return interface if interface in _LATIN and interface in nearest else ""


def count(search: Asked, results: int) -> None:
    """One more search. A single statement, whether its line is there or not.

    It does not wait for the disk: whoever searches should not, and a count that a crash of the
    database takes along is no loss.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO search_loggedquery AS q (id, day, words, folded, interface, language,
                filters, results, times, in_vain, opened, places)
            SELECT %s::uuid, %s::date, %s, %s, %s, %s, %s, %s, 1, %s, 0, 0
            FROM set_config('synchronous_commit', 'off', true)
            ON CONFLICT (id) DO UPDATE SET results = excluded.results, times = q.times + 1,
                in_vain = q.in_vain + excluded.in_vain
            """,
            (
                search.id.hex,
                search.day,
                search.words,
                search.folded,
                search.interface,
                search.language,
                search.filters,
                results,
                0 if results else 1,
            ),
        )


def count_opened(line: UUID, place: int) -> bool:
    """A result was opened at this place (from 1); whether there is such a line.

    Never more often than the question was asked: a line's name is known to all who ask the same.
    """
    if not 1 <= place <= FARTHEST_PLACE:
        return False
    found = LoggedQuery.objects.filter(pk=line)
    counted = found.filter(opened__lt=F("times")).update(
        opened=Least(F("opened") + 1, F("times")), places=F("places") + place
    )
    return bool(counted) or found.exists()


def settle(line: LoggedQuery) -> None:
    """Nothing more is to be done for this question: off the list of those that found nothing."""
    LoggedQuery.objects.like(line.folded, line.language).update(settled_at=timezone.now())


def remove(line: LoggedQuery) -> None:
    """Delete the question from the log, on all days: words that say too much."""
    LoggedQuery.objects.like(line.folded, line.language).delete()


def forget(now: datetime.datetime) -> int:
    """Delete what is older than MONTHS_KEPT; how many lines."""
    year, month = divmod(now.year * 12 + now.month - 1 - MONTHS_KEPT, 12)
    first = datetime.date(year, month + 1, 1)
    # Days that the month does not have count as its last.
    oldest = min(
        first + datetime.timedelta(days=now.day - 1),
        _next_month(first) - datetime.timedelta(days=1),
    )
    deleted, _by_model = LoggedQuery.objects.filter(day__lt=oldest).delete()
    return deleted


def _next_month(first: datetime.date) -> datetime.date:
    return (first + datetime.timedelta(days=32)).replace(day=1)
