"""Nothing typed is lost: stale forms, sessions that ran out, late forms, bad input."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from contributions import drafts, keeping, workflow
from contributions.models import Contribution, Revision
from tests.contributions.test_editor import page_fields, url
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.contributions import draft, sent

pytestmark = pytest.mark.django_db

AsUser = Callable[[User], Client]


def sign_in(browser: Client, user: User, follow_to: str) -> str:
    """Sign in by the site's own page, keeping the session; the address one is led to."""
    answer = browser.post(
        f"/accounts/login/?next={follow_to}",
        {"login": user.email, "password": PASSWORD, "next": follow_to},
    )
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.url)


def choices(html: str) -> dict[str, str]:
    """The hidden fields and marked choices of the page with two texts."""
    fields = dict(re.findall(r'<input type="hidden" name="(lock|typed)" value="([^"]*)"', html))
    fields["typed"] = fields["typed"].replace("&quot;", '"').replace("&#x27;", "'")
    marked = re.findall(r'name="(keep-\w+)" value="(\w+)" checked', html)
    return fields | dict(marked)


# Somebody else saved since


def test_a_stale_form_shows_both_texts_and_writes_nothing(as_user: AsUser, author: User) -> None:
    revision = draft(by=author)
    typed = page_fields(revision, title="My title", challenge_addressed="My problem")
    drafts.save(revision, {"title": "Their title"}, by=author, lock=0)

    answer = as_user(author).post(url(revision), typed)
    html = answer.content.decode()

    assert answer.status_code == 200
    assert "Their title" in html
    assert "My title" in html
    assert "My problem" in html
    assert "keep-summary" not in html  # the same in both
    revision.refresh_from_db()
    assert (revision.content["title"], revision.lock) == ("Their title", 1)


@pytest.mark.parametrize("page", ["edit", "autosave"])
def test_what_does_not_clash_is_not_asked_about(as_user: AsUser, author: User, page: str) -> None:
    """Elsewhere the summary was written, here the title: only the title is a question, and the
    summary stays."""
    revision, client = draft(by=author, summary="As it was"), as_user(author)
    html = client.get(url(revision)).content.decode()
    was = re.findall(r'name="was" value="([^"]*)"', html)[0]
    drafts.save(revision, {"summary": "From elsewhere"}, by=author, lock=0)
    typed = page_fields(revision, title="From here") | {"lock": 0, "was": was}

    client.post(url(revision, page), typed)
    both = client.get(url(revision, "unsaved")) if page == "autosave" else client.post(
        url(revision, page), typed
    )  # fmt: skip
    pairs = both.context["pairs"]
    client.post(url(revision, "unsaved"), {"typed": both.context["typed"], "lock": 1})

    revision.refresh_from_db()
    assert [(pair.name, pair.choice) for pair in pairs] == [("title", "mine")]
    assert (revision.title, revision.content["summary"]) == ("From here", "From elsewhere")


@pytest.mark.parametrize("was", ["", "nonsense", "title:x summary", ":::"])
def test_a_page_that_knows_nothing_of_before_asks_about_all(
    as_user: AsUser, author: User, was: str
) -> None:
    revision = draft(by=author, summary="As it was")
    drafts.save(revision, {"summary": "From elsewhere"}, by=author, lock=0)
    typed = page_fields(revision, title="From here", summary="As it was") | {"lock": 0, "was": was}

    both = as_user(author).post(url(revision), typed)

    assert {pair.name for pair in both.context["pairs"]} == {"title", "summary"}


def test_each_autosave_tells_what_the_page_holds_now(as_user: AsUser, author: User) -> None:
    revision, client = draft(by=author), as_user(author)
    typed = page_fields(revision, title="Mine")

    told = client.post(url(revision, "autosave"), typed).json()["was"]
    revision.refresh_from_db()
    drafts.save(revision, {"title": "From elsewhere"}, by=author, lock=1)
    again = typed | {"lock": 1, "was": told, "summary": "More"}
    both = client.post(url(revision), again)

    assert [pair.name for pair in both.context["pairs"]] == ["summary"]


