"""Writing, sending, being answered, revising: in a browser, with and without script."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import PHONE, Open, axe_violations, sign_in

both_ways = pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])


def fill_practice(page: Page, title: str) -> None:
    """Answer all that the short form asks."""
    page.get_by_label("Title", exact=True).fill(title)
    page.get_by_label("Summary", exact=True).fill(
        "Prosecutors train together, so that all know the law."
    )
    page.get_by_label("Type", exact=True).select_option("training")
    page.get_by_label("Trafficking in persons (TIP)").check()
    page.locator("input[name=primary_objective][value='3']").check()
    page.get_by_label("Prosecutors", exact=True).check()
    page.get_by_label("Organisation", exact=True).fill("Ministry of Justice")
    page.get_by_label("The challenge it answers", exact=True).fill(
        "Trained people move to other posts."
    )
    page.get_by_label("Result", exact=True).first.fill("Every court has a trainer.")
    page.get_by_label("If others copy it", exact=True).fill(
        "The trainers come from the courts themselves."
    )
    page.get_by_label("The text names no victim").check()
    page.locator("input[name=operational_detail][value=no]").check()
    page.get_by_label("Those who did this work agree").check()


def begin(page: Page, button: str = "Begin with the short form") -> str:
    """Begin a draft; the address of its pages."""
    page.get_by_role("button", name=button).click()
    page.wait_for_url(re.compile(r"/edit/"))
    return page.url.partition("edit/")[0]


@both_ways
def test_from_the_first_word_to_the_public_page(open_page: Open, javascript: bool) -> None:
    title = f"Courts train trainers {uuid4().hex[:8]}"
    page = open_page("/practices/new/", as_="author", javascript=javascript)
    here = begin(page)

    # An incomplete text comes back with all it lacks, and the focus on the list.
    page.get_by_label("Title", exact=True).fill(title)
    page.get_by_role("button", name="Send for review").click()
    expect(page.get_by_role("heading", name="answers need another look")).to_be_visible()
    expect(page.get_by_label("Title", exact=True)).to_have_value(title)
    if javascript:
        assert axe_violations(page) == []

    # A second result, and a look at how it will be.
    fill_practice(page, title)
    page.get_by_role("button", name="Add a result").click()
    page.locator("textarea[name=results-1-statement]").fill("People stay in touch.")
    page.get_by_role("button", name="See how it will look").click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.get_by_text("People stay in touch.")).to_be_visible()
    page.get_by_role("link", name="Go on writing").first.click()

    page.get_by_role("button", name="Send for review").click()
    page.wait_for_url(f"{here}status/")
    expect(page.get_by_text("Sent for review. A reviewer or a coordinator")).to_be_visible()

    # A coordinator asks for a change, the author makes it.
    code = here.rstrip("/").rpartition("/")[2]
    decide(open_page, code, "request_changes", "Say since when.")
    page.goto("/inbox/")
    page.locator("#waits").get_by_role("link", name=f"Change it {code}").click()
    expect(page.get_by_text("Say since when.")).to_be_visible()
    page.get_by_label("Summary", exact=True).fill("Since 2016 prosecutors train together.")
    page.get_by_role("button", name="Send for review").click()
    page.wait_for_url(f"{here}status/")
    decide(open_page, code, "approve")

    page.goto(f"/practices/{code}/")
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    expect(page.get_by_text("Since 2016 prosecutors train together.").first).to_be_visible()


def decide(open_page: Open, code: str, action: str, note: str = "") -> None:
    """As the coordinator, from the inbox to the decision."""
    page = open_page("/inbox/", as_="coordinator")
    page.get_by_role("link", name="Open the queue").click()
    page.locator("tr", has_text=code).get_by_role("link").first.click()
    page.locator(f"input[name=action][value={action}]").check()
    page.locator("textarea[name=note]").fill(note)
    page.locator("form:has(input[name=action])").get_by_role("button").last.click()
    page.wait_for_load_state()


@both_ways
def test_a_focal_point_posts_an_effort_of_the_own_country(
    open_page: Open, javascript: bool
) -> None:
    title = f"National action plan {uuid4().hex[:8]}"
    page = open_page("/efforts/new/", as_="focal.morocco", javascript=javascript, size=PHONE)
    begin(page)

    expect(page.locator("input[name=countries][value=MA]")).to_be_checked()
    page.get_by_label("Title", exact=True).fill(title)
    page.get_by_label("Summary", exact=True).fill("The government adopted a plan.")
    page.get_by_label("What kind of effort is it?", exact=True).select_option("strategy")
    page.get_by_label("Where does it stand?", exact=True).select_option("adopted")
    page.locator("input[name=primary_objective][value='1']").check()
    page.get_by_label("Both", exact=True).check()
    page.locator("input[name=crime_scope_reason]").fill("The plan has a part on each.")
    page.get_by_label("The text names no victim").check()
    page.locator("input[name=operational_detail][value=no]").check()
    page.locator("input[name=visibility][value=public]").check()
    page.get_by_label("Those who did this work agree").check()
    page.get_by_role("button", name="Publish", exact=True).click()

    page.wait_for_url(re.compile(r"/efforts/EF-\d+/"))
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    visitor = open_page("/countries/ma/")
    expect(visitor.get_by_text(title).first).to_be_visible()


def test_what_is_typed_is_saved_by_itself_and_found_on_another_device(open_page: Open) -> None:
    title = f"Typed and left {uuid4().hex[:8]}"
    page = open_page("/practices/new/", as_="member")
    begin(page, "Begin with the full form")

    page.get_by_label("Title", exact=True).fill(title)
    expect(page.locator("[data-save-line]")).to_contain_text("Draft saved at")
    page.close()

    other = open_page("/inbox/", as_="member", size=PHONE)
    other.locator("#drafts").get_by_role("link", name=title).click()
    expect(other.get_by_label("Title", exact=True)).to_have_value(title)


def test_saving_waits_for_an_autosave_under_way(open_page: Open) -> None:
    """Otherwise the form would be stale by the page's own doing."""
    page = open_page("/practices/new/", as_="member")
    here = begin(page)

    def slowly(route: Route) -> None:
        page.wait_for_timeout(1500)
        route.continue_()

    page.route("**/autosave/", slowly)
    page.get_by_label("Title", exact=True).fill("First words")
    with page.expect_request("**/autosave/"):
        pass
    page.get_by_label("Title", exact=True).fill("First words and more")
    page.locator(".bar").get_by_role("button", name="Save draft").click()

    expect(page.get_by_text("Draft saved. You can close this page")).to_be_visible()
    expect(page.get_by_label("Title", exact=True)).to_have_value("First words and more")
    assert page.url == f"{here}edit/"


