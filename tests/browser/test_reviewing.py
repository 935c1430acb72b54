"""The review as its people meet it: the queue on a phone, endorsing, points asked and answered."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser import walking
from tests.browser.conftest import DESKTOP, PHONE, WCAG, Open, Site, axe_violations

LOOKS = [
    pytest.param(language, size, id=f"{language}-{size['width']}")
    for language in ("en", "ar")
    for size in (PHONE, DESKTOP)
]
looks = pytest.mark.parametrize(("language", "size"), LOOKS)


@pytest.fixture
def title() -> str:
    """Of one text of this test."""
    return f"Reviewed {uuid4().hex[:8]}"


def _width(page: Page) -> int:
    """By how much the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


# The queue


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_queue_is_read_on_a_phone_without_scrolling_sideways(
    open_page: Open, title: str, language: str
) -> None:
    walking.new_waiting_practice(open_page("/", as_="author"), title)
    queue = f"{walking.QUEUE}?kind=practice&q={title.rpartition(' ')[2]}"

    page = open_page(queue, as_="coordinator", language=language, size=PHONE)

    card = page.locator("#result_list tbody tr", has_text=title)
    expect(card).to_have_count(1)
    assert _width(page) <= 0
    inside = page.evaluate(
        "() => [...document.querySelectorAll('.results, .results *')].filter(element =>"
        " getComputedStyle(element).display !== 'none' && (element.scrollWidth > innerWidth ||"
        " element.getBoundingClientRect().right > innerWidth + 1 ||"
        " element.getBoundingClientRect().left < -1)).map(element => element.outerHTML)"
    )
    assert inside == []
    names = card.locator(".mod-name")
    assert [name.is_visible() for name in names.all()] == [True] * 7
    assert axe_violations(page, within="#content", rules=WCAG) == []


def test_the_queue_is_a_table_on_a_wide_window(open_page: Open) -> None:
    page = open_page(f"{walking.QUEUE}?state=all", as_="coordinator")

    row = page.locator("#result_list tbody tr").first
    expect(row.locator(".mod-name").first).to_be_hidden()
    tops = row.locator("td").evaluate_all("cells => cells.map(c => c.getBoundingClientRect().top)")
    assert len({round(top) for top in tops}) == 1


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_the_filters_of_the_queue_are_there_on_every_way_back(
    open_page: Open, title: str, javascript: bool
) -> None:
    author = open_page("/", as_="author")
    for number in (1, 2):
        walking.new_waiting_practice(author, f"{title} {number}")
    query = f"kind=practice&q={title.rpartition(' ')[2]}"
    page = open_page(f"{walking.QUEUE}?{query}", as_="coordinator", javascript=javascript)
    filtered = re.compile(rf"/revision/\?{re.escape(query)}$")
    texts = page.locator("#result_list tbody tr")

    def back() -> None:
        page.wait_for_url(filtered)
        expect(page.locator("#result_list")).to_contain_text(title)

    page.get_by_role("link", name=f"{title} 1").click()
    page.locator(".breadcrumbs a", has_text="Review queue").click()
    back()
    expect(texts).to_have_count(2)

    page.get_by_role("link", name=f"{title} 1").click()
    page.get_by_role("link", name="Assign a reviewer").click()
    page.locator("[name=reviewer]").first.check()
    page.locator("#content input[type=submit]").click()
    expect(page.locator(".messagelist")).to_contain_text("They have been told.")
    page.get_by_role("link", name="Hand over").first.click()
    page.locator("[name=reviewer]").first.check()
    page.locator("[name=note]").fill("I am away next week.")
    page.locator("#content input[type=submit]").click()
    expect(page.locator(".messagelist")).to_contain_text("Handed over")
    page.locator("textarea[name=text]").last.fill("Which court is it?")
    page.get_by_role("button", name="Add the note").click()
    page.get_by_role("link", name="Back to the queue").click()
    back()

    page.get_by_role("link", name=f"{title} 1").click()
    page.locator("input[name=action][value=review]").check()
    page.locator("input[name=_next]").click()
    expect(page.locator("h1")).to_contain_text(f"{title} 2")
    page.locator("input[name=action][value=decline]").check()
    page.locator("form.mod-form textarea[name=note]").fill("It is there already.")
    page.locator("input[name=_save]").click()
    back()
    expect(texts).to_have_count(1)


