"""The files that make the interface, as the tests of this folder read them."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
STATIC = ROOT / "static"
TEMPLATES = ROOT / "templates"
APPS = [
    "copkb", "practices", "efforts", "review", "calls", "following", "discussion",
    "contributions", "vocabulary", "search", "accounts", "countries", "objectives",
]  # fmt: skip


def templates() -> dict[str, str]:
    """Name of each template (as `{% include %}` writes it) → its text."""
    return {
        path.relative_to(TEMPLATES).as_posix(): path.read_text()
        for path in sorted(TEMPLATES.rglob("*"))
        if path.is_file()
    }


def pages() -> dict[str, str]:
    """Templates that reach a browser: all but the mails."""
    return {name: text for name, text in templates().items() if not name.startswith("mail/")}


def python() -> str:
    """All Python of the project, without tests."""
    return "\n".join(
        path.read_text() for app in APPS for path in sorted((ROOT / app).rglob("*.py"))
    )


def partials() -> dict[str, str]:
    return {name: text for name, text in pages().items() if name.startswith("components/_")}


def symbols() -> set[str]:
    """Ids of the drawings in the sprite."""
    return set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text()))
