"""Serving the site from a process of its own, on a database of the tests."""

from __future__ import annotations

import os
import socket
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client

from accounts.models import User

# What a form and its cookie say alike.
TOKEN = "a" * 32


def environment(database: str, folder: Path, url: str) -> dict[str, str]:
    """Of a site as it is served to people, but for limits of rate and where mails go."""
    base = settings.DATABASES["default"]
    parts = {key.lower(): base[key] for key in ("HOST", "PORT", "USER", "PASSWORD") if base[key]}
    address = f"postgres:///{database}?{urlencode(parts | base.get('OPTIONS', {}))}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ATTACHMENTS")}
    return kept | {
        "DATABASE_URL": address, "DATA_DIR": str(folder), "STATIC_ROOT": str(folder / "static"),
        "SITE_URL": url, "DEMO": "true", "DEBUG": "false",
        "EMAIL_BACKEND": "copkb.mail.DemoMailBackend",
        "TASK_BACKEND": "django_tasks_db.DatabaseBackend",
        "STATICFILES_BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage",
        "RATE_LIMITS": "off",
    }  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str) -> None:
    for _attempt in range(150):
        try:
            urllib.request.urlopen(url, timeout=5)
        except OSError:  # nobody listens yet, or one that is about to end
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"The site did not answer at {url}.")


def cookies_of(user: User) -> str:
    """What the browser of a person who has signed in sends with each request."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return f"{settings.SESSION_COOKIE_NAME}={session}; csrftoken={TOKEN}"