def test_the_choice_is_saved_field_by_field(as_user: AsUser, author: User) -> None:
    revision = draft(by=author)
    typed = page_fields(
        revision, title="My title", challenge_addressed="My problem", replicability="My way"
    )
    others = {
        "title": "Their title",
        "challenge_addressed": "Their problem",
        "replicability": "Their way",
        "summary": "Their summary stays.",
    }
    drafts.save(revision, others, by=author, lock=0)
    browser = as_user(author)
    page = browser.post(url(revision), typed | {"summary": "Their summary stays."})

    choice = choices(page.content.decode()) | {
        "keep-title": "saved", "keep-challenge_addressed": "both", "keep-replicability": "mine",
    }  # fmt: skip
    answer = browser.post(url(revision, "unsaved"), choice)

    revision.refresh_from_db()
    assert answer.url == url(revision)
    assert revision.content["title"] == "Their title"
    assert revision.content["challenge_addressed"] == "Their problem\n\nMy problem"
    assert revision.content["replicability"] == "My way"
    assert revision.content["summary"] == "Their summary stays."


def test_rows_of_both_can_stand_below_each_other(as_user: AsUser, author: User) -> None:
    revision = draft(by=author)
    typed = page_fields(revision, results=[{"statement": "Mine"}])
    drafts.save(revision, {"results": [{"statement": "Theirs"}]}, by=author, lock=0)
    browser = as_user(author)
    page = browser.post(url(revision), typed).content.decode()

    browser.post(url(revision, "unsaved"), choices(page) | {"keep-results": "both"})

    revision.refresh_from_db()
    assert [row["statement"] for row in revision.content["results"]] == ["Theirs", "Mine"]


def test_a_third_save_in_between_shows_both_again(as_user: AsUser, author: User) -> None:
    revision = draft(by=author)
    drafts.save(revision, {"title": "Second"}, by=author, lock=0)
    browser = as_user(author)
    page = browser.post(url(revision), page_fields(revision, title="Mine")).content.decode()
    drafts.save(revision, {"title": "Third"}, by=author, lock=1)

    answer = browser.post(url(revision, "unsaved"), choices(page))
    html = answer.content.decode()

    assert "Third" in html
    assert "Mine" in html
    revision.refresh_from_db()
    assert revision.content["title"] == "Third"


def test_sending_a_stale_form_sends_nothing(as_user: AsUser, author: User) -> None:
    revision = draft(by=author)
    typed = page_fields(revision, title="Mine") | {"action": "submit"}
    drafts.save(revision, {"title": "Theirs"}, by=author, lock=0)

    answer = as_user(author).post(url(revision, "submit"), typed)

    assert "Mine" in answer.content.decode()
    revision.refresh_from_db()
    assert revision.state == "draft"


def test_what_autosave_could_not_save_is_offered(as_user: AsUser, author: User) -> None:
    revision = draft(by=author)
    drafts.save(revision, {"title": "Theirs"}, by=author, lock=0)
    browser = as_user(author)

    answer = browser.post(
        url(revision, "autosave"), page_fields(revision, title="Mine") | {"lock": "0"}
    )
    both = browser.get(answer.json()["url"]).content.decode()

    assert answer.status_code == 409
    assert "Theirs" in both
    assert "Mine" in both
    assert "could not be saved" in browser.get(url(revision)).content.decode()
    browser.post(url(revision, "unsaved"), choices(both) | {"keep-title": "mine"})
    revision.refresh_from_db()
    assert revision.content["title"] == "Mine"
    assert "could not be saved" not in browser.get(url(revision)).content.decode()


def test_made_up_text_in_the_choice_is_held_to_the_form(as_user: AsUser, author: User) -> None:
    revision = draft(by=author)
    odd = {
        "form": "report", "owner": 1, "title": ["a", {"b": 1}], "summary": 7, "tags": "x",
        "results": [{"statement": "A\x00", "owner": 5}, 3], "countries": None, "links": "no",
    }  # fmt: skip
    browser = as_user(author)

    for typed in (json.dumps(odd), "not json", "[]", "null", '"x"'):
        answer = browser.post(url(revision, "unsaved"), {"lock": revision.lock, "typed": typed})
        assert answer.status_code == 302
        assert browser.get(url(revision)).status_code == 200
        revision.refresh_from_db()

    assert revision.content["form"] == "snapshot"
    assert "owner" not in revision.content
    assert revision.content["results"] == [{"statement": "A"}]


# The session ran out


