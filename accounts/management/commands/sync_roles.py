from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from accounts import roles
from accounts.acting import acting


class Command(BaseCommand):
    help = "Give the groups of accounts/roles.py exactly the permissions listed there."

    def handle(self, *args: Any, **options: Any) -> None:
        with acting(None, "manage.py sync_roles"):
            changes = roles.sync()
        for line in changes:
            self.stdout.write(line)
        self.stdout.write(f"Roles: {len(changes)} changes.")
