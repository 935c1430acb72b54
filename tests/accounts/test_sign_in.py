"""Signing in and out, by password, by mailed code and with a second step."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.test import Client

from accounts.models import User
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]


def signed_in_as(browser: Client) -> str | None:
    return browser.session.get("_auth_user_id")


@pytest.mark.parametrize("email", ["member@example.org", "MEMBER@Example.ORG"])
def test_by_password_with_any_capitals(visitor: Client, member: User, email: str) -> None:
    response = visitor.post("/accounts/login/", {"login": email, "password": PASSWORD})

    assert response["Location"] == "/"
    assert signed_in_as(visitor) == str(member.pk)


def test_one_comes_back_to_the_page_one_wanted(visitor: Client, member: User) -> None:
    page = visitor.get("/profile/", follow=True)
    answers = {"login": member.email, "password": PASSWORD, "next": "/profile/"}

    response = visitor.post("/accounts/login/", answers)

    assert page.redirect_chain == [("/accounts/login/?next=/profile/", 302)]
    assert response["Location"] == "/profile/"


@pytest.mark.parametrize(
    "answers",
    [
        {"login": "member@example.org", "password": "wrong"},
        {"login": "nobody@example.org", "password": PASSWORD},
    ],
)
def test_a_wrong_password_and_an_unknown_address_read_the_same(
    visitor: Client, member: User, answers: dict[str, str]
) -> None:
    page = visitor.post("/accounts/login/", answers).content.decode()

    assert "The email address and/or password you specified are not correct." in page
    assert signed_in_as(visitor) is None


@pytest.mark.parametrize(
    "answers",
    [
        {"login": "", "password": ""},
        {"login": "x" * 5000, "password": "y"},
        {"login": "a\x00@example.org", "password": "a\x00"},
    ],
)
def test_bad_input_is_answered_on_the_page(visitor: Client, answers: dict[str, str]) -> None:
    assert visitor.post("/accounts/login/", answers).status_code == 200


def test_an_inactive_person_stays_out(visitor: Client) -> None:
    UserFactory(email="gone@example.org", is_active=False)
    answers = {"login": "gone@example.org", "password": PASSWORD}

    page = visitor.post("/accounts/login/", answers, follow=True).content.decode()

    assert "This account is not active" in page
    assert signed_in_as(visitor) is None


def test_by_a_mailed_code(visitor: Client) -> None:
    user = User.objects.create_user("code@example.org", name="Without a password")

    visitor.post("/accounts/login/code/", {"email": "Code@example.org"})
    code = code_in(mail.outbox[0].body)
    response = visitor.post("/accounts/login/code/confirm/", {"code": code})

    assert mail.outbox[0].to == ["code@example.org"]
    assert response["Location"] == "/"
    assert signed_in_as(visitor) == str(user.pk)


def test_a_wrong_code_does_not_help(visitor: Client, member: User) -> None:
    visitor.post("/accounts/login/code/", {"email": member.email})

    page = visitor.post("/accounts/login/code/confirm/", {"code": "WRONG1"}).content.decode()

    assert "Incorrect code." in page
    assert signed_in_as(visitor) is None


def test_an_unknown_address_gets_the_same_page_and_a_mail_that_tells_how_to_join(
    visitor: Client, member: User
) -> None:
    known = Client().post("/accounts/login/code/", {"email": member.email})
    unknown = visitor.post("/accounts/login/code/", {"email": "nobody@example.org"})

    assert known["Location"] == unknown["Location"]
    assert "/join/" in mail.outbox[1].body


def test_the_mail_is_in_the_language_of_the_person(visitor: Client) -> None:
    UserFactory(email="arabic@example.org", language="ar")

    visitor.post("/accounts/login/code/", {"email": "arabic@example.org"})

    assert '<html lang="ar" dir="rtl">' in str(mail.outbox[0].alternatives[0][0])


def test_nobody_signs_up_unasked(visitor: Client) -> None:
    page = visitor.get("/accounts/signup/").content.decode()
    visitor.post("/accounts/signup/", {"email": "new@example.org", "password1": PASSWORD})

    assert "Members are admitted by a coordinator" in page
    assert not User.objects.filter(email="new@example.org").exists()


def test_a_new_password_by_mailed_link(visitor: Client, member: User) -> None:
    visitor.post("/accounts/password/reset/", {"email": member.email})
    link = re.search(r"https?://[^/\s]+(/accounts/password/reset/key/\S+)", mail.outbox[0].body)
    assert link
    form = visitor.get(link[1], follow=True)
    new = "another sentence to keep"

    visitor.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})

    member.refresh_from_db()
    assert member.check_password(new)


def test_a_used_link_says_so(visitor: Client) -> None:
    page = visitor.get("/accounts/password/reset/key/1-abcdef/").content.decode()

    assert "This link does not work any more" in page


def test_signing_out_asks_first(as_user: AsUser, member: User) -> None:
    browser = as_user(member)

    page = browser.get("/accounts/logout/")
    assert signed_in_as(browser) == str(member.pk)
    browser.post("/accounts/logout/")

    assert "Your drafts are kept." in page.content.decode()
    assert signed_in_as(browser) is None


def test_the_admin_uses_the_same_sign_in(visitor: Client) -> None:
    response = visitor.get("/admin/", follow=True)

    assert response.redirect_chain[-1][0].startswith("/accounts/login/?next=")


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/login/",
        "/accounts/login/code/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/done/",
        "/accounts/inactive/",
        "/accounts/confirm-email/abc/",
        "/join/",
        "/join/thanks/",
    ],
)
def test_open_pages_stand_in_the_sites_own_frame(visitor: Client, address: str) -> None:
    assert_own_frame(visitor.get(address).content.decode())


@pytest.mark.parametrize(
    "address",
    [
        "/profile/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/logout/",
        "/accounts/reauthenticate/",
        "/accounts/2fa/",
    ],
)
def test_own_pages_are_closed_to_visitors_and_stand_in_the_frame(
    visitor: Client, member: User, address: str
) -> None:
    closed = visitor.get(address)
    visitor.post("/accounts/login/", {"login": member.email, "password": PASSWORD})

    if address != "/accounts/logout/":
        assert closed["Location"].startswith("/accounts/login/")
    assert_own_frame(visitor.get(address).content.decode())


def test_a_second_step_can_be_set_up_and_is_then_asked_for(visitor: Client, member: User) -> None:
    sign_in = {"login": member.email, "password": PASSWORD}
    visitor.post("/accounts/login/", sign_in)
    setup = "/accounts/2fa/totp/activate/"
    again = visitor.get(setup)["Location"]
    page = visitor.post(again, {"password": PASSWORD, "next": setup}, follow=True)
    secret = page.context["form"].secret
    code = totp.format_hotp_value(
        totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time()))
    )

    done = visitor.post(setup, {"code": code}, follow=True)
    later = Client()
    first_step = later.post("/accounts/login/", sign_in)
    unused = done.context["unused_codes"]
    second_step = later.post("/accounts/2fa/authenticate/", {"code": unused[0]})

    assert "style=" not in page.content.decode()
    assert "data:image" not in page.content.decode()
    assert_own_frame(done.content.decode())
    assert first_step["Location"] == "/accounts/2fa/authenticate/"
    assert second_step["Location"] == "/"
    assert signed_in_as(later) == str(member.pk)


def test_changing_the_address_waits_for_its_confirmation(visitor: Client, member: User) -> None:
    visitor.post("/accounts/login/", {"login": member.email, "password": PASSWORD})

    visitor.post("/accounts/email/", {"email": "new@example.org", "action_add": ""})
    page = visitor.get("/accounts/email/").content.decode()
    link = re.search(r"(/accounts/confirm-email/\S+)", mail.outbox[0].body)
    assert link
    member.refresh_from_db()
    before = member.email
    visitor.post(link[1])

    member.refresh_from_db()
    assert "The change to new@example.org waits" in page
    assert (before, member.email) == ("member@example.org", "new@example.org")


def assert_own_frame(page: str) -> None:
    """The site's page with landmarks and language, not the library's bare one."""
    assert page.count("<h1") == 1
    assert '<main id="main"' in page
    assert '<html lang="en" dir="ltr">' in page
    assert "style=" not in page


def code_in(text: str) -> str:
    found = re.search(r"^([A-Z0-9-]{6,})$", text, re.MULTILINE)
    assert found
    return found[1]
