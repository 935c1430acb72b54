"""The web server is killed between any two requests: what it acknowledged is there afterwards."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPResponse
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from contributions.models import Decision, Notification, Revision
from tests import serving
from tests.factories.accounts import UserFactory
from tests.factories.contributions import content

# The database is really written to, and emptied when a test ends.
pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("reference_data_afterwards"),
]
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n%%EOF"
REFERENCE = {"verbosity": 0, "stdout": StringIO()}


@pytest.fixture(autouse=True)
def _reference_data(transactional_db: None) -> None:
    call_command("load_reference", **REFERENCE)


class Server:
    """The server of production: a master that holds the address, and a worker that answers."""

    def __init__(self, folder: Path) -> None:
        self.port = serving.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        database = connection.settings_dict["NAME"]
        self.environment = serving.environment(database, folder, self.url) | {
            "STATICFILES_BACKEND": settings.STORAGES["staticfiles"]["BACKEND"],
        }

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "copkb.wsgi", "--preload", "--threads", "4",
             "--bind", f"127.0.0.1:{self.port}", "--log-level", "critical"],
            cwd=settings.BASE_DIR, env=self.environment, start_new_session=True,
        )  # fmt: skip
        serving.wait_for(self.url + "/healthz")

    def kill_worker(self) -> None:
        """At once and without a word to it; the master starts another."""
        listed = subprocess.run(
            ["ps", "-A", "-o", "pid=,ppid="], stdout=subprocess.PIPE, text=True, check=True
        )
        pairs = [line.split() for line in listed.stdout.splitlines()]
        workers = [int(pid) for pid, parent in pairs if int(parent) == self.process.pid]
        assert len(workers) == 1
        os.kill(workers[0], signal.SIGKILL)
        while Path(f"/proc/{workers[0]}").exists():
            time.sleep(0.01)

    def kill(self) -> None:
        """The whole of it."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Browser:
    """Sends what a browser sends, each time on a new line."""

    def __init__(self, server: Server, user: User) -> None:
        self.server = server
        self.cookie = serving.cookies_of(user)

    def get(self, path: str) -> str:
        answer, body = self._ask("GET", path)
        assert answer.status == 200, (path, answer.status)
        return body

    def post(self, path: str, typed: dict[str, Any], status: int = 302) -> str:
        """Where the answer leads, or what it says; what is asserted of it is acknowledged."""
        if any(isinstance(value, SimpleUploadedFile) for value in typed.values()):
            body, kind = encode_multipart(BOUNDARY, typed), MULTIPART_CONTENT
        else:
            body = urlencode(typed, doseq=True).encode()
            kind = "application/x-www-form-urlencoded"
        answer, said = self._ask("POST", path, body, {"Content-Type": kind})
        assert answer.status == status, (path, answer.status, said[:3000])
        return answer.headers.get("Location") or said

    def _ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[HTTPResponse, str]:
        sent = {"Cookie": self.cookie, "X-CSRFToken": serving.TOKEN, **(headers or {})}
        with closing(HTTPConnection("127.0.0.1", self.server.port, timeout=20)) as line:
            line.request(method, path, body, sent)
            with line.getresponse() as answer:
                return answer, answer.read().decode()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    server.start()
    yield server
    server.kill()


def page_of(lock: int, **changes: Any) -> dict[str, Any]:
    """What the short form of a practice sends."""
    said = content() | changes
    results = said.pop("results")
    rows = {f"results-{i}-{k}": v for i, row in enumerate(results) for k, v in row.items()}
    typed = {name: "on" if value is True else value for name, value in said.items()}
    sizes = {"results-TOTAL_FORMS": len(results)}
    return typed | rows | sizes | {"shown": "snapshot", "part": "", "lock": lock}


def results(*statements: str) -> list[dict[str, str]]:
    return [{"statement": each, "impact_level": "institutional"} for each in statements]


