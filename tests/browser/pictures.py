"""Photographs the pages that the README shows, on a running site with the demo content."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
PASSWORD = "learn-from-each-other"  # the demo's, as the server prints it
WIDE, PHONE = {"width": 1280, "height": 960}, {"width": 360, "height": 1100}


def main(address: str) -> None:
    """Write every picture anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
        page = _open(browser, address)
        _photograph(page, "/", "home")
        practice = _first(page, "/practices/?q=prosecutors", "main .hit h2 a")
        _photograph(page, practice, "practice")
        _photograph(_open(browser, address, "ar", PHONE), practice, "practice-ar-phone")

        page = _open(browser, address, who="author")
        _photograph(page, _first(page, "/mine/", "main a[href*='PR-'][href$='/edit/']"), "form")
        page = _open(browser, address, who="coordinator")
        queue = "/admin/contributions/revision/"
        _photograph(page, queue, "queue")
        _photograph(page, _first(page, queue, "#result_list a[href$='/moderate/']"), "moderate")
        browser.close()


def _open(
    browser: Browser,
    address: str,
    language: str = "en",
    size: dict[str, int] = WIDE,
    who: str = "",
) -> Page:
    context = browser.new_context(
        base_url=address,
        viewport=size,  # type: ignore[arg-type]  # this module's own constants fit
        locale=language,
        color_scheme="light",
    )
    page = context.new_page()
    if who:
        page.goto("/accounts/login/")
        page.locator("input[name=login]").fill(f"{who}@demo.example")
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("form:has(input[name=password]) button[type=submit]").first.click()
        page.wait_for_url(lambda url: "login" not in url)
    return page


def _first(page: Page, path: str, links: str) -> str:
    page.goto(path)
    return page.locator(links).first.get_attribute("href") or path


def _photograph(page: Page, path: str, name: str) -> None:
    page.goto(path)
    page.screenshot(path=FOLDER / f"{name}.png")
    print(f"{name}.png")  # noqa: T201  a command speaks


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
