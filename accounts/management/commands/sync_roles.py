from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from accounts import roles


class Command(BaseCommand):
    help = "Give the groups of accounts/roles.py exactly the permissions listed there."

    def handle(self, *args: Any, **options: Any) -> None:
        changes = roles.sync()
        for line in changes:
            self.stdout.write(line)
        self.stdout.write(f"Roles: {len(changes)} changes.")
