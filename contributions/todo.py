"""What rooms above have for a person to do: lines for the inbox and the first page.

Like kinds, the questions register once, in AppConfig.ready.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import User


@dataclass(frozen=True)
class Todo:
    """Something to do, in words, and where."""

    text: str
    url: str


_questions: list[Callable[[User], Todo | None]] = []


def register(question: Callable[[User], Todo | None]) -> None:
    """Registering twice counts once."""
    if question not in _questions:
        _questions.append(question)


def of(user: User) -> list[Todo]:
    """Queries: those of the questions."""
    return [found for question in _questions if (found := question(user)) is not None]
