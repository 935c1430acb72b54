"""What follows from a data folder alone: where its socket is and how to connect. Pure."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import quote

DATABASE = "copkb"
USER = "copkb"
PORT = 5432  # only the name of the socket file: the server never listens on TCP
# Not the environment's temp dir: every process must come to the same folder. And short: the path
# of a socket may have 107 bytes.
SOCKET_PARENT = Path("/tmp")  # noqa: S108 - the folder below is 0700 and its owner is checked


def fingerprint(data_dir: Path) -> str:
    """Return a short name for a data folder, the same from every working directory."""
    return hashlib.sha256(str(data_dir.resolve()).encode(errors="surrogateescape")).hexdigest()[:16]


def socket_folder(data_dir: Path) -> Path:
    """Return the folder of the socket, which need not exist."""
    return SOCKET_PARENT / f"copkb-{fingerprint(data_dir)}"


def url(data_dir: Path) -> str:
    """Return the DATABASE_URL of the cluster of a data folder, running or not."""
    host = quote(str(socket_folder(data_dir)), safe="/")
    return f"postgres:///{DATABASE}?host={host}&user={USER}"
