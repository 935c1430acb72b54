"""A browser page in which the project's own partials and script run, with an answering server
played by the test: no database, no sign-in, every answer at will."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, Route

from tests.interface.sources import STATIC

SITE = "http://form.test"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's chromium where it is installed."""
    found = shutil.which("chromium")
    args = ["--no-sandbox", "--disable-dev-shm-usage"]
    return browser_type_launch_args | {"args": args} | ({"executable_path": found} if found else {})


@dataclass
class Desk:
    """The page under test and what its server says: set `status` and `told` at will."""

    page: Page
    html: str = ""
    status: int = 200
    told: dict[str, Any] = field(default_factory=dict)
    is_online: bool = True
    sent: list[str] = field(default_factory=list)

    def open(self) -> None:
        self.page.goto(f"{SITE}/edit/")

    def answer(self, route: Route, request: Request) -> None:
        if request.url.endswith("/edit/"):
            route.fulfill(body=self.html, content_type="text/html")
        elif "/static/" in request.url:
            route.fulfill(path=STATIC / request.url.split("/static/")[1])
        elif request.url.endswith("/save/") and self.is_online:
            self.sent.append(request.post_data or "")
            route.fulfill(status=self.status, json=self.told)
        else:
            route.abort()


@pytest.fixture
def desk(browser: Browser) -> Iterator[Callable[[str], Desk]]:
    """desk(html): a form page with this body, opened in a fresh browser."""
    context = browser.new_context()

    def sit_down(body: str) -> Desk:
        desk = Desk(context.new_page())
        desk.html = (
            "<!DOCTYPE html><html lang='en' dir='ltr'>"
            "<link rel='stylesheet' href='/static/site.css'>"
            "<script src='/static/site.js' defer></script>"
            "<script src='/static/form.js' defer></script>"
            f"<main>{body}</main></html>"
        )
        desk.page.route("**/*", desk.answer)
        desk.open()
        return desk

    yield sit_down
    context.close()
