"""Load the workshop's content and, with DEMO on, the demo accounts and texts that wait."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from copkb.demo import loader


class Command(BaseCommand):
    help = "Load the real content of the workshop; with DEMO on also accounts to try the roles."

    def handle(self, *args: Any, **options: Any) -> None:
        counts = loader.load_content()
        self.stdout.write(
            f"Workshop content: {counts['added']} added, {counts['renewed']} renewed, "
            f"{counts['kept']} kept."
        )
        if settings.DEMO:
            people = loader.load_people()
            calls = loader.load_call()
            waiting = loader.load_waiting()
            self.stdout.write(
                f"Demo accounts: {people} added. Calls: {calls} opened. Texts begun: {waiting}."
            )
