"""manage.py remove_stray_files: attached files that no row of the database points to."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from contributions.files import sweeping


class Command(BaseCommand):
    """The timer does the same once a day."""

    help = (
        "Delete attached files that no row points to and that are older than a day, as a crash"
        " leaves them. With --dry-run: only name them. With --all: also where there are many."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="name them, delete nothing")
        parser.add_argument(
            "--all", action="store_true", help=f"also more than {sweeping.MOST} at once"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        names = list(sweeping.strays(timezone.now()))
        if options["dry_run"]:
            for name in names:
                self.stdout.write(name)
            self.stdout.write(f"{len(names)} would be deleted")
            return
        if len(names) > sweeping.MOST and not options["all"]:
            raise CommandError(
                f"{len(names)} files have no row: is it the right database? --all deletes them."
            )
        self.stdout.write(f"{sweeping.remove(names)} deleted")
