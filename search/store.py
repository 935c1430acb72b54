"""Writing the index: texts become documents, postings, known words; statistics follow."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.db import connection, transaction

from search import analysis, reading
from search.folding import fold
from search.models import Alias, Document, KnownWord, Posting, Statistics

# How much one occurrence counts, by where it stands. Labels are the names of tags, objectives and
# countries in all languages: many words that say little each, so they do not make a text long.
TITLE: Final = 2.0
SUMMARY: Final = 1.3
LABELS: Final = 1.0
BODY: Final = 1.0
# Things that a place speaks of. A question in another language has nothing else to tell a text
# about a matter from one that carries its tag among others.
MENTIONED_IN_TITLE: Final = 1.2
MENTIONED_IN_SUMMARY: Final = 0.7
MENTIONED_IN_BODY: Final = 0.4
# The greatest number that a posting holds.
MOST: Final = 32_767
# SQL for a text that is another one whenever documents or names have changed.
STATE: Final = "(SELECT concat_ws(' ', changed, names_sign) FROM search_statistics)"


@dataclass(frozen=True)
class Text:
    """What is to be found: in one language, its labels each in a language of their own."""

    language: str
    title: str
    summary: str = ""
    body: str = ""
    labels: Sequence[tuple[str, str]] = ()  # (language, label), in which phrases are looked for
    code: str = ""  # found like a label
    # Things it is labelled with, and those its places speak of; see Alias.
    things: Sequence[str] = ()
    title_mentions: Sequence[str] = ()
    summary_mentions: Sequence[str] = ()
    body_mentions: Sequence[str] = ()
    # Of the document that it was before; a new one where it was none.
    document: int | None = None


@transaction.atomic(savepoint=False)
def add(texts: Iterable[Text], words: set[str] | None = None) -> list[int]:
    """Index the texts; ids of their documents in the same order. Three statements for any number,
    one more where only some were documents before.

    Their words are made known, or put into `words`, if given: whoever indexes in several
    transactions at once has to `learn` them in one, else these wait for each other's words.
    `refresh_statistics` is to follow, once, after the last batch.
    """
    # Text by text, so that what is known of one is not forgotten before it was used.
    prepared = [(_document(text), weigh(text)) for text in texts]
    documents = Document.objects.bulk_create(document for document, _terms in prepared)
    known: set[str] = set()
    rows: dict[str, list[str]] = defaultdict(list)
    for document, (_same, (weights, labelled)) in zip(documents, prepared, strict=True):
        known.update(document.words.split())
        _write_postings(rows, document, weights, labelled)
    # The index of terms is filled in its order: that takes PostgreSQL a third less.
    _copy_postings("".join([row for term in sorted(rows) for row in rows[term]]))
    known = {word for word in known if _is_worth_knowing(word)}
    if words is None:
        learn(known)
    else:
        words |= known
    return [document.pk for document in documents]


def _write_postings(
    rows: dict[str, list[str]], document: Document, weights: dict[str, float], labelled: set[str]
) -> None:
    """Add a line for COPY to those of each term."""
    start, length = f"{document.pk}\t", min(document.length, MOST)
    # Very few weights stand for hundreds of terms.
    tenths = {weight: min(round(weight * 10), MOST) for weight in set(weights.values())}
    ends = {weight: f"\t{number}\t0\t{length}\n" for weight, number in tenths.items()}
    extra = round(LABELS * 10)
    for term in labelled:
        tenth = tenths[weights.pop(term)]
        rows[term].append(f"{start}{term}\t{tenth}\t{extra}\t{length}\n")
    for term, weight in weights.items():
        rows[term].append(f"{start}{term}{ends[weight]}")


@transaction.atomic(savepoint=False)
def remove(document_ids: Iterable[int]) -> None:
    """Take documents out. Whatever points at them has to be gone."""
    ids = list(document_ids)
    Posting.objects.filter(document__in=ids)._raw_delete("default")
    Document.objects.filter(pk__in=ids)._raw_delete("default")


def forget_words() -> None:
    """Forget all known words; whoever indexes everything anew learns them again."""
    KnownWord.objects.all()._raw_delete("default")


def learn(words: Iterable[str]) -> None:
    """Make words of texts known that are not yet. One statement."""
    # Each is looked up by itself: for a list of words the planner takes the index of trigrams,
    # which takes a millisecond for each.
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO search_knownword (word) SELECT word FROM unnest(%s::text[]) AS w (word)"
            " WHERE NOT EXISTS (SELECT FROM search_knownword k WHERE k.word = w.word)"
            " ORDER BY word ON CONFLICT DO NOTHING",
            (list(words),),
        )


def refresh_statistics() -> None:
    """Count documents and their average length anew; the index has changed. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO search_statistics (id, documents, average_length, changed)"
            " SELECT 1, count(*), coalesce(nullif(avg(length), 0), 100), 1"
            " FROM search_document"
            " ON CONFLICT (id) DO UPDATE SET documents = excluded.documents,"
            " average_length = excluded.average_length,"
            " changed = search_statistics.changed + 1"
        )