def test_text_sent_after_the_session_ran_out_waits_until_one_is_back(
    as_user: AsUser, author: User
) -> None:
    revision = draft(by=author)
    browser = Client()

    answer = browser.post(url(revision), page_fields(revision, title="Typed in the train"))
    assert answer.url == f"/accounts/login/?next={url(revision, 'unsaved')}"
    landed = sign_in(browser, author, url(revision, "unsaved"))
    html = browser.get(landed).content.decode()

    assert landed == url(revision, "unsaved")
    assert "What you wrote before your session ended" in html
    assert "Typed in the train" in html
    browser.post(landed, choices(html))
    revision.refresh_from_db()
    assert revision.content["title"] == "Typed in the train"


def test_sending_after_the_session_ran_out_keeps_the_text_and_sends_nothing(author: User) -> None:
    revision = draft(by=author)
    browser = Client()

    browser.post(
        url(revision, "submit"), page_fields(revision, title="Typed") | {"action": "submit"}
    )
    html = browser.get(sign_in(browser, author, url(revision, "unsaved"))).content.decode()

    assert "Typed" in html
    revision.refresh_from_db()
    assert revision.state == "draft"


def test_somebody_else_at_the_same_device_does_not_see_the_text(author: User, member: User) -> None:
    revision = draft(by=author)
    browser = Client()
    browser.post(url(revision), page_fields(revision, title="Private words"))

    landed = sign_in(browser, member, url(revision, "unsaved"))

    assert browser.get(landed).status_code == 404


def test_strangers_learn_nothing_about_codes(visitor: Client, author: User) -> None:
    revision = draft(by=author)

    known = visitor.post(url(revision), {"shown": "snapshot", "title": "x"})
    unknown = visitor.post("/contributions/PR-9999/edit/", {"shown": "snapshot", "title": "x"})
    odd = visitor.post("/contributions/XX-1/edit/", {"shown": "snapshot", "title": "x"})

    assert known.url.replace(revision.contribution.code, "PR-9999") == unknown.url
    assert odd.url == "/accounts/login/?next=/contributions/XX-1/edit/"


def test_a_text_too_long_to_be_kept_is_given_back_at_once(visitor: Client, author: User) -> None:
    revision = draft(by=author)
    long = "long " * 100_000

    answer = visitor.post(url(revision), page_fields(revision, summary=long))

    assert answer.status_code == 200
    assert long.strip() in answer.content.decode()
    assert "kept_texts" not in visitor.session


def test_a_session_keeps_few_texts(visitor: Client) -> None:
    for number in range(keeping.MAX_TEXTS + 2):
        visitor.post(f"/contributions/PR-{number}/edit/", {"shown": "snapshot", "title": "x"})

    assert len(visitor.session["kept_texts"]) == keeping.MAX_TEXTS


def test_a_member_who_left_is_asked_to_sign_in(as_user: AsUser, author: User) -> None:
    revision = draft(by=author)
    browser = as_user(author)
    User.objects.filter(pk=author.pk).update(is_active=False)

    answer = browser.post(url(revision), page_fields(revision, title="Late"))

    assert answer.url.startswith("/accounts/login/")
    revision.refresh_from_db()
    assert revision.lock == 0


# Too late


def test_text_for_what_was_sent_meanwhile_is_given_back(as_user: AsUser, author: User) -> None:
    revision = draft(by=author)
    typed = page_fields(revision, title="One more thing to say, which is long enough to copy")
    workflow.perform("submit", revision, by=author)

    answer = as_user(author).post(url(revision), typed)

    assert answer.status_code == 409
    assert "One more thing to say" in answer.content.decode()
    revision.refresh_from_db()
    assert (revision.state, revision.lock) == ("submitted", 0)


def test_a_text_that_waits_is_not_opened_for_writing(as_user: AsUser, author: User) -> None:
    revision = sent(by=author)

    assert as_user(author).get(url(revision)).url == url(revision, "status")


# CSRF


def test_a_form_without_its_token_is_given_back(author: User) -> None:
    revision = draft(by=author)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(author, backend="django.contrib.auth.backends.ModelBackend")

    answer = browser.post(url(revision), page_fields(revision, title="Typed without a token"))

    assert answer.status_code == 403
    assert "Typed without a token" in answer.content.decode()
    revision.refresh_from_db()
    assert revision.lock == 0


# Bad input


def test_nul_bytes_and_line_ends_are_tidied_everything_else_is_kept(
    as_user: AsUser, author: User
) -> None:
    revision = draft(by=author)

    as_user(author).post(url(revision), page_fields(revision, title="a\x00b", context="x"))

    revision.refresh_from_db()
    assert revision.content["title"] == "ab"


