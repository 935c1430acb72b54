from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from objectives import reference


class Command(BaseCommand):
    help = "Load the programme's objectives and phases; rows that are there stay as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        objectives, phases = reference.load()
        self.stdout.write(f"Objectives added: {objectives}. Phases added: {phases}.")
