"""Measure the search on a folder of judged questions; print one line of JSON."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from copkb import judged
from search import evaluation


class Command(BaseCommand):
    """A folder without documents asks about the workshop's content. Nothing stays of either."""

    help = (
        "Evaluate search on DIR: documents.jsonl, queries.jsonl, qrels.tsv; without documents on"
        " the workshop's content, with figures for each language and kind."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, metavar="DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path = options["directory"]
        try:
            has_documents = (directory / "documents.jsonl").exists()
            collection = evaluation.read_folder(directory) if has_documents else None
            questions = [] if has_documents else judged.read_folder(directory)
        except (OSError, ValueError, KeyError) as error:
            raise CommandError(f"No judged collection in {directory}: {error}") from error
        figures = evaluation.evaluate(collection) if collection else judged.evaluate(questions)
        self.stdout.write(json.dumps(figures))
