"""What each step of the ranking brings: all are switched off, then on again one after another."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

from contributions import indexing
from search import analysis, ranking, spelling, store

LABELS = frozenset({"labels", "things"})
MENTIONS = frozenset({"title_mentions", "summary_mentions", "body_mentions"})
# What is kept between texts and questions lies in modules of these.
ROOMS = frozenset({"search", "vocabulary", "contributions"})


@dataclass(frozen=True)
class Step:
    """One step of the formula: its name, what to put in its place to be without it, and which
    fields of texts to leave empty."""

    name: str
    without: tuple[tuple[Any, str, Any], ...]
    fields: frozenset[str] = frozenset()


def _without(names: frozenset[str]) -> Callable[..., store.Text]:
    """Texts of contributions with nothing in the fields of these names; TypeError for a name that
    texts do not have."""
    whole = indexing._text
    empty: dict[str, Any] = dict.fromkeys(names, ())

    def text(*args: Any) -> store.Text:
        return replace(whole(*args), **empty)

    return text


def _snowball_alone(folded: str) -> str:
    stemmed: str = analysis._stemmer("ar").stemWord(folded)
    return stemmed


# From plain BM25 over one field, in the order in which they are switched on.
STEPS = (
    Step("folding", ((analysis, "fold", str.lower),)),
    Step("stems of each language", ((analysis, "stem", lambda folded, language: None),)),
    Step(
        "light stems and joined prepositions of Arabic",
        ((analysis, "_arabic_stem", _snowball_alone), (analysis, "_JOINED", "")),
    ),
    Step("saturation 1.6 in place of 1.2", ((ranking, "SATURATION", 1.2),)),
    Step("titles and summaries count more", ((store, "TITLE", 1.0), (store, "SUMMARY", 1.0))),
    Step("names of tags, objectives, countries", (), LABELS),
    Step("names of what is mentioned", (), MENTIONS),
    Step("phrases lift", ((ranking, "PHRASE_LIFT", 1.0),)),
    Step("neighbouring words lift", ((ranking, "PROXIMITY", 0.0),)),
    Step("all words first", ((ranking, "_is_whole", lambda asked: ranking.Sql("true")),)),
    Step(
        "an unfinished word stands for what begins with it",
        ((spelling, "beginning_with", lambda word, documents: []),),
    ),
    Step("mistyped words are repaired", ((spelling, "nearest", lambda word, documents: None),)),
)


@contextmanager
def only(number: int) -> Iterator[None]:
    """The first `number` steps alone; AttributeError where a step is about nothing that is."""
    with ExitStack() as stack:
        for step in STEPS[number:]:
            for owner, name, value in step.without:
                stack.enter_context(patch.object(owner, name, value))
        names = frozenset[str]().union(*(step.fields for step in STEPS[number:]))
        stack.enter_context(patch.object(indexing, "_text", _without(names)))
        forget()
        yield
    forget()


def forget() -> None:
    """Empty what any of our modules keeps: it was made with other steps."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in ROOMS:
            for kept in list(vars(module).values()):
                if hasattr(kept, "cache_clear"):
                    kept.cache_clear()
