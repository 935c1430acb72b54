"""A signing key for a machine on which nobody has set SECRET_KEY."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path


def local_secret(data_dir: Path) -> str:
    """Return the key kept in `<data_dir>/secret-key` (0600), made at the first call.

    Processes that start together get the same one. Raises OSError when the folder is not ours to
    write in: then SECRET_KEY has to be set.
    """
    path = data_dir / "secret-key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        mine = path.with_name(f"{path.name}.{os.getpid()}")
        with open(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(mine, path)  # whoever is first wins, and no one sees half a key
        mine.unlink()
    return path.read_text()
