"""A PostgreSQL of the project's own, for trying out, developing and testing.

Production sets DATABASE_URL and none of this runs. The cluster lies in
`<data dir>/postgres/<major>`, listens on a private socket only, and lives until it is stopped,
whichever process started it.
Nothing here imports Django: the settings need `url()` before Django is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from copkb.postgres import cluster, local
from copkb.postgres.errors import PostgresError
from copkb.postgres.secret import local_secret

__all__ = [
    "PostgresError",
    "ensure_running",
    "is_local",
    "local_secret",
    "start_if_local",
    "url",
]

url = local.url


def ensure_running(data_dir: Path) -> str:
    """Start the cluster of a data folder unless it runs, and return its DATABASE_URL.

    Takes about a second the first time, a tenth later. Raises PostgresError.
    """
    cluster.start(data_dir)
    return local.url(data_dir)


def is_local(database: Mapping[str, object], data_dir: Path) -> bool:
    """Tell whether an entry of Django's DATABASES is the cluster of this data folder."""
    options = database.get("OPTIONS")
    host = options.get("host") if isinstance(options, Mapping) else None
    return (host or database.get("HOST")) == str(local.socket_folder(data_dir))


def start_if_local(database: Mapping[str, object], data_dir: Path) -> bool:
    """Start the cluster when the database is ours; tell whether we had to start it."""
    return is_local(database, data_dir) and cluster.start(data_dir)
