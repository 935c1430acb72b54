"""Our own judged questions, asked of the workshop's content through what the search page runs."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from statistics import fmean
from typing import Any, Final

from django.core.management import call_command
from django.db import connection, transaction

from accounts.models import User
from contributions import browse
from contributions.models import Contribution
from contributions.selection import Selection
from copkb.demo import loader
from search import evaluation

# A record of this gain is what the question asks for.
RIGHT: Final = 3
FIRST: Final = 3


@dataclass(frozen=True)
class Question:
    """What is asked, how it is hard, and which records answer it: source key → gain."""

    id: str
    language: str
    kind: str
    text: str
    gains: Mapping[str, float]


@dataclass(frozen=True)
class Answer(evaluation.Answer):
    """The records found for a question, and the question."""

    question: Question

    @property
    def is_right(self) -> bool:
        return any(self.gains.get(one, 0) >= RIGHT for one in self.ranking[:FIRST])


def read_folder(folder: Path) -> list[Question]:
    """The questions of `queries.jsonl` and `qrels.tsv`; OSError, ValueError or KeyError."""
    gains = evaluation.read_gains(folder / "qrels.tsv")
    return [
        Question(one["id"], one["lang"], one.get("kind", ""), one["text"], gains.get(one["id"], {}))
        for one in evaluation.read_lines(folder / "queries.jsonl")
    ]


@contextmanager
def workshop_content() -> Iterator[User]:
    """The workshop's content, published, and somebody who sees all of it; all gone afterwards."""
    with transaction.atomic():
        call_command("load_reference", stdout=StringIO(), stderr=StringIO())
        analyse()
        loader.load_content()
        analyse()
        yield User.objects.create_user(
            "judge@demo.example", name="Judge", function="Judge", is_superuser=True
        )
        transaction.set_rollback(True)


def analyse() -> None:
    """Tell the planner what is in the tables; nothing else does within one transaction."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def ask(questions: Sequence[Question], reader: User) -> list[Answer]:
    """What the search page finds among the records of the workshop, with its corrections."""
    keys = dict(Contribution.objects.exclude(source_key=None).values_list("pk", "source_key"))
    answers = []
    for question in questions:
        started = time.perf_counter()
        found = browse.results(
            Selection(q=question.text, per=evaluation.DEPTH), reader
        ).listing.hits
        spent = (time.perf_counter() - started) * 1000
        ranking = [str(keys[hit.contribution_id]) for hit in found if hit.contribution_id in keys]
        answers.append(Answer(ranking, question.gains, spent, question))
    return answers


def evaluate(questions: Sequence[Question]) -> dict[str, Any]:
    """The figures of `search.evaluation`, right records in the first three, and both shares by
    language and by kind. Nothing of it stays."""
    with workshop_content() as reader:
        return figures(ask(questions, reader))


def figures(answers: Sequence[Answer]) -> dict[str, Any]:
    """Of at least one answer."""
    return {
        **evaluation.figures(answers),
        "first_three": _share(answers),
        "languages": _shares(answers, [answer.question.language for answer in answers]),
        "kinds": _shares(answers, [answer.question.kind for answer in answers]),
    }


def _shares(answers: Sequence[Answer], groups: Sequence[str]) -> dict[str, dict[str, float]]:
    grouped: dict[str, list[Answer]] = defaultdict(list)
    for answer, group in zip(answers, groups, strict=True):
        grouped[group].append(answer)
    return {
        name: {
            "queries": len(some),
            "first_three": _share(some),
            "ndcg_10": evaluation.mean_ndcg(some),
        }
        for name, some in grouped.items()
    }


def _share(answers: Sequence[Answer]) -> float:
    return round(fmean(answer.is_right for answer in answers), 4)
