"""Write all accepted concepts to a file that other systems read."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from vocabulary import exchange


class Command(BaseCommand):
    """The ending of the file's name says the format."""

    help = "Write all accepted concepts as SKOS (.ttl, .rdf) or as a spreadsheet (.xlsx)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        suffix = path.suffix.removeprefix(".").lower()
        if suffix not in exchange.FORMATS:
            raise CommandError(f"The file ends in one of {', '.join(exchange.FORMATS)}.")
        try:
            path.write_bytes(exchange.write(suffix, site_url=settings.SITE_URL))
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}") from error
        self.stdout.write(f"Written: {path}")
