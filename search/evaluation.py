"""How well a judged collection is answered: nDCG@10, MAP and recall over its questions."""

from __future__ import annotations

import csv
import json
import math
import time
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, quantiles
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction

from search import engine, store
from search.models import Alias, Document, KnownWord, Posting, Statistics

if TYPE_CHECKING:
    from collections.abc import Iterator

DEPTH: Final = 100
BATCH: Final = 500
_SCHEMA: Final = "search_evaluation"


@dataclass(frozen=True)
class Collection:
    """Texts by id, questions by id, and judgements: question → text → gain."""

    texts: Mapping[str, store.Text]
    questions: Mapping[str, str]
    gains: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Answer:
    """What was found for a question, best first; what answers it: text → gain; how long it took."""

    ranking: Sequence[str]
    gains: Mapping[str, float]
    milliseconds: float


def evaluate(collection: Collection) -> dict[str, float]:
    """Index the texts aside, ask every question, measure; nothing of it stays."""
    with _an_index_aside():
        names: dict[int, str] = {}
        ids, texts = list(collection.texts), list(collection.texts.values())
        for start in range(0, len(texts), BATCH):
            added = store.add(texts[start : start + BATCH])
            names |= dict(zip(added, ids[start : start + BATCH], strict=True))
        store.refresh_statistics()
        _analyse()
        return measure(collection, names)


def measure(collection: Collection, names: Mapping[int, str]) -> dict[str, float]:
    """Ask the questions of the index as it is; `names` are the texts' ids by document."""
    answers = []
    for question, text in collection.questions.items():
        started = time.perf_counter()
        found = engine.search(text, limit=DEPTH)
        milliseconds = (time.perf_counter() - started) * 1000
        ranking = [names[one.document_id] for one in found]
        answers.append(Answer(ranking, collection.gains.get(question, {}), milliseconds))
    return figures(answers)


def figures(answers: Sequence[Answer]) -> dict[str, float]:
    """The mean of each measure over at least one answer; medians of the time."""
    milliseconds = [answer.milliseconds for answer in answers]
    cuts = quantiles(milliseconds, n=20) if len(milliseconds) > 1 else milliseconds * 19
    return {
        "ndcg_10": mean_ndcg(answers),
        "map_100": round(fmean(average_precision(one.ranking, one.gains) for one in answers), 4),
        "recall_100": round(fmean(recall(one.ranking, one.gains) for one in answers), 4),
        "empty": sum(not answer.ranking for answer in answers),
        "queries": len(answers),
        "ms_p50": round(cuts[9], 1),
        "ms_p95": round(cuts[18], 1),
    }


def mean_ndcg(answers: Sequence[Answer]) -> float:
    return round(fmean(ndcg_at(10, one.ranking, one.gains) for one in answers), 4)


def recall(ranking: Sequence[str], gains: Mapping[str, float]) -> float:
    return sum(one in gains for one in ranking) / len(gains) if gains else 0.0


def ndcg_at(depth: int, ranking: Sequence[str], gains: Mapping[str, float]) -> float:
    """Gain as it is, discount 1 / log2(rank + 1), against the best possible order."""
    best = _discounted(sorted(gains.values(), reverse=True)[:depth])
    return _discounted([gains.get(one, 0.0) for one in ranking[:depth]]) / best if best else 0.0


def average_precision(ranking: Sequence[str], gains: Mapping[str, float]) -> float:
    hits, total = 0, 0.0
    for rank, one in enumerate(ranking, 1):
        if one in gains:
            hits += 1
            total += hits / rank
    return total / len(gains) if gains else 0.0


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


@contextmanager
def _an_index_aside() -> Iterator[None]:
    """Empty copies of the index's tables in front of the real ones, gone afterwards."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {_SCHEMA}")
        for model in (Document, Posting, Alias, KnownWord, Statistics):
            table = model._meta.db_table
            cursor.execute(f"CREATE TABLE {_SCHEMA}.{table} (LIKE public.{table} INCLUDING ALL)")
        cursor.execute(f"SET LOCAL search_path TO {_SCHEMA}, public")
        yield
        transaction.set_rollback(True)


def _analyse() -> None:
    """Tell the planner what is in the tables; autovacuum does it for the real ones."""
    with connection.cursor() as cursor:
        for model in (Document, Posting):
            cursor.execute(f"ANALYZE {model._meta.db_table}")


def read_folder(folder: Path) -> Collection:
    """The collection of `documents.jsonl`, `queries.jsonl` and `qrels.tsv`; OSError, ValueError or
    KeyError."""
    return Collection(
        texts={
            str(one["id"]): store.Text(one["lang"], one.get("title", ""), body=one["text"])
            for one in read_lines(folder / "documents.jsonl")
        },
        questions={str(one["id"]): one["text"] for one in read_lines(folder / "queries.jsonl")},
        gains=read_gains(folder / "qrels.tsv"),
    )


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def read_gains(path: Path) -> dict[str, dict[str, float]]:
    """Question → text → gain."""
    gains: dict[str, dict[str, float]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for question, text, gain in filter(None, csv.reader(file, delimiter="\t")):
            gains.setdefault(question, {})[text] = float(gain)
    return gains
