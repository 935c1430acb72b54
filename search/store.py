"""Writing the index: texts become documents, postings, known words; statistics follow."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection, transaction

from search import analysis
from search.folding import fold
from search.models import Document, KnownWord, Posting

# How much one occurrence counts, by where it stands. Labels are the names of tags, objectives and
# countries in all languages: many words that say little each, so they do not make a text long.
TITLE: Final = 2.0
SUMMARY: Final = 1.3
LABELS: Final = 1.0
BODY: Final = 1.0
# Names, in all languages, of what a place speaks of. A question in another language has nothing
# else to tell a text about a matter from one that carries its tag among others.
MENTIONED_IN_TITLE: Final = 1.2
MENTIONED_IN_SUMMARY: Final = 0.7
MENTIONED_IN_BODY: Final = 0.4


@dataclass(frozen=True)
class Text:
    """What is to be found: in one language, its labels each in a language of their own."""

    language: str
    title: str
    summary: str = ""
    body: str = ""
    labels: Sequence[tuple[str, str]] = ()  # (language, label)
    # Names in all languages of what title, summary and body speak of.
    title_mentions: Sequence[tuple[str, str]] = ()
    summary_mentions: Sequence[tuple[str, str]] = ()
    body_mentions: Sequence[tuple[str, str]] = ()


@transaction.atomic
def add(texts: Sequence[Text]) -> list[int]:
    """Index the texts; ids of their documents in the same order. Three statements for any number.

    `refresh_statistics` is to follow, once, after the last batch.
    """
    documents = Document.objects.bulk_create(_document(text) for text in texts)
    known: set[str] = set()
    rows = io.StringIO()
    for document, text in zip(documents, texts, strict=True):
        known.update(word for word in document.words.split() if _is_worth_knowing(word))
        for term, (weight, extra) in weigh(text).items():
            rows.write(f"{document.pk}\t{term}\t{weight:.4g}\t{extra:.4g}\n")
    _copy_postings(rows)
    KnownWord.objects.bulk_create(
        (KnownWord(word=word) for word in sorted(known)), ignore_conflicts=True
    )
    return [document.pk for document in documents]


@transaction.atomic
def remove(document_ids: Iterable[int]) -> None:
    """Take documents out. Whatever points at them has to be gone."""
    ids = list(document_ids)
    Posting.objects.filter(document__in=ids)._raw_delete("default")
    Document.objects.filter(pk__in=ids)._raw_delete("default")


def forget_words() -> None:
    """Forget all known words; whoever indexes everything anew learns them again."""
    KnownWord.objects.all()._raw_delete("default")


def refresh_statistics() -> None:
    """Count documents and their average length anew. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO search_statistics (id, documents, average_length)"
            " SELECT 1, count(*), coalesce(nullif(avg(length), 0), 100) FROM search_document"
            " ON CONFLICT (id) DO UPDATE SET documents = excluded.documents,"
            " average_length = excluded.average_length"
        )


def weigh(text: Text) -> dict[str, tuple[float, float]]:
    """Each term of a text with its weight (occurrences × weight of their places) and what names
    add: a word counts once among labels and once among mentions (at the best place), since three
    names with it say no more than one."""
    weights: defaultdict[str, float] = defaultdict(float)
    for place, weight in ((text.title, TITLE), (text.summary, SUMMARY), (text.body, BODY)):
        for _word, term in analysis.terms(place, text.language):
            weights[term] += weight
    extras: dict[str, float] = {}
    for names, weight in (
        (text.body_mentions, MENTIONED_IN_BODY),
        (text.summary_mentions, MENTIONED_IN_SUMMARY),
        (text.title_mentions, MENTIONED_IN_TITLE),
    ):
        extras |= dict.fromkeys(_label_terms(names) - weights.keys(), weight)
    for term in _label_terms(text.labels):
        extras[term] = extras.get(term, 0.0) + LABELS
    return {
        term: (weights.get(term, 0.0), extras.get(term, 0.0))
        for term in weights.keys() | extras.keys()
    }


def _label_terms(labels: Sequence[tuple[str, str]]) -> set[str]:
    return {term for language, label in labels for _word, term in analysis.terms(label, language)}


def _document(text: Text) -> Document:
    places = (text.title, text.summary, text.body)
    folded = [folded_words(place) for place in places]
    counted = sum(
        not analysis.is_stopword(word, text.language) for place in folded for word in place
    )
    labels = [folded_words(label) for _language, label in text.labels]
    return Document(
        language=text.language,
        title=text.title,
        summary=text.summary,
        body=text.body,
        # Two spaces between the places: a phrase does not reach from one into the next.
        words=f" {'  '.join(' '.join(place) for place in folded + labels)} ",
        folded_title=fold(text.title),
        length=counted,
    )


def folded_words(text: str) -> list[str]:
    return [word.folded for word in analysis.words(text)]


def _is_worth_knowing(word: str) -> bool:
    """Only letters, and enough of them, can be a typo of one another."""
    return 4 <= len(word) <= analysis.LONGEST and word.isalpha() and not analysis.is_han(word)


def _copy_postings(rows: io.StringIO) -> None:
    rows.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(
            "COPY search_posting (document_id, term, weight, extra) FROM STDIN", rows
        )
