"""A secret key for trying out and developing; production sets SECRET_KEY."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def local_secret(data_dir: Path) -> str:
    """The key kept beside the local data, made at first use, readable by its owner alone."""
    path = data_dir / "secret-key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"secret-key.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(50), encoding="ascii")
        try:
            os.link(fresh, path)  # whole or not at all; the first of two starters wins
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii").strip()