def test_broken_utf8_is_kept_as_far_as_it_can_be_read(as_user: AsUser, author: User) -> None:
    revision = draft(by=author)
    body = b"lock=0&shown=snapshot&part=&title=caf\xe9+%E9%00+%ED%A0%80"

    answer = as_user(author).generic(
        "POST", url(revision), body, content_type="application/x-www-form-urlencoded"
    )

    revision.refresh_from_db()
    assert answer.status_code == 302
    assert revision.content["title"].startswith("caf")


def test_a_hundred_thousand_characters_are_kept_and_refused_with_a_sentence(
    as_user: AsUser, author: User
) -> None:
    revision = draft(by=author)
    long = "слово " * 17_000
    browser = as_user(author)

    browser.post(url(revision), page_fields(revision, challenge_addressed=long))
    html = browser.post(url(revision, "submit"), {"action": "submit"}).content.decode()

    revision.refresh_from_db()
    assert revision.content["challenge_addressed"] == long
    assert revision.state == "draft"
    assert "1 answer needs another look" in html
    assert "Shorten this" in html or "at most 3000 characters" in html


def test_any_script_and_direction_is_kept(as_user: AsUser, author: User) -> None:
    revision = draft(by=author)
    title = "شبكة 网络 сеть 🕸 \u202eabc"

    as_user(author).post(url(revision), page_fields(revision, title=title))

    revision.refresh_from_db()
    assert revision.content["title"] == title


def test_scripts_in_texts_never_run(as_user: AsUser, author: User) -> None:
    evil = "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>"
    revision = draft(by=author, form="full", title=evil, approach=evil, summary=evil)
    browser = as_user(author)

    pages = [
        browser.get(url(revision)), browser.get(url(revision), {"part": "how"}),
        browser.get(url(revision, "preview")), browser.get(url(revision, "status")),
        browser.get("/inbox/"), browser.get("/mine/"), browser.get("/practices/new/"),
        browser.post(url(revision), page_fields(revision, title=evil + "!") | {"lock": 9}),
    ]  # fmt: skip

    for page in pages:
        html = page.content.decode()
        assert page.status_code == 200
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert 'href="javascript:' not in html


@pytest.mark.parametrize(
    "changes",
    [
        {"lock": "99999999999999999999"},
        {"lock": "-1"},
        {"lock": "½"},
        {"results-TOTAL_FORMS": "100000"},
        {"results-TOTAL_FORMS": "x", "results-0-ORDER": "9" * 50},
        {"original_language": "xx", "visibility": "everybody", "primary_objective": "77"},
        {"countries": ["XX", "", "MA\x00"]},
        {"go": "x" * 5000},
        {"add_row": "nothing"},
        {"source_url": "javascript:alert(1)"},
    ],
)
def test_odd_values_never_break_the_page(
    as_user: AsUser, author: User, changes: dict[str, str]
) -> None:
    revision = draft(by=author)
    browser = as_user(author)

    saved = browser.post(url(revision), page_fields(revision) | changes)
    shown = browser.get(url(revision), {"check": "1", "row": "x", "part": "x" * 100})
    judged = browser.post(url(revision, "submit"), {"action": "submit"})

    assert saved.status_code in (200, 302)
    assert shown.status_code == 200
    assert judged.status_code in (200, 302)


def test_choices_that_do_not_exist_are_refused_when_sent(as_user: AsUser, author: User) -> None:
    revision = draft(by=author, crime_scope="X", visibility="all", primary_objective="9")

    as_user(author).post(url(revision, "submit"), {"action": "submit"})

    revision.refresh_from_db()
    assert revision.state == "draft"
    assert Contribution.objects.get().revisions.get().state == Revision.State.DRAFT


def test_a_co_author_saves_and_the_author_is_not_overwritten(as_user: AsUser, author: User) -> None:
    revision = draft(by=author)
    helper = UserFactory()
    revision.contribution.co_authors.add(helper)

    as_user(helper).post(url(revision), page_fields(revision, title="By the helper"))
    page = as_user(author).post(url(revision), page_fields(revision, title="By the author"))

    assert "By the helper" in page.content.decode()
    revision.refresh_from_db()
    assert revision.content["title"] == "By the helper"
