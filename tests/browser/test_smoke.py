"""The site opens in a browser at all."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Open


def test_the_home_page_opens(open_page: Open) -> None:
    page = open_page("/")

    expect(page.locator("h1")).to_be_visible()
