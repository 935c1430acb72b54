"""Every page type reads well to machines and fits its window, in both directions and colours.

A test walks one person's pages in one look, so that signing in and starting cost little. The
administration is Django's own markup in great part: it is held to the rules of WCAG, not to
axe's "best-practice", which Django's frame does not follow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import AXE_RULES, DESKTOP, PHONE, WCAG, Open, axe_violations

NARROW = {"width": 320, "height": 640}


@dataclass(frozen=True)
class Look:
    """A language, a size and a colour scheme."""

    language: str
    size: dict[str, int]
    dark: bool = False

    @property
    def direction(self) -> str:
        return "rtl" if self.language == "ar" else "ltr"


LOOKS = {
    "en-wide-light": Look("en", DESKTOP),
    "ar-phone-light": Look("ar", PHONE),
    "en-phone-dark": Look("en", PHONE, dark=True),
    "ar-wide-dark": Look("ar", DESKTOP, dark=True),
}

VISITOR = (
    "/",
    "/search/",
    "/search/?q=prosecutors",
    "/search/?q=zzyzxqq",
    "/search/all/tag/?q=prosecutors&not-country=ma",
    "/practices/",
    "/practices/?objective=2&nonsense=1",
    "/lessons/",
    "/efforts/",
    "{practice}",
    "{lesson}",
    "{effort}",
    "/contributions/{practice_code}/versions/",
    "/contributions/{practice_code}/v1/",
    "/countries/",
    "/countries/ma/",
    "/countries/fr/",
    "/objectives/",
    "/objectives/3/",
    "/tags/",
    "{tag}",
    "{carried}",
    "/search/suggest/?q=prosecut",
    "/practices/compare/",
    "/practices/compare/?p=PR-0001&p=PR-0004&p=PR-0007&p=PR-0008",
    "/about/",
    "/join/",
    "/join/thanks/",
    "/accounts/login/",
    "/accounts/login/code/",
    "/accounts/password/reset/",
    "/accounts/signup/",
    "/demo/mail/",
    "/components/",
    "/no/such/page/",
)
AUTHOR = (
    "{discussed}",
    "{answer}",
    "/contributions/{practice_code}/tags/",
    "/contributions/{practice_code}/comments/",
    "/practices/new/",
    "/lessons/new/",
    "/efforts/new/",
    "/contributions/{draft}/edit/",
    "/contributions/{draft}/edit/?check=1",
    "/contributions/{draft}/edit/?countries=1",
    "/contributions/{full}/edit/",
    "/contributions/{full}/edit/?part=results&check=1",
    "/contributions/{full}/edit/?part=rights",
    "/contributions/{draft}/preview/",
    "/contributions/{draft}/status/",
    "/contributions/{draft}/withdraw/",
    "/contributions/{draft}/versions/",
    "/contributions/{revised}/versions/",
    "/contributions/{revised}/diff/?from=1&to=2",
    "/inbox/",
    "/mine/",
    "/calls/",
    "/calls/ask/",
    "/search/?q=prosecutors",
    "{carried}",
    "/searches/",
    "/searches/save/?q=prosecutors&country=ma",
    "{saved}",
    "/profile/",
    "/profile/mails/",
    "/searches/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/logout/",
    "/accounts/2fa/",
    "/contributions/{practice_code}/status/",
)
COORDINATOR = (
    "{hide}",
    "/inbox/",
    "/invite/",
    "/contributions/{practice_code}/versions/1/",
    "/contributions/{waiting}/status/",
    "/contributions/{waiting}/preview/",
    "/contributions/{waiting}/talk/",
)
ADMINISTRATION = (
    "/admin/",
    "/admin/contributions/revision/",
    "/admin/contributions/revision/?state=all&q=a",
    "{moderate}",
    "{assign}",
    "/admin/review/reviewerprofile/",
    "/admin/review/reviewerprofile/mine/",
    "/admin/contributions/contribution/",
    "/admin/copkb/auditentry/",
    "/admin/accounts/user/",
    "/admin/accounts/joinrequest/",
    "/admin/accounts/delivery/",
    "/admin/calls/call/",
    "/admin/calls/call/add/",
    "{call}",
    "/admin/discussion/comment/",
    "/admin/search/loggedquery/",
    "{query}",
)

REFUSED = {"/no/such/page/": 404, "/contributions/{practice_code}/status/": 403}


@pytest.fixture(scope="module")
def once() -> dict[str, str]:
    """Kept by `places` for all looks."""
    return {}


@pytest.fixture
def places(open_page: Open, once: dict[str, str]) -> dict[str, str]:
    """Addresses of one page of each type, found and made through the pages."""
    if not once:
        once.update(_found_places(open_page))
    return once


def _found_places(open_page: Open) -> dict[str, str]:
    addresses = {}
    page = open_page("/lessons/")
    addresses["lesson"] = _first(page, "/lessons/LE-")
    page.goto("/efforts/")
    addresses["effort"] = _first(page, "/efforts/EF-")
    page.goto("/tags/")
    addresses["tag"] = _first(page, "/tags/")
    addresses["carried"] = "/tags/prosecutors/"
    page.goto("/practices/?objective=2")
    addresses["practice"] = addresses["discussed"] = _first(page, "/practices/PR-")
    addresses["practice_code"] = _code(addresses["practice"])

    page = open_page("/searches/save/?q=training", as_="author")
    page.get_by_role("button", name="Save").click()
    page.goto("/searches/")
    addresses["saved"] = next(
        address
        for address in page.locator("main .list a").evaluate_all(
            "links => links.map(a => a.getAttribute('href'))"
        )
        if re.fullmatch(r"/searches/\d+/", address)
    )
    page = open_page("/practices/new/", as_="author")
    page.locator("button[name=level][value=full]").click()
    addresses["full"] = _code(page.url)
    page.goto("/mine/")
    drafts = page.locator("a[href$='/edit/']").evaluate_all("links => links.map(a => a.href)")
    addresses["draft"] = next(
        _code(url) for url in drafts if "PR-" in url and addresses["full"] not in url
    )
    page.goto(addresses["practice"])
    page.locator("#say textarea").fill("How are the newcomers among the prosecutors trained?")
    page.locator("#say button[type=submit]").click()
    addresses["answer"] = _first(page, "/comments/")
    addresses["hide"] = addresses["answer"].replace("answer", "hide")

    addresses["revised"] = _two_versions(page, open_page)

    page = open_page("/admin/contributions/revision/", as_="coordinator")
    addresses["moderate"] = _first(page, "/admin/contributions/revision/", "/moderate/")
    addresses["assign"] = addresses["moderate"].replace("moderate", "assign")
    addresses["waiting"] = _code(page.inner_text("#result_list tbody"))
    page.goto("/admin/calls/call/")
    addresses["call"] = _first(page, "/admin/calls/call/", "/change/")
    # Questions of programs are not counted, so this one says that a person asks.
    page.context.request.get("/search/?q=zzyzxqq", headers={"User-Agent": "Firefox/140.0"})
    page.goto("/admin/search/loggedquery/")
    link = page.locator("#content td a[href*='/loggedquery/']").first
    addresses["query"] = str(link.get_attribute("href"))
    return addresses


def _two_versions(author: Page, open_page: Open) -> str:
    """The code of a text that waited: published, then begun anew by its author."""
    page = open_page("/admin/contributions/revision/", as_="coordinator")
    code = _code(page.inner_text("#result_list tbody"))
    page.goto(_first(page, "/admin/contributions/revision/", "/moderate/"))
    page.locator("input[name=action][value=approve]").check()
    page.locator("input[name=_save]").click()
    author.goto(f"/contributions/{code}/status/")
    author.locator("form[action$='/revise/'] button").click()
    author.locator("input[name=title]").fill("Meeting in one room helps people trust each other")
    author.locator("main form [name=save]").last.click()
    return code


def _first(page: Page, beginning: str, ending: str = "") -> str:
    """The address of the first link of that form that leads on from here."""
    link = page.locator(f"main a[href^='{beginning}'], #result_list a[href^='{beginning}']")
    found = [
        str(address)
        for address in link.evaluate_all("links => links.map(a => a.getAttribute('href'))")
        if address != beginning and address.endswith(ending)
    ]
    return found[0].partition("#")[0]


def _code(address: str) -> str:
    found = re.search(r"[A-Z]{2}-\d{4,}", address)
    assert found, address
    return found[0]


def _faults(page: Page, look: Look, rules: tuple[str, ...] = AXE_RULES) -> list[str]:
    """Everything wrong with the page as it stands, in words."""
    found = axe_violations(page, rules=rules)
    language, direction = page.evaluate(
        "() => [document.documentElement.lang, document.documentElement.dir]"
    )
    if (language, direction) != (look.language, look.direction):
        found.append(f"speaks {language} {direction}")
    if page.locator("h1").count() != 1:
        found.append("has not one first heading")
    for size in (look.size, NARROW):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # the fixture's own constants fit
        wide = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            found.append(f"is {wide} px wider than {size['width']}")
    page.set_viewport_size(look.size)  # type: ignore[arg-type]
    return found


def _walk(page: Page, paths: tuple[str, ...], places: dict[str, str], look: Look) -> None:
    faults: dict[str, list[str]] = {}
    for path in paths:
        address = path.format(**places)
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == REFUSED.get(path, 200), address
        if found := _faults(page, look):
            faults[address] = found
    assert faults == {}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize(
    ("who", "paths"),
    [("", VISITOR), ("author", AUTHOR), ("coordinator", COORDINATOR)],
    ids=["visitor", "author", "coordinator"],
)
def test_pages_have_no_fault_in_any_look(
    open_page: Open, places: dict[str, str], who: str, paths: tuple[str, ...], look: Look
) -> None:
    page = open_page("/about/", as_=who, language=look.language, size=look.size, dark=look.dark)

    _walk(page, paths, places, look)


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_the_page_for_a_form_that_was_too_old_has_no_fault(open_page: Open, look: Look) -> None:
    page = open_page("/join/", language=look.language, size=look.size, dark=look.dark)
    page.locator("textarea").first.fill("Why I ask to join")
    page.context.clear_cookies(name="csrftoken")
    page.locator("main form button[type=submit]").last.click()

    page.wait_for_load_state()
    assert "Why I ask to join" in page.content()
    assert _faults(page, look) == []


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_the_page_with_two_texts_has_no_fault(
    open_page: Open, places: dict[str, str], look: Look
) -> None:
    draft = f"/contributions/{places['full']}/edit/"
    late = open_page(draft, as_="author", language=look.language, size=look.size, dark=look.dark)
    early = late.context.new_page()
    early.goto(draft)
    for page, title in ((early, "Written first"), (late, "Written at the same time")):
        page.locator("[name=title]").fill(f"{title} {look.language} {look.dark}")
        page.locator(".bar [name=save]").click()
        page.wait_for_load_state()

    expect(late.locator("input[name=keep-title]").first).to_be_attached()
    assert _faults(late, look) == []


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_the_administration_keeps_to_the_rules(
    open_page: Open, places: dict[str, str], look: Look
) -> None:
    page = open_page(
        "/admin/", as_="coordinator", language=look.language, size=look.size, dark=look.dark
    )
    faults: dict[str, list[str]] = {}

    for path in ADMINISTRATION:
        address = path.format(**places)
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        if found := _faults(page, look, rules=WCAG):
            faults[address] = found

    assert faults == {}
