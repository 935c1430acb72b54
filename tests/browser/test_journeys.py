"""What people come for, from end to end, through the pages only.

Each journey goes with and without JavaScript. The site is shared: every test writes under a
title of its own.
"""

from __future__ import annotations

import re
import secrets

import pytest
from playwright.sync_api import Locator, Page, expect

from copkb.demo.loader import PASSWORD
from tests.browser import walking
from tests.browser.conftest import Open, Site

with_and_without = pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])


@pytest.fixture
def title() -> str:
    """A title that no other test has."""
    return f"Joint visits to farms {secrets.token_hex(3)}"


# 1 Visitor


@with_and_without
def test_a_visitor_searches_narrows_reads_and_prints(open_page: Open, javascript: bool) -> None:
    page = open_page("/", javascript=javascript)
    page.locator(".hero [name=q]").fill("prosecutors")
    page.locator(".hero form button[type=submit]").click()
    page.wait_for_url("**/search/?q=prosecutors*")
    everything = _number(page.locator("#results h1"))

    kinds = page.locator("details.facet:has([name=kind])")
    _unfold(kinds)
    choice = kinds.locator("label:has([value=practice])")
    promised = _number(choice.locator("data"))
    choice.locator("input").check()
    if not javascript:
        page.get_by_role("button", name="Apply filters").click()
    page.wait_for_url("**kind=practice*")
    expect(page.locator("#results h1")).to_contain_text(f"{promised} result")
    assert 0 < promised < everything

    page.locator("#results .hit a[href^='/practices/']").first.click()
    page.wait_for_url(re.compile(r"/practices/PR-\d+"))
    expect(page.get_by_role("heading", name="At a glance")).to_be_visible()
    expect(page.get_by_role("heading", name="Discussion")).to_be_visible()
    expect(page.get_by_text("not recorded").first).to_be_visible()

    page.emulate_media(media="print")
    expect(page.locator("h1")).to_be_visible()
    expect(page.get_by_text("Printed on")).to_be_visible()
    for screen_only in ("header.mast nav", ".toc", ".acts"):
        expect(page.locator(screen_only).first).to_be_hidden()


@with_and_without
def test_a_visitor_comes_by_an_objective_to_a_filtered_list(
    open_page: Open, javascript: bool
) -> None:
    page = open_page("/", javascript=javascript)
    page.locator("ol.tiles a").first.click()
    page.wait_for_url("**/objectives/1/")
    page.get_by_role("link", name=re.compile(r"^All \d+")).first.click()

    page.wait_for_url(re.compile(r"/(practices|lessons|efforts)/\?objective=1"))
    expect(page.locator("#results .chips")).to_be_visible()
    page.locator("#results .hit h2 a").first.click()
    expect(page.get_by_role("heading", name="At a glance")).to_be_visible()


@with_and_without
def test_a_visitor_comes_by_a_country_to_what_it_does(open_page: Open, javascript: bool) -> None:
    page = open_page("/", javascript=javascript)
    page.locator("#countries a[href='/countries/pk/']").click()
    page.wait_for_url("**/countries/pk/")
    page.locator("#efforts h3 a").first.click()

    page.wait_for_url(re.compile(r"/efforts/EF-\d+"))
    expect(page.get_by_role("heading", name="At a glance")).to_be_visible()
    expect(page.locator("main").get_by_role("link", name="Pakistan").first).to_be_visible()


def _number(place: Locator) -> int:
    found = re.search(r"\d+", place.inner_text())
    assert found
    return int(found[0])


def _unfold(details: Locator) -> None:
    if details.get_attribute("open") is None:
        details.locator("summary").click()


# 2 Member


@with_and_without
def test_a_member_writes_a_practice_on_two_devices_and_sends_it(
    open_page: Open, title: str, javascript: bool
) -> None:
    page = open_page("/", as_="member", javascript=javascript)
    page.get_by_role("link", name="Contribute").click()
    page.get_by_role("button", name="Begin with the short form").click()
    page.wait_for_url("**/edit/")
    code = walking.code_of(page)
    page.locator("[name=title]").fill(title)
    _let_it_be_saved(page, javascript=javascript)

    page.goto("/")
    other = open_page("/inbox/", as_="member", javascript=javascript)
    other.locator("#drafts").get_by_role("link", name=title).click()
    expect(other.locator("[name=title]")).to_have_value(title)
    walking.fill_short_practice(other, title)
    other.get_by_role("button", name="See how it will look").click()
    other.wait_for_url("**/preview/")
    expect(other.get_by_role("heading", name=title)).to_be_visible()
    expect(other.get_by_text("Each region has one joint team.")).to_be_visible()

    page.goto(f"/contributions/{code}/edit/")
    expect(page.locator("[name=results-0-statement]")).to_have_value(
        "Each region has one joint team."
    )
    walking.send(page)
    expect(page.get_by_text("A reviewer or a coordinator reads it next")).to_be_visible()
    page.goto("/mine/")
    expect(page.locator("main li", has_text=title)).to_contain_text("sent for review")


