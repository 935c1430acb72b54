"""Load or refresh the controlled vocabulary from its file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from accounts.acting import acting
from vocabulary import catalogue
from vocabulary.loading import Changes, load


class Command(BaseCommand):
    """Safe to run at every start: a second run changes nothing."""

    help = (
        "Load or refresh the concepts of vocabulary/data/concepts.json. Proposals, decisions and "
        "labels added in the admin are left alone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--file", type=Path, default=catalogue.PATH, help="another vocabulary file"
        )

    def handle(self, *args: object, **options: object) -> None:
        path = options["file"]
        try:
            entries = catalogue.read(path if isinstance(path, Path) else Path(str(path)))
        except catalogue.CatalogueError as error:
            raise CommandError(f"Nothing was loaded.\n{error}") from error
        with acting(None, "manage.py load_concepts"):
            changes = load(entries)
        self._report(changes, len(entries))

    def _report(self, changes: Changes, total: int) -> None:
        if not changes:
            self.stdout.write(f"{total} concepts, nothing to change.")
        else:
            self.stdout.write(
                f"{total} concepts: {len(changes.created)} new, {len(changes.updated)} changed, "
                f"{len(changes.released)} no longer in the file; "
                f"labels +{changes.labels_added} -{changes.labels_removed}, "
                f"relations +{changes.relations_added} -{changes.relations_removed}."
            )
        for slug in changes.left_alone:
            self.stderr.write(f"Left alone: {slug} (proposed or rejected here, or its name taken).")