# A focal point endorses


def _faults(page: Page) -> list[str]:
    found = axe_violations(page)
    if (wide := _width(page)) > 0:
        found.append(f"is {wide} px too wide")
    return found


def _of_morocco(page: Page, title: str) -> str:
    """A practice about Morocco that waits; its code."""
    code = walking.begin(page)
    walking.fill_short_practice(page, title)
    page.locator("[name=countries][value=NE]").uncheck()
    page.locator("fieldset:has([name=countries]) details summary").click()
    page.locator("[name=countries][value=MA]").check()
    walking.send(page)
    return code


@looks
def test_a_focal_point_endorses_what_waits_and_what_is_published(
    open_page: Open, title: str, language: str, size: dict[str, int]
) -> None:
    code = _of_morocco(open_page("/", as_="author"), title)

    page = open_page("/inbox/", as_="focal.morocco", language=language, size=size)
    assert _faults(page) == []
    page.locator(f"main a[href='/contributions/{code}/endorse/']").first.click()
    expect(page.locator("main .lead")).to_have_text(title)
    assert _faults(page) == []
    page.locator("main a[href*='/preview/']").click()  # read it first
    expect(page.get_by_text("Each region has one joint team.")).to_be_visible()
    page.locator("main a[href$='/endorse/']").click()
    expect(page.locator("[name=country][value=MA]")).to_be_checked()
    page.locator("[name=note]").fill("The inspectorate confirms it.")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("main .plain li")).to_contain_text("The inspectorate confirms it.")
    expect(page.locator("main [name=note]")).to_have_count(0)
    assert _faults(page) == []

    coordinator = open_page("/", as_="coordinator")
    coordinator.goto(f"{walking.QUEUE}?q={code}")
    coordinator.get_by_role("link", name=title).click()
    expect(coordinator.locator("#content")).to_contain_text(
        "Endorsed by the focal point of Morocco"
    )
    coordinator.locator("input[name=action][value=approve]").check()
    coordinator.locator("input[name=_save]").click()
    visitor = open_page(f"/practices/{code}/", language=language, size=size)
    note = visitor.locator(".note", has_text="The inspectorate confirms it.")
    expect(note).to_be_visible()

    page.goto(f"/practices/{code}/")
    page.locator("main a[href$='/endorse/']").click()
    assert _faults(page) == []
    page.locator("form[action*='/unendorse/'], form[action*='endorse/']").first.locator(
        "button"
    ).click()
    expect(page.locator("[name=country][value=MA]")).to_be_checked()
    visitor.reload()
    expect(note).to_have_count(0)


# Points beside the fields


