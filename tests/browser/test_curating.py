"""Coordinators keep the vocabulary: searches in vain become names, proposals are decided."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, WCAG, Open, axe_violations

LOG = "/admin/search/loggedquery/?show=nothing"
QUEUE = "/admin/vocabulary/concept/?status__exact=proposed"


def _reader(open_page: Open) -> Page:
    """Somebody whose searches are counted: those of programs are not."""
    page = open_page("/about/")
    page.set_extra_http_headers({"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"})
    return page


def _faults(page: Page) -> list[str]:
    """Of the content area: around it stands Django's own frame."""
    found = axe_violations(page, within="#content", rules=WCAG)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("is wider than its window")
    return found


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_a_search_in_vain_becomes_a_synonym_in_one_step(open_page: Open, javascript: bool) -> None:
    words = "quixotrians" if javascript else "zephyrologists"
    reader = _reader(open_page)
    reader.goto(f"/search/?q={words}")
    expect(reader.locator("h1")).to_have_text(f"Nothing found for “{words}”")

    page = open_page(LOG, as_="coordinator", javascript=javascript)
    row = page.locator("tr", has_text=words)
    row.locator("[name=into]").fill("procureurs")
    row.get_by_role("button", name="Make it a synonym").click()
    expect(page.locator(".messagelist")).to_contain_text(f"“{words}” now finds “Prosecutors”")
    expect(page.locator("tr", has_text=words)).to_have_count(0)

    reader.goto(f"/search/?q={words}")
    expect(reader.locator("#results .hit").first).to_be_visible()
    reader.goto("/tags/prosecutors/")
    expect(reader.locator("aside dd", has_text=words)).to_be_visible()


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_pages_of_keeping_words_have_no_fault_of_their_own(
    open_page: Open, language: str, size: dict[str, int]
) -> None:
    words = f"vexillology{language}{size['width']}"
    _reader(open_page).goto(f"/search/?q={words}")
    page = open_page("/about/", as_="coordinator", language=language, size=size)

    faults = {}
    for address in (LOG, LOG.replace("nothing", "frequent"), LOG.replace("nothing", "languages"),
                    "/admin/vocabulary/concept/import/"):  # fmt: skip
        page.goto(address)
        faults[address] = _faults(page)
    page.goto(LOG)
    page.locator("tr", has_text=words).locator("td a").last.click()
    page.locator("#content form input[type=submit]").first.click()  # which concept is not said
    expect(page.locator("#content .errorlist").first).to_be_visible()
    faults["decide"] = _faults(page)

    assert {address: found for address, found in faults.items() if found} == {}


def test_a_proposal_is_told_to_be_another_name_and_its_address_leads_on(open_page: Open) -> None:
    member = open_page("/practices/", as_="member")
    member.locator("#results .hit h2 a").nth(5).click()
    practice = member.url
    member.get_by_role("link", name="Add or take away tags").click()
    member.locator("[name=tags]").fill("Public accusers of tests")
    member.get_by_role("button", name="Add", exact=True).click()
    expect(member.locator("main .list li", has_text="Public accusers")).to_contain_text("proposed")

    page = open_page(QUEUE, as_="coordinator")
    page.locator("tr", has_text="Public accusers").get_by_role("link", name="Decide").click()
    assert _faults(page) == []
    page.locator("[name=answer][value=same]").check()
    page.locator("#content input[type=submit]").click()
    expect(page.locator("#content .errorlist").first).to_be_visible()
    page.locator("[name=into]").fill("المدعون العامون")
    page.locator("#content input[type=submit]").click()
    expect(page.locator(".messagelist")).to_contain_text("Merged into “Prosecutors”.")

    member.goto(practice)
    expect(member.get_by_role("link", name="Prosecutors", exact=True).first).to_be_visible()
    member.goto("/tags/public-accusers-of-tests/")
    member.wait_for_url("**/tags/prosecutors/")
    member.goto("/search/?tag=public-accusers-of-tests")
    expect(member.locator("#summary")).to_contain_text(re.compile("with the tag .?Prosecutors"))
