"""Words of a search that nothing has: read as the beginning of others, or as mistyped."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from contributions.models import Contribution, SearchDocument
from search import analysis, query, spelling


@dataclass(frozen=True)
class Better:
    """What was looked for in place of what was typed."""

    query: query.Query
    # The words in their place, where some were corrected.
    text: str = ""
    # The last word, where it was taken for the beginning of these.
    beginning: str = ""
    words: tuple[str, ...] = ()


def better(asked: query.Query, words_found: int, user: User | AnonymousUser) -> Better | None:
    """The question with the words that nothing has (no bit in `words_found`) replaced; None if
    there is nothing to replace.

    What stands last may not be finished: all that begins with it is looked for. Any other word,
    or one that nothing begins with, is replaced by the nearest, unless a tag, an objective or a
    country is called so: then it is no mistake, though nothing speaks of it yet. One query for
    all, and three for each.
    """
    missing = [
        term.typed
        for place, term in enumerate(asked.terms)
        if term.required and not term.exact and not words_found >> place & 1
    ]
    if not missing:
        return None
    documents = SearchDocument.objects.filter(
        contribution__in=Contribution.objects.published().visible_to(user)
    ).values("document")
    beginning = asked.beginning if asked.beginning in missing else ""
    words = spelling.beginning_with(beginning, documents) if beginning else []
    nearest: dict[str, str] = {}
    # The last one, where anything begins with it, is no mistake.
    doubted = [typed for typed in missing if not (words and typed == beginning)]
    named = spelling.named(doubted)
    for typed in doubted:
        if typed in named:
            continue
        near = spelling.nearest(typed, documents)
        if near and near != typed:
            nearest[typed] = near
    if not words and not nearest:
        return None
    text = _with(nearest, asked.text) if nearest else ""
    found = query.parse(text) if text else asked
    if not words:
        return Better(found, text)
    return Better(found.begun(beginning, words), text, beginning, tuple(words))


def _with(replacements: dict[str, str], text: str) -> str:
    for word in reversed(list(analysis.words(text))):
        if word.folded in replacements:
            text = text[: word.start] + replacements[word.folded] + text[word.end :]
    return text
