"""Bring concepts in from a SKOS file or a spreadsheet."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from contributions import curating
from vocabulary import exchange, importing
from vocabulary.catalogue import CatalogueError
from vocabulary.permissions import can_curate


class Command(BaseCommand):
    """The same as the page in the admin. It only adds; a second run changes nothing."""

    help = "Bring concepts in from SKOS (.ttl, .rdf) or a spreadsheet (.xlsx)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", required=True, help="e-mail address of the coordinator")
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        by = User.objects.filter(email__iexact=options["by"]).first()
        if by is None or not can_curate(by):
            raise CommandError(f"No coordinator has the address {options['by']}.")
        try:
            entries = exchange.read(path.name, path.read_bytes())
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except CatalogueError as error:
            raise CommandError(f"Nothing was brought in.\n{error}") from error
        do = importing.preview if options["dry_run"] else curating.bring_in
        outcome = do(entries, by=by)
        self.stdout.write(
            f"{len(entries)} concepts read: {len(outcome.created)} new, "
            f"{len(outcome.labels)} more names, {len(outcome.changed)} changed, "
            f"{len(outcome.left_alone)} left alone."
        )
        for line in outcome.left_alone:
            self.stderr.write(f"Left alone: {line}")
