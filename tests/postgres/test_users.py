"""Root lends the server another user; ordinary users run it themselves."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from copkb import postgres
from copkb.postgres import PostgresError, cluster, local, placement
from tests.postgres.conftest import extra_folder, in_child

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can try several users"),
]
Ask = Callable[[Path, str], Any]
Pid = Callable[[Path], int]
NOBODY = pwd.getpwnam("nobody").pw_uid


def owner_of_process(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


def test_started_by_root_the_server_runs_as_another_user(
    programs: Path, data_dir: Path, server_pid: Pid, ask: Ask
) -> None:
    postgres.ensure_running(data_dir)

    found = cluster.locate(data_dir)
    assert owner_of_process(server_pid(data_dir)) == found.identity.uid != 0
    assert found.identity.name in ("postgres", "nobody")
    assert found.folder.stat().st_uid == found.identity.uid
    assert stat.S_IMODE(found.folder.stat().st_mode) == 0o700
    assert ask(data_dir, "SELECT 1") == 1


def test_nobody_serves_where_there_is_no_user_postgres(
    data_dir: Path, server_pid: Pid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copkb.postgres.identity.SERVICE_USERS", ("no-such-user", "nobody"))

    postgres.ensure_running(data_dir)

    assert owner_of_process(server_pid(data_dir)) == NOBODY


def test_a_cluster_keeps_its_user_when_a_better_one_appears(
    data_dir: Path, server_pid: Pid, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("copkb.postgres.identity.SERVICE_USERS", ("nobody",))
        postgres.ensure_running(data_dir)
        cluster.stop(data_dir)

    postgres.ensure_running(data_dir)

    assert owner_of_process(server_pid(data_dir)) == NOBODY


def test_without_another_user_root_is_told(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copkb.postgres.identity.SERVICE_USERS", ("no-such-user",))

    with pytest.raises(PostgresError, match="does not run as root"):
        postgres.ensure_running(data_dir)


def test_root_takes_the_owner_of_somebodys_folder(data_dir: Path, server_pid: Pid) -> None:
    data_dir.mkdir()
    os.chown(data_dir, NOBODY, NOBODY)

    postgres.ensure_running(data_dir)

    assert owner_of_process(server_pid(data_dir)) == NOBODY
    cluster.stop(data_dir)
    in_child(lambda: cluster.start(data_dir), uid=NOBODY)()
    assert owner_of_process(server_pid(data_dir)) == NOBODY


def test_folders_that_were_there_keep_owner_and_mode(data_dir: Path) -> None:
    existing = data_dir / "postgres"
    existing.mkdir(parents=True)
    existing.chmod(0o751)
    data_dir.chmod(0o711)

    postgres.ensure_running(data_dir)

    for folder, mode in ((data_dir, 0o711), (existing, 0o751)):
        assert (folder.stat().st_uid, stat.S_IMODE(folder.stat().st_mode)) == (0, mode)


def test_a_strict_umask_does_not_lock_the_server_out(data_dir: Path, ask: Ask) -> None:
    before = os.umask(0o077)
    try:
        postgres.ensure_running(data_dir)
    finally:
        os.umask(before)

    assert ask(data_dir, "SELECT 1") == 1


def test_below_a_closed_folder_the_cluster_lies_elsewhere(
    new_data_dir: Callable[..., Path], open_folder: Path, ask: Ask
) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    data_dir = new_data_dir("closed", "clone", "var")

    postgres.ensure_running(data_dir)

    found = cluster.locate(data_dir)
    assert found.folder.is_relative_to(placement.ROOT_DATA)
    assert ask(data_dir, "SELECT 1") == 1
    assert cluster.start(data_dir) is False
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_a_cluster_that_was_closed_off_later_is_not_replaced_by_an_empty_one(
    new_data_dir: Callable[..., Path], open_folder: Path
) -> None:
    data_dir = new_data_dir("clone", "var")
    postgres.ensure_running(data_dir)
    cluster.stop(data_dir)
    (open_folder / "clone").chmod(0o700)

    with pytest.raises(PostgresError, match="cannot enter that folder"):
        postgres.ensure_running(data_dir)

    assert not placement.ROOT_DATA.exists()


def test_programs_in_a_closed_folder_are_copied_to_a_cache(
    data_dir: Path, open_folder: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    package = extra_folder().parent.parent
    shutil.copytree(package, closed / package.name, ignore=shutil.ignore_patterns("include", "*.a"))
    shutil.copytree(package.parent / f"{package.name}.libs", closed / f"{package.name}.libs")
    monkeypatch.setenv("COPKB_PG_BIN", str(closed / package.name / "pginstall" / "bin"))

    postgres.ensure_running(data_dir)

    found = cluster.locate(data_dir)
    assert found.programs.folder.is_relative_to(placement.ROOT_CACHE)
    assert found.identity.run([found.programs.folder / "psql", "--version"]).returncode == 0
    assert ask(data_dir, "SELECT 1") == 1
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert not list(placement.ROOT_CACHE.glob(".new-*"))


def test_closed_programs_that_cannot_be_copied_are_refused(
    data_dir: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    for name in ("postgres", "initdb", "pg_isready"):
        program = closed / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text('#!/bin/sh\necho "postgres (PostgreSQL) 17.1"\n')
        program.chmod(0o755)
    monkeypatch.setenv("COPKB_PG_BIN", str(closed / "bin"))

    with pytest.raises(PostgresError, match="no complete installation that could be copied"):
        postgres.ensure_running(data_dir)


def test_an_ordinary_user_runs_it_alone(
    programs: Path, new_data_dir: Callable[..., Path], open_folder: Path, server_pid: Pid
) -> None:
    home = open_folder / "home"
    home.mkdir(mode=0o700)
    os.chown(home, NOBODY, NOBODY)
    data_dir = new_data_dir("home", "var")

    assert in_child(lambda: cluster.start(data_dir), uid=NOBODY)() is True

    assert owner_of_process(server_pid(data_dir)) == NOBODY
    assert local.socket_folder(data_dir).stat().st_uid == NOBODY


def test_an_ordinary_user_is_told_when_the_cluster_is_another_users(data_dir: Path) -> None:
    postgres.ensure_running(data_dir)

    with pytest.raises(PostgresError, match="belongs to another user"):
        in_child(lambda: postgres.ensure_running(data_dir), uid=NOBODY)()
