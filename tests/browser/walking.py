"""Steps that several journeys share, done as a person does them: through the pages only."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

QUEUE = "/admin/contributions/revision/"


def code_of(page: Page) -> str:
    """The code of the contribution that the page is about, from its address."""
    found = re.search(r"[A-Z]{2}-\d{4,}", page.url)
    assert found, page.url
    return found[0]


def begin(page: Page, kind: str = "practices", level: str = "snapshot") -> str:
    """Begin a draft; its code."""
    page.goto(f"/{kind}/new/")
    page.locator(f"button[name=level][value={level}]").click()
    page.wait_for_url("**/edit/")
    return code_of(page)


def fill_short_practice(page: Page, title: str) -> None:
    """Answer every question of a practice's short form that must be answered."""
    page.locator("[name=title]").fill(title)
    page.locator("[name=summary]").fill(
        "Trained labour inspectors and prosecutors visit farms together, so that workers are heard."
    )
    page.locator("[name=practice_type]").select_option("identification")
    page.locator("[name=crime_scope][value=TIP]").check()
    page.locator("[name=primary_objective][value='3']").check()
    page.locator("[name=target_groups][value=labour_inspectors]").check()
    page.locator("[name=organisation]").fill("Labour inspectorate")
    page.locator("[name=challenge_addressed]").fill("Inspectors saw the signs and told nobody.")
    page.locator("[name=results-0-statement]").fill("Each region has one joint team.")
    page.locator("[name=replicability]").fill("The two authorities must sign who leads when.")
    fill_harm(page)


def fill_harm(page: Page, visibility: str = "public") -> None:
    """The last part of every form."""
    page.locator("[name=no_identifying_details]").check()
    page.locator("[name=operational_detail][value=no]").check()
    page.locator(f"[name=visibility][value={visibility}]").check()
    page.locator("[name=consent_to_publish]").check()


def fill_effort(page: Page, title: str) -> None:
    """Answer what the short form of an effort asks, but for the country."""
    page.locator("[name=title]").fill(title)
    page.locator("[name=summary]").fill("The ministry writes down who does what after a referral.")
    page.locator("[name=effort_type]").select_option("guideline")
    page.locator("[name=status]").select_option("adopted")
    page.locator("[name=primary_objective][value='5']").check()
    page.locator("[name=crime_scope][value=TIP]").check()
    fill_harm(page)


def fill_lesson(page: Page, title: str) -> None:
    """Answer what the short form of a lesson asks."""
    page.locator("[name=title]").fill(title)
    page.locator("[name=statement]").fill(
        "When two authorities train together, write down names, because people change posts."
    )
    page.locator("[name=lesson_type][value=did_not_work]").check()
    page.locator("[name=what_happened]").fill("After a year nobody knew whom to call.")
    page.locator("[name=recommendation]").fill("Keep a list of functions and renew it.")
    page.locator("[name=primary_objective][value='4']").check()
    page.locator("[name=crime_scope][value=SOM]").check()
    fill_harm(page)


def send(page: Page) -> None:
    """Press "Send for review"."""
    page.locator("main button[name=action][value=submit]").click()
    page.wait_for_url("**/status/")
    expect(page.locator("h1")).to_be_visible()


def new_waiting_practice(page: Page, title: str) -> str:
    """A practice of the person who is signed in, sent for review; its code."""
    code = begin(page)
    fill_short_practice(page, title)
    send(page)
    return code


def decide(page: Page, title: str, action: str, note: str = "") -> None:
    """A coordinator finds the text in the queue, reads it, and decides."""
    page.goto(QUEUE)
    page.get_by_role("link", name=title).click()
    page.locator(f"input[name=action][value={action}]").check()
    page.locator("textarea[name=note]").fill(note)
    page.locator("input[name=_save]").click()
