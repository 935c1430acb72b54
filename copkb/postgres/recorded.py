"""Reads the pid that a server left behind and tells whether that process is still that server."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class Recorded:
    """What `postmaster.pid` of a cluster says, checked against the processes that exist now."""

    pid: int
    alive: bool


def read(cluster: Path) -> Recorded | None:
    """Return the recorded server of a cluster, None when there is no record.

    An unreadable or empty record (the machine went down while it was written) counts as dead.
    """
    try:
        first = (cluster / "postmaster.pid").read_text(errors="replace").splitlines()[:1]
    except FileNotFoundError:
        return None
    try:
        pid = abs(int(first[0]))
    except (IndexError, ValueError):
        return Recorded(0, alive=False)
    return Recorded(pid, alive=is_server_of(pid, cluster))


def processes_of(cluster: Path) -> list[int]:
    """Return the pids of all living PostgreSQL processes that work in this cluster (Linux only).

    After `kill -9` on a server its children may outlive it for a moment; two servers over the same
    files would ruin them, so a start waits until this is empty.
    """
    if not PROC.is_dir():
        return []
    numbers = (int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit())
    return [pid for pid in numbers if _works_in(pid, cluster)]


def is_server_of(pid: int, cluster: Path) -> bool:
    """Dead, a zombie, another program or another cluster's server: False."""
    if pid <= 1 or _program(pid) != "postgres":
        return False
    try:
        return os.path.samefile(PROC / str(pid) / "cwd", cluster)
    except PermissionError:
        # Containers may hide it even from root: then the same owner has to be proof enough.
        return (PROC / str(pid)).stat().st_uid == cluster.stat().st_uid
    except OSError:
        # Without /proc the name is all we have; with it, the process has just gone.
        return not PROC.is_dir()


def _works_in(pid: int, cluster: Path) -> bool:
    if _program(pid) != "postgres":
        return False
    try:
        return os.path.samefile(PROC / str(pid) / "cwd", cluster)
    except OSError:
        return False


def _program(pid: int) -> str:
    """Return the program's name, empty for dead processes and zombies."""
    if PROC.is_dir():
        try:
            stat = (PROC / str(pid) / "stat").read_text(errors="replace")
        except OSError:
            return ""
        name, _, rest = stat.partition("(")[2].rpartition(")")
        return "" if rest.split()[0] in "ZX" else name
    answer = subprocess.run(  # noqa: S603
        ["/bin/ps", "-o", "stat=,comm=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    state, _, command = answer.stdout.strip().partition(" ")
    return "" if state[:1] in ("", "Z") else Path(command.strip()).name