def test_nothing_acknowledged_is_lost_from_the_first_word_to_the_last_comment(
    server: Server,
) -> None:
    author, coordinator = UserFactory(), UserFactory(role="coordinator")
    writing, deciding = Browser(server, author), Browser(server, coordinator)

    begun = writing.post("/practices/new/", {"level": "snapshot"})
    server.kill_worker()
    assert 'name="title"' in writing.get(begun)
    here = begun.removesuffix("edit/")

    typed = page_of(0, title="Acknowledged title", results=results("First", "Second", "Third"))
    saved = json.loads(writing.post(f"{here}autosave/", typed, status=200))
    server.kill_worker()
    html = writing.get(begun)
    assert saved["lock"] == 1
    assert all(said in html for said in ("Acknowledged title", "First", "Second", "Third"))

    typed = page_of(1, title="Acknowledged title", results=results("Third", "First"))
    writing.post(begun, typed | {"save": "1"})
    server.kill_worker()
    revision = Revision.objects.get()
    assert [row["statement"] for row in revision.content["results"]] == ["Third", "First"]
    assert "Second" not in writing.get(begun)

    file = SimpleUploadedFile("law.pdf", PDF, "application/pdf")
    writing.post(f"{here}attach/", {"upload": file, "title": "The law in full"})
    server.kill_worker()
    revision.refresh_from_db()
    key = revision.content["attachments"][0]["file"]
    assert writing.get(f"{here}files/{key}/").encode() == PDF

    assert writing.post(f"{here}submit/", {"action": "submit"}) == f"{here}status/"
    server.kill()
    server.start()
    assert "Sent for review." in writing.get(f"{here}status/")  # even the message
    revision.refresh_from_db()
    assert revision.state == "submitted"

    moderate = f"/admin/contributions/revision/{revision.pk}/moderate/"
    decision = {"action": "approve", "note": "", "visibility": "public", "lock": revision.lock,
                "points-TOTAL_FORMS": 0, "points-INITIAL_FORMS": 0}  # fmt: skip
    deciding.post(moderate, decision)
    server.kill_worker()
    page = f"/practices/{revision.contribution.code}/"
    assert "Acknowledged title" in writing.get(page)
    assert Decision.objects.get(action="approve").by == coordinator
    told = Notification.objects.get(recipient=author, topic="decision")
    mails = DBTaskResult.objects.filter(task_path="contributions.tasks.mail_notification")
    assert mails.get(args_kwargs__args=[told.pk]).status == "READY"  # it waits for the worker

    said = {"text": "We do the same.", "language": "en", "visibility": "members"}
    deciding.post(f"{here}comments/", said)
    server.kill()
    server.start()
    html = writing.get(page)
    assert "We do the same." in html
    assert "The law in full" in html
    assert writing.get(f"{here}files/{key}/").encode() == PDF


def test_killed_in_the_middle_of_autosaves_each_is_there_whole_or_not_at_all(
    server: Server,
) -> None:
    writing = Browser(server, UserFactory())
    begun = writing.post("/practices/new/", {"level": "snapshot"})
    here = begun.removesuffix("edit/")
    acknowledged, tried, over = [0], [0], threading.Event()

    def type_on() -> None:
        lock = 0
        while not over.is_set():
            tried[0] += 1
            number = f"Text {tried[0]}"
            try:
                answer = json.loads(
                    writing.post(
                        f"{here}autosave/", page_of(lock, title=number, summary=number), status=200
                    )
                )
            except (HTTPException, OSError):  # no answer: it may have arrived or not
                lock = Revision.objects.values_list("lock", flat=True).get()
            else:
                lock, acknowledged[0] = answer["lock"], tried[0]
        connection.close()

    typing = threading.Thread(target=type_on)
    typing.start()
    for pause in (0.3, 0.35, 0.41, 0.48, 0.56):
        time.sleep(pause)
        server.kill_worker()
        before = acknowledged[0]
        kept = Revision.objects.get().content

        assert kept["title"] == kept["summary"]
        assert int(kept["title"].removeprefix("Text ")) >= before
    over.set()
    typing.join(timeout=30)

    last = Revision.objects.get().content["title"]
    assert acknowledged[0] > 5
    assert int(last.removeprefix("Text ")) in (acknowledged[0], tried[0])
