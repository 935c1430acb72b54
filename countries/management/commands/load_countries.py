from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from countries import reference


class Command(BaseCommand):
    help = "Load regions, countries and who took part in which phase (after load_objectives)."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Countries added: {reference.load()}.")
