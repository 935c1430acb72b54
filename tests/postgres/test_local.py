"""What follows from the path of a data folder, before anything runs."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from copkb import postgres
from copkb.postgres import local
from tests.postgres.conftest import in_child


def test_the_address_is_known_without_touching_the_disk(tmp_path: Path) -> None:
    data_dir = tmp_path / "var"

    address = postgres.url(data_dir)

    folder = local.socket_folder(data_dir)
    assert address == f"postgres:///copkb?host={folder}&user=copkb"
    assert not data_dir.exists()
    assert not folder.exists()


def test_the_socket_path_stays_short_however_long_the_folder_is(tmp_path: Path) -> None:
    data_dir = tmp_path.joinpath(*["très long"] * 40)

    socket = local.socket_folder(data_dir) / ".s.PGSQL.5432.lock"

    assert len(os.fsencode(socket)) < 100


def test_the_address_does_not_depend_on_how_the_folder_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path)
    monkeypatch.setenv("TMPDIR", "/elsewhere")

    assert local.url(Path("var")) == local.url(tmp_path / "var") == local.url(Path("link/var"))


def test_two_folders_have_two_addresses(tmp_path: Path) -> None:
    assert local.url(tmp_path / "a") != local.url(tmp_path / "b")


def test_a_folder_name_that_is_no_text_has_an_address_too(tmp_path: Path) -> None:
    assert local.url(tmp_path / os.fsdecode(b"\xff\xfe")).startswith("postgres:///copkb?host=")


def test_only_the_own_cluster_is_started(tmp_path: Path) -> None:
    own = {"NAME": "copkb", "OPTIONS": {"host": str(local.socket_folder(tmp_path))}}
    other = {"NAME": "copkb", "HOST": "db.example.org", "OPTIONS": {}}

    assert postgres.is_local(own, tmp_path)
    assert not postgres.is_local(own, tmp_path / "elsewhere")
    assert not postgres.is_local(other, tmp_path)
    assert not postgres.start_if_local(other, tmp_path)


def test_the_signing_key_is_made_once_and_for_us_alone(tmp_path: Path) -> None:
    data_dir = tmp_path / "var"

    key = postgres.local_secret(data_dir)

    assert len(key) >= 50
    assert postgres.local_secret(data_dir) == key
    assert stat.S_IMODE((data_dir / "secret-key").stat().st_mode) == 0o600
    assert [path.name for path in data_dir.iterdir()] == ["secret-key"]


def test_processes_that_start_together_agree_on_the_signing_key(tmp_path: Path) -> None:
    waiting = [in_child(lambda: postgres.local_secret(tmp_path / "var")) for _ in range(8)]

    assert len({wait() for wait in waiting}) == 1
