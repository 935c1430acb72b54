"""Load all reference data: objectives, countries, concepts, roles."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Load objectives, countries and concepts from their files and bring roles up to date."

    def handle(self, *args: Any, **options: Any) -> None:
        for name in ("load_objectives", "load_countries", "load_concepts", "sync_roles"):
            call_command(name, stdout=self.stdout, stderr=self.stderr)
