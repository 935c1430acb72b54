"""`manage.py pg` as people type it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from copkb.postgres import local

pytestmark = pytest.mark.postgres
ROOT = Path(__file__).resolve().parents[2]
Pg = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def pg(data_dir: Path) -> Pg:
    """pg("start"): the command for the test's own data folder, with text for its input."""
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}

    def run(action: str, text: str = "", **extra: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", "pg", action],
            cwd=ROOT,
            env={**environment, "DATA_DIR": str(data_dir), **extra},
            input=text,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def test_start_status_psql_stop(pg: Pg, data_dir: Path) -> None:
    before = pg("status")
    first = pg("start")
    second = pg("start")
    during = pg("status")
    query = pg("psql", "SELECT current_database() || '!';")
    stopped = pg("stop")
    again = pg("stop")

    assert (before.returncode, before.stderr) == (3, "")
    assert "not running" in before.stdout
    assert first.stdout == f"PostgreSQL started.\n  {local.url(data_dir)}\n"
    assert second.stdout.startswith("PostgreSQL runs already.")
    assert (during.returncode, during.stderr) == (0, "")
    assert "running, process " in during.stdout
    assert str(data_dir / "postgres") in during.stdout
    assert "copkb!" in query.stdout
    assert stopped.stdout == "PostgreSQL stopped.\n"
    assert again.stdout == "PostgreSQL was not running.\n"


def test_problems_are_told_in_words(pg: Pg) -> None:
    refused = pg("start", COPKB_PG_BIN="/nowhere")

    assert refused.returncode == 1
    assert "COPKB_PG_BIN=/nowhere cannot be used" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_database_that_is_not_ours_is_left_alone(pg: Pg) -> None:
    refused = pg("stop", DATABASE_URL="postgres://someone@db.example.org/site")

    assert refused.returncode == 1
    assert "DATABASE_URL names another database" in refused.stderr