def _let_it_be_saved(page: Page, *, javascript: bool) -> None:
    """Autosave does it by itself; without a script people press the button."""
    if javascript:
        expect(page.locator("[data-save-line]")).to_contain_text("Draft saved at")
    else:
        page.locator(".bar [name=save]").click()
        expect(page.get_by_text("Draft saved. You can close this page")).to_be_visible()


@with_and_without
def test_text_outlives_a_session_that_ran_out(
    open_page: Open, title: str, javascript: bool
) -> None:
    page = open_page("/", as_="member", javascript=javascript)
    code = walking.begin(page)
    page.context.clear_cookies(name="sessionid")
    page.locator("[name=title]").fill(title)
    if javascript:
        expect(page.locator("[data-save-line]")).to_contain_text("you are signed out")
    page.locator(".bar [name=save]").click()

    page.locator("[name=login]").fill("member@demo.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form:has([name=password]) button[type=submit]").first.click()
    page.wait_for_url(f"**/contributions/{code}/unsaved/")
    expect(page.get_by_text(title)).to_be_visible()
    page.get_by_role("button", name="Save this choice").click()

    page.goto(f"/contributions/{code}/edit/")
    expect(page.locator("[name=title]")).to_have_value(title)


@with_and_without
def test_what_is_missing_is_said_beside_the_question_and_in_one_list(
    open_page: Open, title: str, javascript: bool
) -> None:
    page = open_page("/", as_="member", javascript=javascript)
    walking.begin(page)
    page.locator("[name=title]").fill(title)
    page.locator("main button[name=action][value=submit]").click()

    summary = page.locator("#errors")
    expect(summary).to_be_visible()
    expect(page.locator("[name=title]")).to_have_value(title)
    summary.get_by_role("link").first.click()
    expect(page.locator(".field.bad .err").first).to_be_visible()


@with_and_without
def test_rows_are_added_and_kept_in_the_full_form(
    open_page: Open, title: str, javascript: bool
) -> None:
    page = open_page("/", as_="member", javascript=javascript)
    code = walking.begin(page, level="full")
    page.goto(f"/contributions/{code}/edit/?part=results")
    page.locator("[name=results-0-statement]").fill(f"First result of {title}")
    page.get_by_role("button", name="Add a result").click()
    page.locator("[name=results-1-statement]").fill("Second result")
    page.get_by_role("button", name="Save and go on").click()
    page.wait_for_url("**part=rights")

    page.goto(f"/contributions/{code}/edit/?part=results")
    expect(page.locator("[name=results-0-statement]")).to_have_value(f"First result of {title}")
    expect(page.locator("[name=results-1-statement]")).to_have_value("Second result")


# 3 Coordinator


@with_and_without
def test_a_returned_text_is_changed_sent_again_and_published(
    open_page: Open, site: Site, title: str, javascript: bool
) -> None:
    author = open_page("/", as_="member", javascript=javascript)
    code = walking.new_waiting_practice(author, title)

    coordinator = open_page("/inbox/", as_="coordinator", javascript=javascript)
    coordinator.get_by_role("link", name="Open the queue").click()
    expect(coordinator.get_by_role("heading", name="Review queue")).to_be_visible()
    walking.decide(coordinator, title, "request_changes")
    expect(coordinator.get_by_text("Give the reason.")).to_be_visible()
    coordinator.locator("textarea[name=note]").fill("Say how many regions there are.")
    coordinator.locator("input[name=_save]").click()
    expect(coordinator.get_by_text("The author has been told.")).to_be_visible()

    author.goto("/inbox/")
    line = author.locator("#waits li", has_text=title)
    expect(line).to_contain_text("Say how many regions there are.")
    site.do_tasks()
    author.goto("/demo/mail/")
    mail = author.locator("article", has_text=title).filter(has_text="member@demo.example")
    expect(mail.first).to_contain_text("Say how many regions there are.")

    author.goto("/inbox/")
    line.get_by_role("link", name="Change it").click()
    expect(author.get_by_text("A change is asked for:")).to_be_visible()
    author.locator("[name=results-0-statement]").fill("Each of nine regions has one joint team.")
    walking.send(author)
    walking.decide(coordinator, title, "approve")

    visitor = open_page(f"/practices/{code}/", javascript=javascript)
    expect(visitor.get_by_role("heading", name=title)).to_be_visible()
    expect(visitor.get_by_text("Each of nine regions")).to_be_visible()


