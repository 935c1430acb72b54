"""Attaching files, forms to fill in offline and calls: in a browser, on a bad line too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from copkb.demo.loader import PASSWORD
from tests.browser.conftest import DESKTOP, PHONE, Open, axe_violations, sign_in
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


def press(page: Page) -> None:
    page.get_by_role("button", name="Attach", exact=True).click()


def test_an_answer_that_got_lost_attaches_nothing_twice(open_page: Open) -> None:
    page = open_page("/practices/new/", as_="author")
    draft = begin(page, "Begin with the full form")
    page.goto(f"{draft}attach/")
    choose(page)
    lost = [True]

    def lose_the_first_answer(route: Route) -> None:
        if route.request.method == "POST" and lost:
            lost.clear()
            route.fetch(max_redirects=0)
            route.abort()
        else:
            route.continue_()

    page.route("**/attach/", lose_the_first_answer)
    press(page)
    page.wait_for_url("**/edit/")

    page.goto(f"{draft}edit/?part=source")
    expect(page.locator("input[name^=attachments-][name$=-title]")).to_have_count(1)


def test_who_was_signed_out_signs_in_elsewhere_and_presses_again(open_page: Open) -> None:
    page = open_page("/practices/new/", as_="author")
    page.goto(f"{begin(page)}attach/")
    choose(page)
    page.context.clear_cookies(name="sessionid")

    press(page)
    expect(page.get_by_text("Not sent: you are signed out.")).to_be_visible()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in again in a new window").click()
    sign_in(opened.value, "author")
    press(page)

    page.wait_for_url("**/edit/")
    expect(page.get_by_text("The file is attached.")).to_be_visible()


def test_what_was_said_of_a_file_survives_a_page_that_was_closed(open_page: Open) -> None:
    page = open_page("/practices/new/", as_="author")
    address = f"{begin(page)}attach/"
    page.goto(address)
    choose(page)

    page.goto("/")
    page.goto(address)

    expect(page.get_by_label("Title", exact=True)).to_have_value("The law in full")
    page.locator("input[name=upload]").set_input_files(PDF)  # type: ignore[arg-type]
    press(page)
    page.wait_for_url("**/edit/")
    page.goto(address)
    expect(page.get_by_label("Title", exact=True)).to_have_value("")


def test_without_javascript_signing_in_leads_back_to_what_was_typed(open_page: Open) -> None:
    page = open_page("/practices/new/", as_="author", javascript=False)
    page.goto(f"{begin(page)}attach/")
    choose(page)
    page.context.clear_cookies(name="sessionid")

    press(page)
    page.locator("input[name=login]").fill("author@demo.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form:has(input[name=password]) button[type=submit]").first.click()

    expect(page.get_by_text("What you entered is still here.")).to_be_visible()
    expect(page.get_by_label("Title", exact=True)).to_have_value("The law in full")


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