def weigh(text: Text) -> tuple[dict[str, float], set[str]]:
    """Each term of a text with its weight (occurrences × weight of their places), each thing with
    what naming it adds (at the best place); and which of them are labels. See Posting."""
    weights: dict[str, float] = {}
    for place, weight in ((text.title, TITLE), (text.summary, SUMMARY), (text.body, BODY)):
        for term, number in reading.read(place, text.language).counts.items():
            weights[term] = weights.get(term, 0.0) + number * weight
    for things, weight in (
        (text.body_mentions, MENTIONED_IN_BODY),
        (text.summary_mentions, MENTIONED_IN_SUMMARY),
        (text.title_mentions, MENTIONED_IN_TITLE),
    ):
        weights.update(dict.fromkeys(things, weight))
    labelled = {*text.things, *(term for _word, term in analysis.terms(text.code, ""))}
    for term in labelled:
        weights.setdefault(term, 0.0)
    return weights, labelled


@transaction.atomic
def set_names(names: Mapping[str, Iterable[tuple[str, str]]], sign: str) -> None:
    """Make the aliases those of `names`: thing → (language, name). `sign` tells this state from
    others. Words that say nothing in their language stand for nothing."""
    aliases = {
        (term, thing)
        for thing, found in names.items()
        for language, name in found
        for term in analysis.name_terms(name, language)
    }
    Alias.objects.all()._raw_delete("default")
    Alias.objects.bulk_create(Alias(term=term, thing=thing) for term, thing in sorted(aliases))
    Statistics.objects.update_or_create(pk=1, defaults={"names_sign": sign})


def names_sign() -> str:
    """Of the names that the aliases were made of. One query."""
    return Statistics.objects.values_list("names_sign", flat=True).first() or ""


def _document(text: Text) -> Document:
    places = [reading.read(place, text.language) for place in (text.title, text.summary, text.body)]
    names = [text.code, *dict.fromkeys(label for _language, label in text.labels)]
    folded = [place.folded for place in places] + [_folded_name(name) for name in names if name]
    return Document(
        pk=text.document,
        language=text.language,
        title=text.title,
        summary=text.summary,
        body=text.body,
        # Two spaces between the places: a phrase does not reach from one into the next.
        words=f" {'  '.join(folded)} ",
        folded_title=fold(text.title),
        length=sum(place.telling for place in places),
    )


# The same few thousand names come again with every text.
@lru_cache(maxsize=50_000)
def _folded_name(name: str) -> str:
    return reading.Reading(name, "").folded


def _is_worth_knowing(word: str) -> bool:
    """Only letters, and enough of them, can be a typo of one another."""
    return 4 <= len(word) <= analysis.LONGEST and word.isalpha() and not analysis.is_han(word)


def _copy_postings(rows: str) -> None:
    with connection.cursor() as cursor:
        cursor.copy_expert(
            "COPY search_posting (document_id, term, weight, extra, length) FROM STDIN",
            io.StringIO(rows),
        )