@with_and_without
def test_a_declined_text_comes_back_with_its_reason(
    open_page: Open, title: str, javascript: bool
) -> None:
    author = open_page("/", as_="member", javascript=javascript)
    code = walking.new_waiting_practice(author, title)

    coordinator = open_page("/", as_="coordinator", javascript=javascript)
    walking.decide(coordinator, title, "decline", "It tells of one case; please write what you do.")
    expect(coordinator.get_by_text("The author has been told.")).to_be_visible()
    coordinator.goto(walking.QUEUE)
    expect(coordinator.get_by_role("link", name=title)).to_have_count(0)

    author.goto(f"/contributions/{code}/status/")
    expect(author.locator("h1 ~ .lead, .head .lead").first).to_contain_text("Declined.")
    expect(author.get_by_text("It tells of one case").first).to_be_visible()
    assert open_page(f"/practices/{code}/").locator("h1").inner_text() != title


# 4 Focal point


@with_and_without
def test_a_focal_point_publishes_an_effort_of_the_own_country_at_once(
    open_page: Open, title: str, javascript: bool
) -> None:
    page = open_page("/countries/ma/", as_="focal.morocco", javascript=javascript)
    page.get_by_role("link", name="Post an effort").first.click()
    page.get_by_role("button", name="Begin with the short form").click()
    page.wait_for_url("**/edit/")
    expect(page.locator("[name=countries][value=MA]")).to_be_checked()
    walking.fill_effort(page, title)
    page.get_by_role("button", name="Publish", exact=True).click()
    page.wait_for_url(re.compile(r"/efforts/EF-\d+"))
    expect(page.get_by_role("heading", name=title)).to_be_visible()

    visitor = open_page("/countries/ma/", javascript=javascript)
    expect(visitor.locator("#efforts").get_by_role("link", name=title)).to_be_visible()


@with_and_without
def test_an_effort_of_another_country_waits_for_a_coordinator(
    open_page: Open, title: str, javascript: bool
) -> None:
    page = open_page("/", as_="focal.morocco", javascript=javascript)
    walking.begin(page, "efforts")
    walking.fill_effort(page, title)
    page.get_by_text("Another country", exact=True).click()
    page.locator("[name=countries][value=PK]").check()
    page.get_by_role("button", name="Publish", exact=True).click()
    page.wait_for_url("**/status/")
    expect(page.get_by_text("Sent for review.").first).to_be_visible()

    visitor = open_page("/countries/pk/", javascript=javascript)
    expect(visitor.get_by_text(title)).to_have_count(0)


# 5 Discussion and tags


@with_and_without
@pytest.mark.parametrize("kind", ["practices", "lessons"])
def test_members_talk_and_a_coordinator_hides_what_must_not_stand_there(
    open_page: Open, title: str, kind: str, javascript: bool
) -> None:
    asked, answered = f"Who pays for it? {title}", f"The ministry does. {title}"
    author = open_page(f"/{kind}/", as_="author", javascript=javascript)
    author.locator(f"#results .hit a[href^='/{kind}/']").nth(1).click()
    author.wait_for_url(re.compile(rf"/{kind}/[A-Z]{{2}}-\d+"))
    address = author.url
    author.locator("#say textarea").fill(asked)
    author.get_by_role("button", name="Post comment").click()
    expect(author.get_by_text("Your comment is there.")).to_be_visible()

    member = open_page(address, as_="member", javascript=javascript)
    _comment(member, asked).get_by_role("link", name="Reply").click()
    member.locator("textarea[name=text]").fill(answered)
    member.get_by_role("button", name="Post answer").click()
    expect(_comment(member, answered)).to_be_visible()
    author.goto("/inbox/")
    expect(author.locator("#news li", has_text=answered)).to_be_visible()

    coordinator = open_page(address, as_="coordinator", javascript=javascript)
    _comment(coordinator, answered).get_by_role("link", name="Hide").click()
    coordinator.get_by_role("button", name="Hide the comment").click()
    expect(coordinator.locator("#errors, .err").first).to_be_visible()
    coordinator.locator("[name=reason]").fill("It names an office that must stay unknown.")
    coordinator.get_by_role("button", name="Hide the comment").click()
    expect(coordinator.get_by_text("The comment is hidden.")).to_be_visible()

    author.goto(address)
    expect(_comment(author, asked)).to_be_visible()
    expect(author.get_by_text(answered)).to_have_count(0)
    member.goto("/inbox/")
    expect(member.locator("#news")).to_contain_text("It names an office that must stay unknown.")


def _comment(page: Page, text: str) -> Locator:
    return page.locator("article", has_text=text).filter(has=page.locator(".by")).last


