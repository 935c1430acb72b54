"""The real site in a real browser: a server of its own, with the demo content, for each worker.

Tests act through pages only and share the site, so each makes what it changes under a title of
its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import axe_playwright_python  # type: ignore[import-untyped]
import pytest
from django.conf import settings
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.plugin import DjangoDbBlocker

from copkb import postgres
from copkb.demo.loader import PASSWORD
from tests import serving

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
AXE_RULES = (*WCAG, "best-practice")
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}

expect.set_options(timeout=10_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@dataclass(frozen=True)
class Site:
    """A running site: its address, and where its demo mails are."""

    url: str
    data_dir: Path
    environment: dict[str, str]

    def manage(self, *arguments: str) -> str:
        """Run a management command against the site's own database."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR, env=self.environment, check=True,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return done.stdout

    def do_tasks(self) -> None:
        """What the worker beside the server does: mails, here to the page of demo mails."""
        self.manage("db_worker", "--batch", "--queue-name", "*", "--no-startup-delay")


@pytest.fixture(scope="session")
def site(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker, worker_id: str
) -> Iterator[Site]:
    """A site with the demo content in a database of its own."""
    folder = tmp_path_factory.mktemp("site")
    postgres.start_if_local(settings.DATABASES["default"], settings.DATA_DIR)
    name = f"browser_{worker_id}_{os.getpid()}"
    with django_db_blocker.unblock(), _Maintenance() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    port = serving.free_port()
    url = f"http://127.0.0.1:{port}"
    here = Site(url, folder, serving.environment(name, folder, url))
    for command in (["migrate", "-v0"], ["load_reference"], ["load_demo"],
                    ["collectstatic", "--noinput", "-v0"]):  # fmt: skip
        here.manage(*command)
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "copkb.wsgi", "--bind", f"127.0.0.1:{port}",
         "--threads", "8", "--log-level", "warning"],
        cwd=settings.BASE_DIR, env=here.environment,
    )  # fmt: skip
    try:
        serving.wait_for(url + "/healthz")
        yield here
    finally:
        server.terminate()
        server.wait(timeout=20)
        with django_db_blocker.unblock(), _Maintenance() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


class _Maintenance:
    """A cursor on the server's own database, where databases are made and dropped."""

    def __enter__(self) -> Any:
        self.connection = connections["default"].copy()
        self.connection.settings_dict = {**self.connection.settings_dict, "NAME": "postgres"}
        self.connection.set_autocommit(True)
        return self.connection.cursor()

    def __exit__(self, *error: object) -> None:
        self.connection.close()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's chromium; without its calls home, which a closed network refuses."""
    return browser_type_launch_args | {
        "executable_path": shutil.which("chromium") or shutil.which("chromium-browser"),
        "args": [
            "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
        ],
    }  # fmt: skip


Open = Callable[..., Page]


@pytest.fixture
def open_page(site: Site, browser: Browser) -> Iterator[Open]:
    """open_page("/practices/", as_="member", language="ar", size=PHONE, javascript=False).

    `as_` is the name before @demo.example. Errors in the page's console fail the test.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_(
        path: str = "/",
        *,
        as_: str = "",
        language: str = "en",
        size: dict[str, int] = DESKTOP,
        javascript: bool = True,
        dark: bool = False,
    ) -> Page:
        context = browser.new_context(
            base_url=site.url,
            viewport=size,  # type: ignore[arg-type]  # the fixture's own constants fit
            locale=language,
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: _note(message, complaints))
        if as_:
            sign_in(page, as_)
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


def _note(message: Any, complaints: list[str]) -> None:
    # A status of 4xx is told by the console too; tests of errors provoke them.
    if message.type == "error" and "Failed to load resource" not in message.text:
        complaints.append(message.text)


def sign_in(page: Page, who: str) -> None:
    """Sign in as a demo account through the page that people use."""
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(f"{who}@demo.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form:has(input[name=password]) button[type=submit]").first.click()
    page.wait_for_url(lambda url: "login" not in url)


def axe_violations(
    page: Page, *, within: str = "html", rules: tuple[str, ...] = AXE_RULES
) -> list[str]:
    """What axe finds on the page as it stands, a line for each node."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate(
        "([within, values]) => axe.run(within, {runOnly: {type: 'tag', values},"
        " resultTypes: ['violations']})",
        [within, list(rules)],
    )
    return [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
