"""Who the server runs as. PostgreSQL refuses root, so root lends it another existing user."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from copkb.postgres.errors import PostgresError

# Fallbacks when the folder itself belongs to root.
SERVICE_USERS = ("postgres", "nobody")


@dataclass(frozen=True)
class Identity:
    """A user that processes of the cluster run as; `switch` is true when that is not ourselves."""

    uid: int
    gid: int
    name: str
    switch: bool

    def run(
        self, command: Sequence[str | Path], *, timeout: float = 60
    ) -> subprocess.CompletedProcess[str]:
        """Run to the end as this user, from `/`, without the caller's PG* variables.

        Raises OSError when the program cannot be executed by this user.
        """
        return subprocess.run(  # noqa: S603 - argument lists only, no shell
            [str(part) for part in command],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
            cwd="/",
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            user=self.uid if self.switch else None,
            group=self.gid if self.switch else None,
            extra_groups=[] if self.switch else None,
        )

    def can_enter(self, folder: Path) -> bool:
        """Tell whether this user may walk into an existing folder (asked of the system itself)."""
        if not self.switch:
            return os.access(folder, os.X_OK)
        return self.run(["/bin/sh", "-c", 'test -x "$0"', folder]).returncode == 0

    def adopt(self, path: Path) -> None:
        """Give this user something that we have just created ourselves."""
        if self.switch:
            os.chown(path, self.uid, self.gid)


def clean_environment() -> dict[str, str]:
    """Return the environment for server and tools: none of the caller's PG* and LC_* settings."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "HOME": "/",
    }


def for_folder(folder: Path) -> Identity:
    """Choose the user for a data folder that may not exist yet.

    Ourselves, unless we are root: then the owner of the nearest existing folder when that is a
    known ordinary user, else the system's `postgres`, else `nobody`.
    """
    if os.geteuid() != 0:
        return Identity(os.geteuid(), os.getegid(), str(os.geteuid()), switch=False)
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    owner = existing.stat().st_uid
    for wanted in (owner, *SERVICE_USERS):
        try:
            entry = pwd.getpwuid(wanted) if isinstance(wanted, int) else pwd.getpwnam(wanted)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Identity(entry.pw_uid, entry.pw_gid, entry.pw_name, switch=True)
    raise PostgresError(
        "PostgreSQL does not run as root, and this system has neither a user 'postgres' nor "
        "'nobody' to run it as. Start as an ordinary user, or set DATABASE_URL."
    )
