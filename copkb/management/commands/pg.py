"""`manage.py pg`: the local database cluster by hand."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from copkb import postgres
from copkb.postgres import cluster, local, recorded


class Command(BaseCommand):
    help = "Start, stop, look at or open the local PostgreSQL cluster (not used with DATABASE_URL)."
    requires_system_checks: list[str] = []  # has to work before there is a database

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["start", "stop", "status", "psql"])

    def handle(self, *args: Any, **options: Any) -> None:
        if not postgres.is_local(settings.DATABASES["default"], settings.DATA_DIR):
            raise CommandError("DATABASE_URL names another database; the local one is not used.")
        actions = {"start": self.start, "stop": self.stop, "status": self.status}
        try:
            actions.get(options["action"], self.psql)()
        except postgres.PostgresError as problem:
            raise CommandError(str(problem)) from None

    def start(self) -> None:
        started = cluster.start(settings.DATA_DIR)
        self.stdout.write("PostgreSQL started." if started else "PostgreSQL runs already.")
        self.stdout.write(f"  {local.url(settings.DATA_DIR)}")

    def stop(self) -> None:
        stopped = cluster.stop(settings.DATA_DIR)
        self.stdout.write("PostgreSQL stopped." if stopped else "PostgreSQL was not running.")

    def status(self) -> None:
        """Exit with 3 when it does not run, as service scripts do."""
        found = cluster.locate(settings.DATA_DIR)
        ready = found.is_ready()
        server = recorded.read(found.folder)
        state = f"running, process {server.pid}" if ready and server else "not running"
        self.stdout.write(
            f"PostgreSQL {found.programs.version}: {state}\n"
            f"  programs  {found.programs.folder} ({found.programs.origin})\n"
            f"  files     {found.folder}\n"
            f"  socket    {found.socket}\n"
            f"  runs as   {found.identity.name}"
        )
        if not ready:
            sys.exit(3)

    def psql(self) -> None:
        """Hand the terminal over to psql; does not return."""
        cluster.start(settings.DATA_DIR)
        program = cluster.locate(settings.DATA_DIR).programs.folder / "psql"
        if not program.is_file():
            raise CommandError(f"There is no psql in {program.parent}.")
        self.stdout.flush()
        os.execv(program, [str(program), local.url(settings.DATA_DIR)])  # noqa: S606
