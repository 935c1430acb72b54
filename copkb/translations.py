"""Compiles the interface's catalogues (`.po` → `.mo`) without the gettext programs.

Compiled files are not kept in git: set-up and tests make them, here, from what is newer.
"""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_catalogues(folder: Path) -> list[Path]:
    """Compile every catalogue below a locale folder that has changed; return what was written."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        work = target.with_suffix(f".mo.{os.getpid()}")
        with source.open("rb") as text, work.open("wb") as binary:
            write_mo(binary, read_po(text, locale=source.parts[-3]))
        work.replace(target)  # at once: test workers compile side by side
        written.append(target)
    return written
