"""One's own profile and the language of the interface."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]

PROFILE = {
    "name": "New name",
    "function": "Judge",
    "organisation": "Court of appeal",
    "country": "NP",
    "language": "fr",
}


def test_a_member_changes_the_own_profile(as_user: AsUser, member: User) -> None:
    browser = as_user(member)

    page = browser.post("/profile/", PROFILE, follow=True)

    member.refresh_from_db()
    kept = (member.name, member.function, member.organisation, member.country_id, member.language)
    assert kept == ("New name", "Judge", "Court of appeal", "NP", "fr")
    assert page.redirect_chain == [("/profile/", 302)]
    assert '<html lang="fr"' in page.content.decode()


def test_the_page_says_what_others_see(as_user: AsUser, member: User) -> None:
    page = as_user(member).get("/profile/").content.decode()

    assert "Under your comments stands: Trainer, Morocco." in page


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "n" * 121}, "at most 120 characters"),
        ({"function": "a\x00"}, "Null characters are not allowed."),
        ({"country": "ZZ"}, "Select a valid choice."),
        ({"language": "tlh"}, "Select a valid choice."),
    ],
)
def test_bad_input_changes_nothing_and_keeps_what_was_typed(
    as_user: AsUser, member: User, changes: dict[str, str], message: str
) -> None:
    response = as_user(member).post("/profile/", {**PROFILE, **changes})

    page = response.content.decode()
    assert response.status_code == 200
    assert message in page
    assert "Court of appeal" in page
    member.refresh_from_db()
    assert member.organisation == "Ministry of Justice"


def test_roles_and_address_cannot_be_posted_into_the_profile(as_user: AsUser, member: User) -> None:
    extra = {"email": "other@example.org", "is_superuser": "on", "groups": "1"}

    as_user(member).post("/profile/", {**PROFILE, **extra})

    kept = User.objects.get(pk=member.pk)
    assert (kept.email, kept.is_superuser, kept.roles) == (member.email, False, frozenset())


def test_other_methods_are_refused(as_user: AsUser, member: User) -> None:
    assert as_user(member).delete("/profile/").status_code == 405


def test_invite_stands_in_the_menu_of_those_who_may(
    as_user: AsUser, member: User, focal_point_morocco: User
) -> None:
    assert 'href="/invite/"' not in as_user(member).get("/profile/").content.decode()
    assert 'href="/invite/"' in as_user(focal_point_morocco).get("/profile/").content.decode()


def test_a_visitors_language_is_kept_in_the_browser(visitor: Client) -> None:
    response = visitor.post("/language/", {"language": "ar", "next": "/join/"})

    assert response["Location"] == "/join/"
    assert '<html lang="ar" dir="rtl">' in visitor.get("/join/").content.decode()
    assert '<html lang="en"' in Client().get("/join/").content.decode()


def test_a_members_language_is_kept_with_the_person(as_user: AsUser, member: User) -> None:
    as_user(member).post("/language/", {"language": "ar", "next": "/profile/"})

    member.refresh_from_db()
    on_another_device = as_user(member).get("/profile/")
    assert member.language == "ar"
    assert '<html lang="ar" dir="rtl">' in on_another_device.content.decode()
    assert on_another_device["Content-Language"] == "ar"


def test_the_persons_choice_comes_before_the_browsers(as_user: AsUser, member: User) -> None:
    browser = as_user(member)

    page = browser.get("/profile/", headers={"accept-language": "fr"})

    assert '<html lang="en"' in page.content.decode()


def test_without_a_choice_the_browser_decides(as_user: AsUser) -> None:
    browser = as_user(UserFactory(language=""))

    page = browser.get("/profile/", headers={"accept-language": "fr"})

    assert '<html lang="fr"' in page.content.decode()


@pytest.mark.parametrize("language", ["", "xx", "zh", "../etc", "en\x00"])
def test_an_unknown_language_changes_nothing(as_user: AsUser, member: User, language: str) -> None:
    response = as_user(member).post("/language/", {"language": language, "next": "/profile/"})

    member.refresh_from_db()
    assert response.status_code == 302
    assert member.language == "en"


def test_the_switch_does_not_lead_to_other_sites(visitor: Client) -> None:
    answer = {"language": "fr", "next": "https://example.org/"}

    assert visitor.post("/language/", answer)["Location"] == "/"


def test_the_switch_wants_a_post(visitor: Client) -> None:
    assert visitor.get("/language/").status_code == 405
