"""Forms as Word files, to fill in where there is no connection, and what comes back.

`document` writes, `reading` reads. Both lean on python-docx, which is heavy and seldom needed:
they are imported when the first file is asked for, like the formats of the vocabulary (ADR 0018).

A file is made of tables, since tables survive every word processor: one for each question (its
words above, a box for the answer below) and one for each field of rows. The name of a field stands
in small print behind its question, in the marks below; it is what an answer is found by, so the
interface language and the wording of a question may change between writing and reading. A file of
an older edition of the form comes into today's shape like every text of that edition
(`contributions.editions`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import Final, Protocol, cast

from django.conf import settings
from django.utils.translation import get_language

from contributions import kinds
from contributions.content import Content
from contributions.forms.base import ContributionForm
from contributions.models import Revision

OPEN, CLOSE = "⟦", "⟧"
MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# A full form with everything filled in has about 60 KB.
LARGEST: Final = 5_000_000
EMPTY_ROWS: Final = 3
# The styles of what we write; text in any other style is somebody's.
STYLES: Final = frozenset({"Title", "Heading 1", "Caption", "Subtitle"})


class WordFileError(Exception):
    """The file is none of our forms; the message says why, in the reader's language."""


@dataclass
class Answers:
    """What a filled form says, and what of it was not understood."""

    kind: str
    content: Content
    # Of the form that was filled in; `content` is in the shape of today's.
    edition: int
    # Of the draft that the form was made from: its code, and how often it had been saved.
    code: str = ""
    lock: int = -1
    unread: list[str] = field(default_factory=list)


class _Writer(Protocol):
    def write(
        self, form: ContributionForm, kind: kinds.Kind, about: list[str], answers_in: str
    ) -> bytes: ...


class _Reader(Protocol):
    def read(self, data: bytes) -> Answers: ...


def write(form: ContributionForm, kind: kinds.Kind, revision: Revision | None = None) -> bytes:
    """The form as it is filled, in the active language, at the level its content says.

    With `revision` the answers find their way back into that draft, and stand in its language.
    """
    about = ["form", kind.name, form.level, str(kind.edition)]
    answers_in = get_language() or settings.LANGUAGE_CODE
    if revision is not None:
        about += [revision.contribution.code, str(revision.lock)]
        answers_in = revision.language
    writer = cast("_Writer", import_module("contributions.word.document"))
    return writer.write(form, kind, about, answers_in)


def read(data: bytes) -> Answers:
    """The answers of a file that was written by `write` and filled in. Raises WordFileError."""
    reader = cast("_Reader", import_module("contributions.word.reading"))
    return reader.read(data)
