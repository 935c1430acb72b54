"""Print what an autosave and the page of a decision take on the server of production.

Makes a database of its own beside the configured one, serves it, and removes both.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from argparse import ArgumentParser
from contextlib import contextmanager
from http.client import HTTPConnection
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from accounts.models import User
from contributions import drafts, kinds
from contributions.editing import names_on_page
from contributions.models import Revision
from tests import serving
from tests.factories.accounts import UserFactory
from tests.factories.contributions import content
from tests.review import long_record

if TYPE_CHECKING:
    from collections.abc import Iterator

DATABASE: Final = "measure_writing"
PART: Final = "how"  # the longest of the form
MODERATIONS: Final = 40
Timing = tuple[float, float, int]  # ms, ms of the processor, queries


class Writer(threading.Thread):
    """Types in the draft of a long record: saves, pauses, saves."""

    def __init__(self, site: Site, revision: Revision, pause: float, until: float) -> None:
        super().__init__()
        self.site, self.pause, self.until = site, pause, until
        self.path = f"/contributions/{revision.contribution.code}/autosave/"
        self.cookie = serving.cookies_of(revision.author)
        self.form = _page_of(revision)
        self.lock = revision.lock
        self.found: list[Timing] = []

    def run(self) -> None:
        time.sleep(random.uniform(0, self.pause))  # noqa: S311  nobody begins at the same moment
        number = 0
        while time.monotonic() < self.until:
            number += 1
            typed = {**self.form, "context": f"{self.form['context']} {number}", "lock": self.lock}
            said, timing = self.site.ask("POST", self.path, self.cookie, typed)
            self.lock = int(re.findall(r'"lock": (\d+)', said)[0])
            self.found.append(timing)
            time.sleep(random.uniform(0.7, 1.3) * self.pause)  # noqa: S311


class Site:
    """The site in processes of its own."""

    def __init__(self, folder: Path) -> None:
        self.port = serving.free_port()
        url = f"http://127.0.0.1:{self.port}"
        own = {
            "STATICFILES_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
            "SECRET_KEY": settings.SECRET_KEY,  # of the sessions made here
        }
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "gunicorn", "copkb.wsgi", "--preload", "--workers", "2",
             "--threads", "4", "--bind", f"127.0.0.1:{self.port}", "--log-level", "warning"],
            cwd=settings.BASE_DIR, env=serving.environment(DATABASE, folder, url) | own,
        )  # fmt: skip
        serving.wait_for(f"{url}/healthz")

    def ask(
        self, method: str, path: str, cookie: str, typed: dict[str, Any] | None = None
    ) -> tuple[str, Timing]:
        line = HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {
            "Cookie": cookie, "X-CSRFToken": serving.TOKEN,
            "Content-Type": "application/x-www-form-urlencoded",
        }  # fmt: skip
        line.request(method, path, urlencode(typed or {}, doseq=True), headers)
        answer = line.getresponse()
        said = answer.read().decode()
        line.close()
        if answer.status != 200:
            raise CommandError(f"{path} answered {answer.status}: {said[:500]}")
        told = answer.headers["Server-Timing"] or ""
        total, work, queries = re.findall(r"dur=([\d.]+)", told)
        return said, (float(total), float(work), int(queries))


class Command(BaseCommand):
    help = (
        "Measure autosave with many writers, and the page of a decision on a record of 5,000 words."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--writers", type=int, default=20)
        parser.add_argument("--seconds", type=float, default=30)
        parser.add_argument(
            "--pause", type=float, default=1.5, help="of a writer; the page's script waits so long"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with _database(), tempfile.TemporaryDirectory() as folder:
            texts = [_begun() for _number in range(options["writers"])]
            coordinator = UserFactory(role="coordinator")
            waiting = long_record.waiting_version(UserFactory(), coordinator)
            site = Site(Path(folder))
            try:
                saves = _autosaves(site, texts, options["pause"], options["seconds"])
                reads = _moderations(site, waiting, coordinator)
            finally:
                site.process.terminate()
                site.process.wait(timeout=30)
        self._row("", "times", "queries", "ms p50", "ms p95", "processor ms p50", "p95")
        self._row(*["---"] * 7)
        self._figures(f"autosave, {options['writers']} writers", saves)
        self._figures("page of a decision, 5,000 words", reads)

    def _figures(self, what: str, found: list[Timing]) -> None:
        queries = sorted({number for _ms, _work, number in found})
        waited = sorted(ms for ms, _work, _number in found)
        worked = sorted(work for _ms, work, _number in found)
        shares = [
            values[int(len(values) * share)] for values in (waited, worked) for share in (0.5, 0.95)
        ]
        self._row(
            what, str(len(found)), " or ".join(map(str, queries)), *(f"{ms:.0f}" for ms in shares)
        )

    def _row(self, *cells: str) -> None:
        self.stdout.write(f"| {' | '.join(cells)} |")


@contextmanager
def _database() -> Iterator[None]:
    """A database with the demo content, that the connection of this process leads to meanwhile."""
    before = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = DATABASE
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        for command in ("load_reference", "load_demo"):
            call_command(command, verbosity=0, stdout=StringIO())
        yield
    finally:
        connection.creation.destroy_test_db(str(before), verbosity=0)


def _begun() -> Revision:
    """A new draft of the long record, of a person of its own."""
    full = content() | long_record.full() | {"form": "full"}
    return drafts.begin("practice", by=UserFactory(), content=full)


def _page_of(revision: Revision) -> dict[str, Any]:
    """What the longest part of the form sends."""
    form = kinds.get("practice").form
    typed: dict[str, Any] = {"shown": "full", "part": PART}
    for name in names_on_page(form, "full", PART):
        value = revision.content.get(name, "")
        if name not in form.rows:
            typed[name] = value
            continue
        typed[f"{name}-TOTAL_FORMS"] = len(value)
        for index, row in enumerate(value):
            typed |= {f"{name}-{index}-{column}": text for column, text in row.items()}
    return typed


def _autosaves(site: Site, texts: list[Revision], pause: float, seconds: float) -> list[Timing]:
    until = time.monotonic() + seconds
    writers = [Writer(site, revision, pause, until) for revision in texts]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    return [timing for writer in writers for timing in writer.found]


def _moderations(site: Site, revision: Revision, coordinator: User) -> list[Timing]:
    cookie = serving.cookies_of(coordinator)
    path = f"/admin/contributions/revision/{revision.pk}/moderate/"
    return [site.ask("GET", path, cookie)[1] for _number in range(MODERATIONS + 4)][4:]
