"""Fill an empty, migrated database with the texts of the benchmark."""

from __future__ import annotations

import io
import json
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from accounts.models import SessionStore, User
from benchmarks.corpus import Document, Loader
from contributions.models import Contribution

BATCH = 500


class Command(BaseCommand):
    help = "Load DOCS, build the index, print seconds per 1,000 and the session of a member."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("documents", type=Path, metavar="DOCS")

    def handle(self, *args: Any, **options: Any) -> None:
        if Contribution.objects.exists():
            raise CommandError("The database has contributions already.")
        path: Path = options["documents"]
        call_command("load_reference", verbosity=0, stdout=self.stderr)
        tags = {tag for document in _read(path) for tag in document["tags"]}
        loader = Loader(tags)
        number = self._timed("rows", lambda: _load(loader, path))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        self._timed("index", lambda: _index(number))
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        self.stdout.write(f"BENCH_SESSION={_session(loader.members[0])}")

    def _timed(self, what: str, work: Callable[[], int]) -> int:
        started = time.monotonic()
        number = work()
        seconds = time.monotonic() - started
        self.stdout.write(f"{what}: {number} documents, {1000 * seconds / number:.2f} s per 1,000")
        self.stdout.flush()
        return number


def _load(loader: Loader, path: Path) -> int:
    number, documents = 0, _read(path)
    while batch := list(islice(documents, BATCH)):
        loader.add(batch)
        number += len(batch)
    return number


def _index(number: int) -> int:
    # It tells of each batch; here only its time counts.
    call_command("rebuild_search", stdout=io.StringIO())
    return number


def _read(path: Path) -> Iterator[Document]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _session(user: User) -> str:
    """A session as signing in makes one."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)
