"""Attaching files, forms to fill in offline and calls: in a browser, on a bad line too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import DESKTOP, PHONE, Open, axe_violations
from tests.browser.test_writing import begin

PDF = {
    "name": "the-law.pdf",
    "mimeType": "application/pdf",
    "buffer": b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n%%EOF",
}


def choose(page: Page) -> None:
    page.locator("input[name=upload]").set_input_files(PDF)  # type: ignore[arg-type]
    page.get_by_label("Title", exact=True).fill("The law in full")


def test_a_bad_line_and_a_server_in_trouble_lose_nothing_typed(open_page: Open) -> None:
    page = open_page("/practices/new/", as_="author")
    page.goto(f"{begin(page)}attach/")
    choose(page)
    answers = ["no line", "trouble"]

    def fail_at_first(route: Route) -> None:
        if route.request.method != "POST" or not answers:
            route.continue_()
        elif answers.pop(0) == "no line":
            route.abort()
        else:
            route.fulfill(status=502, content_type="text/html", body="<h1>Bad gateway</h1>")

    page.route("**/attach/", fail_at_first)
    page.get_by_role("button", name="Attach", exact=True).click()
    expect(page.get_by_text("Trying again")).to_be_visible()
    expect(page.get_by_text("What you entered is still here")).to_be_visible()
    expect(page.get_by_label("Title", exact=True)).to_have_value("The law in full")

    page.get_by_role("button", name="Attach", exact=True).click()
    page.wait_for_url("**/edit/")
    expect(page.get_by_text("The file is attached.")).to_be_visible()


def test_a_refused_file_says_why_and_keeps_the_title(open_page: Open) -> None:
    page = open_page("/practices/new/", as_="author", size=PHONE)
    page.goto(f"{begin(page)}attach/")
    choose(page)
    page.locator("input[name=upload]").set_input_files(PDF | {"buffer": b"MZ"})  # type: ignore[arg-type]

    page.get_by_role("button", name="Attach", exact=True).click()

    expect(page.get_by_text("it is no .pdf file")).to_be_visible()
    expect(page.get_by_label("Title", exact=True)).to_have_value("The law in full")


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_pages_fit_and_are_accessible(
    open_page: Open, language: str, size: dict[str, int]
) -> None:
    page = open_page("/", as_="author", language=language, size=size)
    for path in ("/offline/lesson/", "/calls/"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        assert axe_violations(page) == []