@both_ways
def test_a_session_that_ran_out_in_the_middle_loses_nothing(
    open_page: Open, javascript: bool
) -> None:
    title = f"Typed in the train {uuid4().hex[:8]}"
    page = open_page("/lessons/new/", as_="member", javascript=javascript)
    begin(page)

    page.context.clear_cookies(name="sessionid")
    page.get_by_label("Title", exact=True).fill(title)
    page.locator(".bar").get_by_role("button", name="Save draft").click()
    page.wait_for_url(re.compile("/accounts/login/"))
    page.locator("input[name=login]").fill("member@demo.example")
    page.locator("input[name=password]").fill("learn-from-each-other")
    page.locator("form:has(input[name=password]) button[type=submit]").first.click()

    expect(page.get_by_role("heading", name="before your session ended")).to_be_visible()
    page.get_by_role("button", name="Save this choice").click()
    expect(page.get_by_label("Title", exact=True)).to_have_value(title)


@both_ways
def test_two_windows_show_both_texts(open_page: Open, javascript: bool) -> None:
    page = open_page("/lessons/new/", as_="author", javascript=javascript)
    here = begin(page)
    second = page.context.new_page()
    second.goto(f"{here}edit/")
    second.get_by_label("What happened", exact=True).fill("Told in the second window.")
    second.locator(".bar").get_by_role("button", name="Save draft").click()
    expect(second.get_by_text("Draft saved. You can close this page")).to_be_visible()

    page.get_by_label("What happened", exact=True).fill("Told in the first window.")
    page.locator(".bar").get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Told in the second window.")).to_be_visible()
    page.get_by_label("Keep both, one below the other").check()
    page.get_by_role("button", name="Save this choice").click()

    expect(page.get_by_label("What happened", exact=True)).to_have_value(
        "Told in the second window.\n\nTold in the first window."
    )
    page.reload()
    expect(page.get_by_text("This device has a text that was not saved.")).to_be_hidden()


