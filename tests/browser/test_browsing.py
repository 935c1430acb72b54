"""Lists and search with the script: suggestions, filters, the sheet of a phone, five languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Open, axe_violations


def _stays_loaded(page: Page) -> None:
    """Mark the page: a reload would lose the mark."""
    page.evaluate("window.stayed = true")


def test_suggestions_are_chosen_with_the_keyboard_alone(open_page: Open) -> None:
    page = open_page("/search/")
    box = page.get_by_role("combobox", name="Search practices, lessons and efforts")
    options = page.get_by_role("listbox").get_by_role("option")
    said = page.locator(".search-row [role=status]")

    box.press_sequentially("mor")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(said).to_contain_text("suggestions")
    assert box.get_attribute("aria-activedescendant") is None

    box.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    box.press("ArrowDown")
    expect(page.locator("[role=option][aria-selected=true]")).to_have_count(0)
    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    expect(box).to_be_focused()
    assert axe_violations(page) == []

    box.press("End")
    expect(page.locator("[role=option][aria-selected=true]")).to_have_count(0)
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("mor")

    box.press("ArrowDown")
    expect(options.first).to_be_visible()
    page.get_by_role("option", name="Morocco").scroll_into_view_if_needed()
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url("**/countries/ma/")


def test_enter_without_a_choice_searches_the_words(open_page: Open) -> None:
    page = open_page("/")

    page.locator(".hero [name=q]").press_sequentially("mor")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Enter")

    page.wait_for_url("**/search/?q=mor")


def test_a_filter_applies_at_once_keeps_the_focus_and_says_the_number(open_page: Open) -> None:
    page = open_page("/practices/")
    _stays_loaded(page)
    legislation = page.locator("[type=checkbox][name=objective][value='2']")

    legislation.focus()
    page.keyboard.press("Space")
    page.wait_for_url("**/practices/?objective=2")

    expect(legislation).to_be_focused()
    expect(legislation).to_be_checked()
    expect(page.locator("#said")).to_contain_text("practices, for objective 2, newest first")
    page.get_by_role("link", name="Remove filter: 2 Legislation").click()
    page.wait_for_url("**/practices/?")
    expect(page.locator("h1")).to_be_focused()
    page.go_back()
    page.wait_for_url("**/practices/?objective=2")
    expect(legislation).to_be_checked()
    assert page.evaluate("window.stayed")


def test_a_page_that_cannot_be_fetched_is_loaded_plainly(open_page: Open) -> None:
    page = open_page("/practices/")
    _stays_loaded(page)
    page.route("**/*sort=title*", lambda route: route.abort(), times=1)

    page.get_by_label("Sort by").select_option("title")
    page.wait_for_url("**sort=title*")

    expect(page.get_by_label("Sort by")).to_have_value("title")
    assert not page.evaluate("window.stayed")


def test_filters_of_a_phone_stand_in_a_sheet_that_needs_no_reload(open_page: Open) -> None:
    page = open_page("/practices/", size=PHONE)
    _stays_loaded(page)
    button = page.locator("#filters")
    sheet = page.get_by_role("dialog", name="Filters")

    button.click()
    sheet.locator("[name=objective][value='2']").check()
    shown = sheet.get_by_role("button", name="Show 2 results")
    expect(shown).to_be_visible()
    expect(sheet.locator("[name=objective][value='2']")).to_be_focused()
    expect(sheet.locator("[role=status]")).to_contain_text("2 practices")
    assert axe_violations(page) == []
    for _step in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "!document.activeElement.closest('main') || !!document.activeElement.closest('dialog')"
        )

    shown.click()
    expect(sheet).to_be_hidden()
    expect(button).to_be_focused()
    expect(page.locator("#results .hit")).to_have_count(2)
    button.click()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    assert page.evaluate("window.stayed")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("joint investigation teams", "en"),
        ("équipes communes d'enquête", "fr"),
        ("فرق التحقيق المشتركة", "ar"),
        ("совместные следственные группы", "ru"),
        ("联合调查组", "zh"),
    ],
)
def test_words_of_five_languages_find_the_same_matter(
    open_page: Open, words: str, language: str, size: dict[str, int]
) -> None:
    # The interface speaks three of them.
    page = open_page("/search/", language=language, size=size)
    page.locator("[name=q]").first.fill(words)
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")

    expect(page.locator("#results .hit").first).to_be_visible()
    # The network of prosecutors whose teams these are.
    titles = page.locator("#results .hit h2").all_inner_texts()[:3]
    assert any("REDTRAM" in title for title in titles), titles
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
