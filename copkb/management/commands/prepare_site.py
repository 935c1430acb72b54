"""`manage.py prepare_site`: everything between an empty database and a site that can be served."""

from argparse import ArgumentParser
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

# Each of them adds what is missing and leaves alone what people have changed.
STEPS = (
    ("Updating the database", "migrate"),
    ("Loading reference data and roles", "load_reference"),
)
DEMO_STEP = ("Loading the demo content", "load_demo")
STATIC_STEP = ("Collecting static files", "collectstatic")


class Command(BaseCommand):
    help = "Migrate, load reference data and roles, collect static files; --demo: workshop content."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="load the demo content too")

    def handle(self, *args: Any, **options: Any) -> None:
        steps = [*STEPS, *([DEMO_STEP] if options["demo"] else []), STATIC_STEP]
        for what, command in steps:
            self.stdout.write(f"  {what}")
            self.stdout.flush()
            extra = {"interactive": False} if command in ("migrate", "collectstatic") else {}
            call_command(command, verbosity=0, stdout=StringIO(), **extra)
