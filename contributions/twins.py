"""Published texts that may be about the same thing as one that is being written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cydifflib import SequenceMatcher
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from contributions.models import Contribution, Revision, SearchDocument
from search import analysis, engine
from search.folding import fold
from search.models import Document

MOST: Final = 3
# Of the best that the search finds for title and summary, so many are looked at closely.
_LOOKED_AT: Final = 10
# By so many of their first words that say something; a title and a long summary have five times as
# many, each of which costs, and the words of the title stand first.
_ASKED_WORDS: Final = 24
# Titles this alike (ratio of difflib, folded) are the same; below it they merely share words.
_SAME_TITLE: Final = 0.82
# So much of the shorter text's words, title and summary, must stand in the other one.
_SHARED_WORDS: Final = 0.6
# Of fewer words nothing can be said.
_FEWEST_WORDS: Final = 5
# What an author says of a twin: longer is a text of its own.
LONGEST_REASON: Final = 300


@dataclass(frozen=True)
class Twin:
    """A text much like the one being written, and why the author says that theirs is different."""

    contribution: Contribution
    said: str = ""


def likely(revision: Revision, user: User | AnonymousUser) -> list[Twin]:
    """At most MOST published texts of the same kind that this person may read, likest first.

    Two queries; none while there is no title.
    """
    title, summary = revision.title, _summary(revision)
    if not title:
        return []
    published = Contribution.objects.published().visible_to(user)
    others = published.of_kind(revision.contribution.kind).exclude(pk=revision.contribution_id)
    documents = SearchDocument.objects.filter(contribution__in=others.order_by())
    among = Document.objects.filter(pk__in=documents.values("document"))
    text = f"{title} {summary}"
    telling = analysis.telling_words(text, revision.language)
    asked = " ".join(list(telling.values())[:_ASKED_WORDS])
    found = engine.search(asked, among, limit=_LOOKED_AT)
    rows = others.filter(search_documents__document__in=[one.document_id for one in found])
    mine = set(telling)
    near = []
    for other in rows.distinct():
        words = f"{other.title} {other.summary}"
        theirs = set(analysis.telling_terms(words, other.original_language))
        likeness = max(_same_title(title, other.title), _shared(mine, theirs))
        if likeness >= 1:
            near.append((likeness, other))
    near.sort(key=lambda pair: (-pair[0], pair[1].code))
    said = reasons(revision)
    return [Twin(other, said.get(other.code, "")) for _likeness, other in near[:MOST]]


def reasons(revision: Revision) -> dict[str, str]:
    """Code → why the author says that the text is different."""
    given = revision.answers.get("different")
    if not isinstance(given, Mapping):
        return {}
    return {str(code): str(why) for code, why in given.items()}


def _summary(revision: Revision) -> str:
    """A lesson's summary is its statement."""
    content = revision.content
    return str(content.get("summary") or content.get("statement") or "")


def _same_title(one: str, other: str) -> float:
    """1 and more: as good as the same."""
    return float(SequenceMatcher(None, fold(one), fold(other)).ratio()) / _SAME_TITLE


def _shared(one: set[str], other: set[str]) -> float:
    fewer = min(len(one), len(other))
    return len(one & other) / fewer / _SHARED_WORDS if fewer >= _FEWEST_WORDS else 0.0
