"""Editions of the forms: texts written with an older form open in today's.

When a form changes so that stored content no longer fits (a question is renamed, split, taken
out), its kind gets one more `Step`, and its edition is one higher. A draft is brought up when it
is opened and saved; an approved version keeps the content it was approved with and is shown with
it, questions that are no longer asked under the words they were asked in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.functional import Promise

from contributions.content import Content

if TYPE_CHECKING:
    from contributions.kinds import Kind
    from contributions.models import Revision


@dataclass(frozen=True)
class Step:
    """From one edition to the next. `upgrade` gets a copy and returns the content in the new
    shape; it must take anything, since drafts hold what was typed, valid or not."""

    upgrade: Callable[[Content], Content]
    # Fields that the new edition no longer asks, with the words of their questions.
    retired: Mapping[str, str | Promise] = field(default_factory=dict)


def of(kind: Kind) -> int:
    """Today's edition: the first is 1, each step adds one."""
    return 1 + len(kind.steps)


def upgraded(kind: Kind, content: Content, edition: int) -> Content:
    """Content of an edition in the shape of today's form; that of today's as it is."""
    for step in kind.steps[max(0, edition - 1) :]:
        content = step.upgrade(deepcopy(content))
    return content


def bring_up(kind: Kind, revision: Revision) -> None:
    """A text that is being written or read, in the shape of today's form. Not saved here."""
    revision.content = upgraded(kind, revision.content, revision.edition)
    revision.edition = max(revision.edition, of(kind))


def retired(kind: Kind) -> dict[str, str | Promise]:
    """Every field that an older edition asked and today's does not."""
    known: dict[str, str | Promise] = {}
    for step in kind.steps:
        known |= step.retired
    return {name: label for name, label in known.items() if name not in kind.form.base_fields}


# November 2026: files may be attached.
FILES = Step(lambda content: {"attachments": [], **content})
