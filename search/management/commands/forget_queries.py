"""Delete lines of the log of queries that are older than thirteen months."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from search import log


class Command(BaseCommand):
    """As often as one likes; send_digests does it too."""

    help = "Delete logged queries older than thirteen months."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Forgotten: {log.forget(timezone.now())}.")
