"""The vocabulary file: reading it, and saying clearly what is wrong with it. No database."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.utils.text import slugify

from search.folding import fold
from vocabulary.models import Concept, ConceptLabel, content_languages, tidy

PATH: Final = Path(__file__).resolve().parent / "data" / "concepts.json"
# Every concept of the file is labelled in these; Persian and Urdu where they are known well.
REQUIRED_LANGUAGES: Final = ("en", "fr", "es", "pt", "ru", "ar", "zh")
KEYS: Final = frozenset(
    {
        "slug", "group", "labels", "synonyms", "acronyms",
        "broader", "related", "scope_note", "source",
    }
)  # fmt: skip


class CatalogueError(Exception):
    """The file cannot be loaded; the message names every fault, one a line."""


@dataclass(frozen=True)
class Label:
    """One label as the file gives it."""

    language: str
    kind: str
    text: str


@dataclass(frozen=True)
class Entry:
    """One concept as the file gives it."""

    slug: str
    group: str
    labels: tuple[Label, ...]
    scope_note: str
    source: str
    broader: str | None = None
    related: frozenset[str] = field(default_factory=frozenset)

    @property
    def name(self) -> str:
        return next(
            (label.text for label in self.labels if (label.language, label.kind) == ENGLISH), ""
        )


ENGLISH: Final = ("en", ConceptLabel.Kind.PREFERRED.value)


def read(path: Path = PATH) -> list[Entry]:
    """All concepts of the file, broader ones before narrower ones. Raises CatalogueError."""
    try:
        blocks = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CatalogueError(f"{path.name} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise CatalogueError(f"{path.name} is not JSON in UTF-8: {error}") from error
    if not isinstance(blocks, list):
        raise CatalogueError(f"{path.name} is not a list of concepts")
    faults: list[str] = []
    entries = []
    for number, block in enumerate(blocks, start=1):
        try:
            entries.append(_entry(block))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            slug = block.get("slug") if isinstance(block, dict) else None
            faults.append(f"concept {number} ({slug or 'without slug'}): {_words(error)}")
    faults += [f"{entry.slug}: {fault}" for entry in entries for fault in _entry_faults(entry)]
    faults += _file_faults(entries)
    if faults:
        raise CatalogueError("\n".join(faults))
    return _broader_first(entries)


def _words(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)


def _entry(block: dict[str, object]) -> Entry:
    if unknown := set(block) - KEYS:
        raise ValueError(f"unknown keys {', '.join(sorted(unknown))}")
    preferred = _table(block["labels"])
    labels = [Label(language, "preferred", _text(text)) for language, text in preferred.items()]
    for kind, key in (("synonym", "synonyms"), ("acronym", "acronyms")):
        for language, texts in _table(block.get(key, {})).items():
            labels += [Label(language, kind, text) for text in _texts(texts)]
    broader = block.get("broader")
    return Entry(
        slug=_text(block["slug"]),
        group=_text(block["group"]),
        labels=tuple(labels),
        scope_note=_text(block["scope_note"]),
        source=_text(block["source"]),
        broader=None if broader is None else _text(broader),
        related=frozenset(_texts(block.get("related", []))),
    )


def _table(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r} is not a table of languages")
    return value


def _texts(value: object) -> list[str]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is not a list")
    return [_text(item) for item in value]


def _text(value: object) -> str:
    if not isinstance(value, str) or not tidy(value):
        raise ValueError(f"{value!r} is not a text")
    return tidy(value)


def faults_of_import(entries: list[Entry]) -> list[str]:
    """What is wrong with concepts from elsewhere, which need an English name but not every
    language, and may name broader and related concepts that only the database has."""
    faults = [f"{entry.slug}: {fault}" for entry in entries for fault in _own_faults(entry)]
    faults += [f"{entry.slug}: no English label" for entry in entries if not entry.name]
    slugs = Counter(entry.slug for entry in entries)
    faults += [f"the slug “{slug}” stands {n} times" for slug, n in slugs.items() if n > 1]
    faults += _cycles({entry.slug: entry.broader for entry in entries})
    return faults


def _entry_faults(entry: Entry) -> Iterator[str]:
    yield from _own_faults(entry)
    preferred = {label.language for label in entry.labels if label.kind == "preferred"}
    if missing := [code for code in REQUIRED_LANGUAGES if code not in preferred]:
        yield f"no label in {', '.join(missing)}"


def _own_faults(entry: Entry) -> Iterator[str]:
    if not entry.slug or slugify(entry.slug) != entry.slug:
        yield "the slug is not lower-case words and hyphens"
    if entry.group not in Concept.Group.values:
        yield f"unknown group {entry.group}"
    known = {code for code, _name in content_languages()}
    used = {label.language for label in entry.labels}
    if unknown := used - known:
        yield f"unknown languages {', '.join(sorted(unknown))}"
    for text, longest in _lengths(entry):
        if len(text) > longest:
            yield f"“{text[:20]}…” is longer than {longest} characters"
    yield from _repeated_labels(entry)


def _repeated_labels(entry: Entry) -> Iterator[str]:
    times = Counter((label.language, fold(label.text)) for label in entry.labels)
    for (language, folded), count in times.items():
        if count > 1:
            yield f"the label “{folded}” stands {count} times in {language}"
    preferred = Counter(label.language for label in entry.labels if label.kind == "preferred")
    for language, count in preferred.items():
        if count > 1:
            yield f"{count} preferred labels in {language}"


def _lengths(entry: Entry) -> Iterator[tuple[str, int]]:
    """Texts, and how long the database lets them be."""
    yield entry.slug, Concept.NAME_LENGTH
    yield entry.name, Concept.NAME_LENGTH
    yield entry.scope_note, Concept.SCOPE_NOTE_LENGTH
    yield entry.source, Concept.SOURCE_LENGTH
    for label in entry.labels:
        yield label.text, ConceptLabel.TEXT_LENGTH


def _file_faults(entries: list[Entry]) -> Iterator[str]:
    for what, times in (
        ("slug", Counter(entry.slug for entry in entries)),
        ("English label", Counter(fold(entry.name) for entry in entries)),
    ):
        yield from (f"the {what} “{k}” stands {n} times" for k, n in times.items() if n > 1)
    yield from _reference_faults(entries)
    yield from _cycles({entry.slug: entry.broader for entry in entries})


def _reference_faults(entries: list[Entry]) -> Iterator[str]:
    slugs = {entry.slug for entry in entries}
    for entry in entries:
        if entry.broader is not None and entry.broader not in slugs:
            yield f"{entry.slug}: broader concept {entry.broader} does not exist"
        for slug in sorted(entry.related - slugs):
            yield f"{entry.slug}: related concept {slug} does not exist"
        if entry.slug in entry.related:
            yield f"{entry.slug}: related to itself"


def _cycles(broader: dict[str, str | None]) -> Iterator[str]:
    for slug in broader:
        seen, at = {slug}, broader[slug]
        while at is not None and at not in seen:
            seen.add(at)
            at = broader.get(at)
        if at == slug:
            yield f"{slug}: its broader concepts lead back to it"


def _broader_first(entries: list[Entry]) -> list[Entry]:
    broader = {entry.slug: entry.broader for entry in entries}

    def depth(entry: Entry) -> int:
        steps, at = 0, entry.broader
        while at is not None:
            steps, at = steps + 1, broader[at]
        return steps

    return sorted(entries, key=depth)
