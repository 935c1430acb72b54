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


def test_marks_for_comparing_stay_on_other_pages_and_filters(open_page: Open) -> None:
    page = open_page("/practices/?per=10")
    button = page.locator("#compare button")
    first = page.locator(".hit [name=p]").first
    code = first.get_attribute("value")
    first.check()
    expect(button).to_have_text("Compare the marked ones (1)")

    page.get_by_role("link", name="Next").click()
    page.wait_for_url("**page=2*")
    expect(button).to_have_text("Compare the marked ones (1)")
    second = page.locator(".hit [name=p]").first
    other = second.get_attribute("value")
    second.check()
    page.locator("#results").get_by_role("link", name="Page 1").click()
    page.wait_for_url("**/practices/?per=10")
    expect(page.locator(f".hit [name=p][value={code}]")).to_be_checked()
    button.click()

    page.wait_for_url("**/practices/compare/**")
    heads = page.locator("thead .code")
    expect(heads).to_have_count(2)
    assert set(heads.all_inner_texts()) == {code, other}


def test_an_empty_search_leads_on_to_a_tag_without_a_reload(open_page: Open) -> None:
    page = open_page("/practices/?q=prosecutorz+quixotry&year=1999")
    _stays_loaded(page)

    tag = page.get_by_role("list", name="Tags near to your words").get_by_role("link").first
    number = tag.inner_text().split()[-2]
    tag.click()

    page.wait_for_url("**/search/?tag=*")
    assert page.evaluate("window.stayed")
    expect(page.locator("h1")).to_be_focused()
    expect(page.locator("h1 .soft")).to_have_text(number)


def test_filters_typed_by_name_become_chips(open_page: Open) -> None:
    page = open_page("/search/", language="ar", size=PHONE)
    page.locator("[name=q]").first.fill('country:"المغرب" kind:practice')
    page.keyboard.press("Enter")

    page.wait_for_url("**q=*")
    expect(page.locator("a.chip:not(.chip-q)")).to_have_count(2)
    expect(page.locator("[name=q]").first).to_have_value("")
    expect(page.locator("[data-address]")).to_have_attribute(
        "data-address", "/search/?kind=practice&country=ma"
    )


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_a_search_is_saved_changed_removed_and_brought_back(
    open_page: Open, javascript: bool
) -> None:
    page = open_page("/search/?q=hotline&country=ma", as_="author", javascript=javascript)
    page.get_by_role("link", name="Save this search").click()
    name = page.locator("[name=name]")
    expect(name).to_have_value("hotline, Morocco")
    name.fill(f"Hotlines {javascript}")
    page.locator("[name=alert][value=daily]").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name=f"Saved as “Hotlines {javascript}”")).to_be_visible()

    page.goto("/searches/")
    page.get_by_role("link", name=f"Change Hotlines {javascript}").click()
    expect(page.locator("[name=alert][value=daily]")).to_be_checked()
    page.locator("[name=alert][value=none]").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Alert: no alert")

    page.get_by_role("button", name=f"Remove Hotlines {javascript}").click()
    expect(page.get_by_role("link", name=f"Hotlines {javascript}", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("link", name=f"Hotlines {javascript}", exact=True).click()
    page.wait_for_url("**q=hotline*country=ma*")
    page.goto("/searches/")
    page.get_by_role("button", name=f"Remove Hotlines {javascript}").click()


def test_a_tag_is_followed_from_its_page(open_page: Open) -> None:
    page = open_page("/tags/prosecutors/", as_="author")

    page.get_by_role("button", name="Follow").click()
    expect(page.locator("main")).to_contain_text("You follow this")
    page.get_by_role("link", name="Alert: once a week").click()
    expect(page.locator("[name=alert][value=weekly]")).to_be_checked()
    page.goto("/tags/prosecutors/")
    page.get_by_role("button", name="Stop following").click()

    expect(page.get_by_role("button", name="Follow", exact=True)).to_be_visible()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_compared_practices_are_printed_side_by_side(open_page: Open, language: str) -> None:
    page = open_page("/practices/compare/?p=PR-0001&p=PR-0004", language=language)
    page.emulate_media(media="print")

    heads = page.locator("thead th")
    boxes = [head.bounding_box() for head in heads.all()]
    assert len(boxes) == 2
    first, second = (box["x"] for box in boxes if box)
    assert (first < second) is (language == "en")
    assert not page.locator("thead .btn").first.is_visible()
    assert not page.locator("form").first.is_visible()
    # All columns are on the paper, nothing has to be scrolled to.
    assert page.locator(".compare").evaluate("one => one.scrollWidth <= one.clientWidth + 1")


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
