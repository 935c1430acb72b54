"""What the script adds to a form: saving as one types, rows, counters. Nothing typed gets lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils import translation
from playwright.sync_api import expect

from tests.interface.conftest import Desk

pytestmark = pytest.mark.browser

Sit = Callable[[str], Desk]


class TitleForm(forms.Form):
    title = forms.CharField()
    summary = forms.CharField(widget=forms.Textarea)


class ResultForm(forms.Form):
    statement = forms.CharField()


def form_page(lock: int = 3, title: str = "") -> str:
    """A form with autosave, a counter and one row, made of the project's partials."""
    form = TitleForm({"title": title})
    form.fields["summary"].max_words = 4  # type: ignore[attr-defined]
    rows = SimpleNamespace(
        name="results",
        title="Result",
        add="Add a result",
        forms=[ResultForm({"results-0-statement": "First"}, prefix="results-0")],
        blank=ResultForm(prefix="results-__prefix__"),
    )
    with translation.override("en"):
        fields = "".join(
            render_to_string("components/_field.html", {"field": field}) for field in form
        )
        return (
            "<form method='post' action='/edit/' data-autosave='/save/'>"
            "<input type='hidden' name='csrfmiddlewaretoken' value='token1'>"
            f"<input type='hidden' name='lock' value='{lock}'>"
            + render_to_string("components/_save_line.html")
            + fields
            + render_to_string("components/_rows.html", {"rows": rows})
            + "<button>Send</button></form>"
        )


@pytest.fixture
def typed(desk: Sit) -> Desk:
    """A form into which somebody has just typed; the server has not been asked yet."""
    opened = desk(form_page())
    opened.page.get_by_label("Title").fill("A network of prosecutors")
    return opened


def line(desk: Desk, text: str) -> None:
    expect(desk.page.locator("[data-save-line]")).to_contain_text(text)


def test_what_is_typed_is_saved_by_itself_with_the_number_the_form_was_opened_with(
    desk: Sit,
) -> None:
    opened = desk(form_page())
    opened.told = {"lock": 4, "saved_at": "2026-05-21T14:32:00Z"}

    opened.page.get_by_label("Title").fill("A network of prosecutors")

    line(opened, "Draft saved at")
    assert "A network of prosecutors" in opened.sent[0]
    assert re.search(r'name="lock"\s+3\s', opened.sent[0])
    assert opened.page.locator("[name=lock]").input_value() == "4"


def test_without_connection_the_text_stays_on_the_device_and_is_offered_back(desk: Sit) -> None:
    opened = desk(form_page())
    opened.is_online = False
    opened.page.get_by_label("Title").fill("Written in a train")
    opened.page.get_by_role("button", name="Add a result").click()
    opened.page.get_by_label("Statement").nth(1).fill("Second")
    line(opened, "no connection")

    opened.open()
    opened.is_online = True
    expect(opened.page.get_by_label("Title")).to_have_value("")
    opened.page.get_by_role("button", name="Use the text of this device").click()

    expect(opened.page.get_by_label("Title")).to_have_value("Written in a train")
    expect(opened.page.get_by_label("Statement").nth(1)).to_have_value("Second")
    line(opened, "Draft saved at")


def test_the_text_of_the_device_can_be_left_aside(desk: Sit) -> None:
    opened = desk(form_page())
    opened.is_online = False
    opened.page.get_by_label("Title").fill("Written in a train")
    line(opened, "no connection")

    opened.open()
    opened.page.get_by_role("button", name="Keep what is here").click()
    opened.open()

    expect(opened.page.locator("[data-restore]")).to_be_hidden()


def test_nothing_is_offered_when_all_was_saved(typed: Desk) -> None:
    line(typed, "Draft saved at")
    typed.html = typed.html.replace('name="title"', 'name="title" value="A network of prosecutors"')

    typed.open()

    expect(typed.page.locator("[data-restore]")).to_be_hidden()


def test_a_sent_form_is_not_offered_again_once_the_server_has_it(desk: Sit) -> None:
    opened = desk(form_page())
    opened.page.get_by_label("Title").fill("Sent")
    opened.page.route("**/edit/", lambda route: route.fulfill(body="thank you"), times=1)
    opened.page.get_by_role("button", name="Send").click()
    opened.page.wait_for_load_state()
    opened.html = opened.html.replace("value='3'", "value='4'")

    opened.open()

    expect(opened.page.locator("[data-restore]")).to_be_hidden()


@pytest.mark.parametrize("status", [401, 403])
def test_after_the_session_ran_out_it_says_so_and_keeps_the_text(desk: Sit, status: int) -> None:
    opened = desk(form_page())
    opened.status = status
    opened.page.get_by_label("Title").fill("Too late")

    line(opened, "you are signed out")
    expect(opened.page.get_by_role("link", name="Sign in again")).to_be_visible()
    assert "Too late" in opened.page.evaluate("localStorage.getItem('draft:/save/')")


def test_after_signing_in_again_the_form_gets_a_new_token_and_saves(desk: Sit) -> None:
    opened = desk(form_page())
    opened.status = 403
    opened.page.get_by_label("Title").fill("First try")
    line(opened, "you are signed out")

    opened.html = opened.html.replace("'csrfmiddlewaretoken' value='token1'", "x").replace(
        "<form", '<input type="hidden" name="csrfmiddlewaretoken" value="token2"><form'
    )
    opened.page.get_by_label("Title").fill("Second try")
    expect(opened.page.locator("form [name=csrfmiddlewaretoken]")).to_have_value("token2")
    opened.status = 200
    opened.page.get_by_label("Title").fill("Third try")

    line(opened, "Draft saved at")
    assert "token2" in opened.sent[-1]


def test_when_somebody_else_saved_since_it_leads_to_both_texts(desk: Sit) -> None:
    opened = desk(form_page())
    opened.status = 409
    opened.told = {"url": "/both/"}
    opened.page.get_by_label("Title").fill("Mine")

    line(opened, "somebody else saved")
    expect(opened.page.get_by_role("link", name="Look at both")).to_have_attribute("href", "/both/")


def test_the_counter_counts_as_the_server_does(desk: Sit) -> None:
    opened = desk(form_page())
    box = opened.page.get_by_label("Summary")
    counter = opened.page.locator(".counter")

    box.fill("two words")
    expect(counter).to_have_text("2 of 4 words")
    box.fill("检察官网络 with others")
    expect(counter).to_have_text("5 of 4 words")
    expect(counter).to_have_class(re.compile("over"))


def test_rows_are_added_moved_and_removed_and_told(desk: Sit) -> None:
    opened = desk(form_page())
    page = opened.page
    page.get_by_role("button", name="Add a result").click()
    expect(page.locator("#id_results-1-statement")).to_be_focused()
    page.locator("#id_results-1-statement").fill("Second")
    expect(page.locator("[data-rows-said]")).to_have_text("Added: Result 2")

    page.get_by_role("button", name="Up").nth(1).click()
    expect(page.locator("[name='results-1-ORDER']")).to_have_value("1")
    expect(page.locator("[name='results-0-ORDER']")).to_have_value("2")

    page.get_by_role("button", name="Remove").nth(1).click()
    expect(page.locator("#id_results-0-statement")).to_be_hidden()
    expect(page.locator("[name='results-0-DELETE']")).to_be_checked()
    expect(page.locator("[name='results-TOTAL_FORMS']")).to_have_value("2")
    expect(page.get_by_role("button", name="Add a result")).to_be_focused()