def test_a_choice_between_two_texts_settles_the_copy_on_the_device(open_page: Open) -> None:
    page = open_page("/lessons/new/", as_="author")
    here = begin(page)
    second = page.context.new_page()
    second.goto(f"{here}edit/")
    second.get_by_label("What happened", exact=True).fill("Told in the second window.")
    expect(second.get_by_text("Draft saved at")).to_be_visible()
    page.get_by_label("Title", exact=True).fill("Typed in the first window")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Look at both").click()
    both = opened.value

    both.get_by_role("button", name="Save this choice").click()

    # What was written in one window only needed no choice.
    expect(both.get_by_label("Title", exact=True)).to_have_value("Typed in the first window")
    expect(both.get_by_label("What happened", exact=True)).to_have_value(
        "Told in the second window."
    )
    expect(both.get_by_text("This device has a text that was not saved.")).to_be_hidden()


def test_typing_on_after_an_answer_got_lost_saves(open_page: Open) -> None:
    page = open_page("/lessons/new/", as_="author")
    begin(page)
    lost = [True]

    def lose_the_first_answer(route: Route) -> None:
        if lost:
            lost.clear()
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/autosave/", lose_the_first_answer)
    page.get_by_label("Title", exact=True).fill("Typed")
    expect(page.get_by_text("Not saved: no connection.")).to_be_visible()
    page.get_by_label("Title", exact=True).fill("Typed, and more")

    expect(page.get_by_text("Draft saved at")).to_be_visible()


@both_ways
def test_withdrawn_and_taken_up_again_and_a_new_version_of_what_is_published(
    open_page: Open, javascript: bool
) -> None:
    title = f"Second edition {uuid4().hex[:8]}"
    page = open_page("/practices/new/", as_="author", javascript=javascript)
    here = begin(page)
    fill_practice(page, title)
    page.get_by_role("button", name="Send for review").click()
    page.wait_for_url(f"{here}status/")

    page.get_by_role("link", name="Withdraw").click()
    page.get_by_role("button", name="Withdraw").click()
    page.get_by_role("button", name="Take it up again").click()
    page.get_by_role("button", name="Send for review").click()
    page.wait_for_url(f"{here}status/")
    code = here.rstrip("/").rpartition("/")[2]
    decide(open_page, code, "approve")

    page.goto(f"{here}status/")
    page.get_by_role("button", name="Write a new version").click()
    page.get_by_label("Title", exact=True).fill(f"{title}, revised")
    page.get_by_role("button", name="Send for review").click()
    page.wait_for_url(f"{here}status/")
    page.goto(f"/practices/{code}/")
    expect(page.get_by_role("heading", level=1, name=title, exact=True)).to_be_visible()
    decide(open_page, code, "approve")

    page.goto(f"{here}versions/")
    page.get_by_role("link", name="What changed").first.click()
    expect(page.locator("ins")).to_contain_text("revised")


def test_signing_in_again_elsewhere_lets_autosave_go_on(open_page: Open) -> None:
    page = open_page("/practices/new/", as_="member")
    begin(page)
    page.context.clear_cookies(name="sessionid")

    page.get_by_label("Title", exact=True).fill("Kept on the device")
    expect(page.locator("[data-save-line]")).to_contain_text("you are signed out")
    elsewhere = page.context.new_page()
    sign_in(elsewhere, "member")
    page.get_by_label("Title", exact=True).fill("Kept on the device, then saved")

    expect(page.locator("[data-save-line]")).to_contain_text("Draft saved at")
