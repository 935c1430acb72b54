"""Print the demo accounts that exist."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import User
from copkb.demo import loader


class Command(BaseCommand):
    help = "Print the demo accounts and their password."

    def handle(self, *args: Any, **options: Any) -> None:
        emails = [person.email for person in loader.PEOPLE]
        there = set(User.objects.filter(email__in=emails).values_list("email", flat=True))
        if not there:
            self.stdout.write("No demo accounts.")
            return
        self.stdout.write(f"Demo accounts (password of all: {loader.PASSWORD})")
        for person in loader.PEOPLE:
            if person.email in there:
                self.stdout.write(f"  {person.email:28} {person.name}")
