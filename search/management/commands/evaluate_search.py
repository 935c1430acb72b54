"""Measure the search on a folder of judged questions; print one line of JSON."""

from __future__ import annotations

import csv
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search import evaluation


class Command(BaseCommand):
    """The real index is neither read nor changed."""

    help = "Evaluate search on DIR: documents.jsonl, queries.jsonl, qrels.tsv."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, metavar="DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path = options["directory"]
        try:
            collection = evaluation.read(
                {
                    "documents": _json_lines(directory / "documents.jsonl"),
                    "queries": _json_lines(directory / "queries.jsonl"),
                    "qrels": _rows(directory / "qrels.tsv"),
                }
            )
        except (OSError, ValueError, KeyError) as error:
            raise CommandError(f"No judged collection in {directory}: {error}") from error
        self.stdout.write(json.dumps(evaluation.evaluate(collection)))


def _json_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.reader(file, delimiter="\t") if row]