@with_and_without
def test_a_member_adds_a_known_tag_and_proposes_a_new_one(
    open_page: Open, title: str, javascript: bool
) -> None:
    page = open_page("/practices/", as_="member", javascript=javascript)
    page.locator("#results .hit h2 a").nth(3 if javascript else 4).click()
    page.get_by_role("link", name="Add or take away tags").click()
    line = page.locator("[name=tags]")
    if javascript:
        line.press_sequentially("forced begg", delay=30)
        page.locator(".offers [data-offer]").first.click()
        expect(line).to_have_value(re.compile(r"\w+.*, $"))
    else:
        line.fill("forced begging, ")
    line.fill(line.input_value() + title)
    page.get_by_role("button", name="Add", exact=True).click()

    expect(page.locator("main .list li", has_text=title)).to_contain_text("proposed")
    known = page.locator("main .list li", has_text="Exploitation of begging").first
    expect(known).not_to_contain_text("proposed")
    for item in (page.locator("main .list li", has_text=title), known):
        item.get_by_role("button", name="Take away").click()


# 6 Author


@with_and_without
def test_an_author_withdraws_and_takes_it_up_again(
    open_page: Open, title: str, javascript: bool
) -> None:
    page = open_page("/", as_="author", javascript=javascript)
    walking.begin(page, "lessons")
    walking.fill_lesson(page, title)
    walking.send(page)
    page.get_by_role("link", name="Withdraw").click()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("Withdrawn. Nobody reviews it")).to_be_visible()
    page.get_by_role("button", name="Take it up again").click()
    page.wait_for_url("**/edit/")

    expect(page.locator("[name=title]")).to_have_value(title)
    walking.send(page)


@with_and_without
def test_the_old_version_stays_public_while_the_new_one_is_read(
    open_page: Open, title: str, javascript: bool
) -> None:
    author = open_page("/", as_="author", javascript=javascript)
    code = walking.new_waiting_practice(author, title)
    coordinator = open_page("/", as_="coordinator", javascript=javascript)
    walking.decide(coordinator, title, "approve")

    author.goto(f"/practices/{code}/")
    author.get_by_role("button", name="Begin a new version").click()
    author.wait_for_url("**/edit/")
    author.locator("[name=title]").fill(f"{title} and to kilns")
    walking.send(author)
    visitor = open_page(f"/practices/{code}/", javascript=javascript)
    expect(visitor.locator("h1")).to_have_text(title)

    walking.decide(coordinator, f"{title} and to kilns", "approve")
    visitor.reload()
    expect(visitor.locator("h1")).to_have_text(f"{title} and to kilns")
    visitor.get_by_role("link", name="all versions").click()
    expect(visitor.locator("main ol > li")).to_have_count(2)
    visitor.get_by_role("link", name="What changed").first.click()
    expect(visitor.locator("main ins")).to_contain_text("and to kilns")


# 7 Everyone


@with_and_without
def test_the_own_things_stand_in_the_inbox_and_are_marked_as_read(
    open_page: Open, title: str, javascript: bool
) -> None:
    author = open_page("/", as_="focal.pakistan", javascript=javascript)
    walking.new_waiting_practice(author, title)
    draft = walking.begin(author, "lessons")
    author.locator("[name=title]").fill(f"Draft of {title}")
    _let_it_be_saved(author, javascript=javascript)
    coordinator = open_page("/", as_="coordinator", javascript=javascript)
    walking.decide(coordinator, title, "approve")

    author.goto("/inbox/")
    expect(author.locator("#drafts li", has_text=f"Draft of {title}")).to_be_visible()
    expect(author.locator("#news li.new", has_text=title)).to_be_visible()
    author.get_by_role("button", name="Mark all as read").click()
    expect(author.locator("#news li.new")).to_have_count(0)

    author.goto("/mine/")
    expect(author.locator("main li", has_text=draft)).to_contain_text("draft", ignore_case=True)
    expect(author.locator("main h2", has_text=re.compile(rf"^\s*{title}"))).to_be_visible()


@with_and_without
def test_the_language_is_kept_in_the_browser_and_for_the_person(
    open_page: Open, javascript: bool
) -> None:
    visitor = open_page("/practices/", javascript=javascript)
    _speak(visitor, "العربيّة")
    visitor.wait_for_url("**/practices/")
    expect(visitor.locator("html")).to_have_attribute("dir", "rtl")
    visitor.goto("/about/")
    expect(visitor.locator("html")).to_have_attribute("lang", "ar")

    # Nobody else in these tests is the reviewer.
    reviewer = open_page("/", as_="reviewer", javascript=javascript)
    _speak(reviewer, "Français")
    elsewhere = open_page("/", as_="reviewer", javascript=javascript)
    expect(elsewhere.locator("html")).to_have_attribute("lang", "fr")
    _speak(elsewhere, "English")
    expect(elsewhere.locator("html")).to_have_attribute("lang", "en")


def _speak(page: Page, language: str) -> None:
    page.locator("details.lang:has([name=language]) summary").click()
    page.get_by_role("button", name=language, exact=True).click()