@looks
def test_an_author_answers_points_beside_the_fields_and_sends_again(
    open_page: Open, title: str, language: str, size: dict[str, int]
) -> None:
    author = open_page("/", as_="author", language=language, size=size)
    code = walking.new_waiting_practice(author, title)
    coordinator = open_page(f"{walking.QUEUE}?q={code}", as_="coordinator")
    coordinator.get_by_role("link", name=title).click()
    coordinator.locator("input[name=action][value=request_changes]").check()
    for number, (field, text) in enumerate(
        [("summary", "Say since when."), ("organisation", "Say which ministry it belongs to.")]
    ):
        coordinator.locator(f"[name=points-{number}-field]").select_option(field)
        coordinator.locator(f"[name=points-{number}-text]").fill(text)
    coordinator.locator("input[name=_save]").click()

    author.goto("/inbox/")
    author.locator(f"#waits a[href*='/contributions/{code}/']").first.click()
    first, second = author.locator("[id^=point-]").all()
    expect(first).to_contain_text("Say since when.")
    expect(second).to_contain_text("Say which ministry it belongs to.")
    # Each stands with the field that it is about.
    for point, field in ((first, "summary"), (second, "organisation")):
        beside = author.locator(f"[name={field}]").bounding_box()
        place = point.bounding_box()
        assert beside
        assert place
        assert abs(beside["y"] - place["y"]) < 900, (field, beside, place)
    assert _faults(author) == []

    author.locator("main button[name=action][value=submit]").click()
    expect(author.locator("#errors")).to_be_visible()
    assert _faults(author) == []
    author.locator("#errors a").first.click()
    first, second = author.locator("[id^=point-]").all()
    first.locator("textarea").fill("Since 2016, it says so now.")
    author.locator("[name=summary]").fill("Since 2016 inspectors and prosecutors visit together.")
    second.locator("input[type=checkbox]").check()
    author.locator("[name=organisation]").fill("Labour inspectorate of the Ministry of Labour")
    walking.send(author)
    expect(author.locator("main")).to_contain_text("Since 2016, it says so now.")
    assert _faults(author) == []

    coordinator.goto(f"{walking.QUEUE}?q={code}")
    coordinator.get_by_role("link", name=title).click()
    answers = coordinator.locator("section[aria-labelledby=mod-p]").first
    expect(answers).to_contain_text("Since 2016, it says so now.")
    expect(answers).to_contain_text("Done.")
    expect(answers.locator("ins").first).to_be_visible()
    assert axe_violations(coordinator, within="#content", rules=WCAG) == []
    coordinator.locator("input[name=action][value=approve]").check()
    coordinator.locator("input[name=_save]").click()
    expect(coordinator.locator(".messagelist")).to_contain_text(code)


# Fewer mails


@looks
def test_a_link_of_a_mail_ends_such_mails_without_signing_in(
    open_page: Open, site: Site, title: str, language: str, size: dict[str, int]
) -> None:
    link = _link_of_a_mail(open_page, site, title)

    page = open_page(link, language=language, size=size)
    button = page.locator("main form button[type=submit]")
    heading = page.locator("h1").inner_text()
    assert _faults(page) == []
    button.click()
    expect(page.locator("h1")).not_to_have_text(heading)
    expect(page.locator("main li")).to_have_count(1)
    assert _faults(page) == []

    author = open_page("/profile/mails/", as_="author")
    chosen = "selects => selects.filter(s => s.value === 'never').map(s => s.name)"
    assert author.locator("main select").evaluate_all(chosen) == ["decision"]
    button.click()  # as it was
    expect(page.locator("main form")).to_have_count(0)
    assert _faults(page) == []
    author.reload()
    assert author.locator("main select").evaluate_all(chosen) == []


def test_without_a_script_a_link_of_a_mail_works_too(
    open_page: Open, site: Site, title: str
) -> None:
    link = _link_of_a_mail(open_page, site, title)

    page = open_page(link, javascript=False)
    page.get_by_role("button", name="Turn these mails off").click()
    expect(page.get_by_text("Turned off:")).to_be_visible()
    page.get_by_role("button", name="Turn on again").click()
    expect(page.get_by_text("Everything is as it was before.")).to_be_visible()


def _link_of_a_mail(open_page: Open, site: Site, title: str) -> str:
    """From the mail that tells an author what was decided."""
    code = walking.new_waiting_practice(open_page("/", as_="author"), title)
    walking.decide(open_page("/", as_="coordinator"), title, "request_changes", "Say since when.")
    site.do_tasks()
    mails = open_page("/demo/mail/").locator("article", has_text="author@demo.example")
    link = mails.filter(has_text=code).first.locator("a[href*='/mails/off/']")
    return str(link.get_attribute("href"))
