"""The back office: people, invitations, and countries with their profiles."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import Invitation, User
from countries.models import Country
from tests.factories.accounts import PASSWORD, InvitationFactory, UserFactory

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]

NO_FOCAL_POINTS = {
    "focal_points-TOTAL_FORMS": "0",
    "focal_points-INITIAL_FORMS": "0",
}
NO_PARTICIPATIONS = {
    "participations-TOTAL_FORMS": "0",
    "participations-INITIAL_FORMS": "0",
}
PROFILE = {
    "current_situation": "A new law is in force.",
    "challenges": "",
    "opportunities": "",
    "expectations": "",
    "profile_language": "en",
    "profile_confirmed_on": "2026-01-31",
}


def person_form(user: User, **changes: object) -> dict[str, object]:
    return {
        "name": user.name,
        "email": user.email,
        "function": user.function,
        "organisation": user.organisation,
        "country": user.country_id or "",
        "language": user.language,
        "is_active": "on",
        "reason": "As agreed.",
        **NO_FOCAL_POINTS,
        **changes,
    }


def test_a_coordinator_gives_a_role(as_user: AsUser, coordinator: User, member: User) -> None:
    reviewers = Group.objects.get(name="reviewer")

    as_user(coordinator).post(
        f"/admin/accounts/user/{member.pk}/change/", person_form(member, groups=[reviewers.pk])
    )

    assert User.objects.get(pk=member.pk).is_reviewer


def test_a_coordinator_makes_nobody_an_administrator(
    as_user: AsUser, coordinator: User, member: User
) -> None:
    administrators = Group.objects.get(name="administrator")

    page = as_user(coordinator).post(
        f"/admin/accounts/user/{member.pk}/change/",
        person_form(member, groups=[administrators.pk]),
    )

    assert page.status_code == 200
    assert not User.objects.get(pk=member.pk).is_administrator


def test_a_coordinator_does_not_change_an_administrator(
    as_user: AsUser, coordinator: User, administrator: User
) -> None:
    form = person_form(administrator, name="Changed")
    del form["is_active"]

    response = as_user(coordinator).post(f"/admin/accounts/user/{administrator.pk}/change/", form)

    administrator.refresh_from_db()
    assert response.status_code == 403
    assert (administrator.name, administrator.is_active) == ("Admin", True)


def test_a_person_added_here_signs_in_by_code(as_user: AsUser, coordinator: User) -> None:
    new = User(email="New@example.org", name="New", function="Judge", language="en")

    as_user(coordinator).post("/admin/accounts/user/add/", person_form(new))

    assert not User.objects.get(email="new@example.org").has_usable_password()


def test_an_address_changed_here_closes_the_old_one(
    as_user: AsUser, coordinator: User, member: User, visitor: Client
) -> None:
    visitor.post("/accounts/login/", {"login": member.email, "password": PASSWORD})

    as_user(coordinator).post(
        f"/admin/accounts/user/{member.pk}/change/", person_form(member, email="new@example.org")
    )

    member.refresh_from_db()
    assert member.email == "new@example.org"
    assert [kept.email for kept in member.emailaddress_set.all()] == ["new@example.org"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_people_costs_the_same_for_any_number(
    as_user: AsUser,
    coordinator: User,
    count: int,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    UserFactory.create_batch(count)
    browser = as_user(coordinator)

    with django_assert_max_num_queries(8):  # type: ignore[attr-defined]
        browser.get("/admin/accounts/user/")


@pytest.mark.parametrize("who", ["member", "reviewer", "focal_point_morocco"])
def test_others_do_not_see_people(
    as_user: AsUser, who: str, request: pytest.FixtureRequest
) -> None:
    response = as_user(request.getfixturevalue(who)).get("/admin/accounts/user/")

    assert response.status_code in {302, 403}
    assert b"coordinator@example.org" not in response.content


def test_an_invitation_can_be_taken_back_but_not_changed(
    as_user: AsUser, coordinator: User
) -> None:
    invitation = InvitationFactory(invited_by=coordinator)
    browser = as_user(coordinator)

    change = browser.post(
        f"/admin/accounts/invitation/{invitation.pk}/change/", {"role": "coordinator"}
    )
    browser.post(f"/admin/accounts/invitation/{invitation.pk}/delete/", {"post": "yes"})

    assert change.status_code == 403
    assert not Invitation.objects.exists()


def test_a_coordinator_edits_any_country(as_user: AsUser, coordinator: User) -> None:
    form = {"region": "africa", "takes_part": "on", **PROFILE, **NO_PARTICIPATIONS}

    response = as_user(coordinator).post("/admin/countries/country/NE/change/", form)

    country = Country.objects.get(pk="NE")
    assert response.status_code == 302
    assert country.current_situation == "A new law is in force."
    assert str(country.profile_confirmed_on) == "2026-01-31"


def test_a_focal_point_edits_the_profile_of_the_own_country_and_nothing_else_of_it(
    as_user: AsUser, focal_point_morocco: User
) -> None:
    form = {"region": "oceania", **PROFILE, **NO_PARTICIPATIONS}

    response = as_user(focal_point_morocco).post("/admin/countries/country/MA/change/", form)

    country = Country.objects.get(pk="MA")
    assert response.status_code == 302
    assert country.current_situation == "A new law is in force."
    assert (country.region_id, country.takes_part) == ("africa", True)
    assert country.phases.count() == 1


def test_a_focal_point_does_not_find_other_countries(
    as_user: AsUser, focal_point_morocco: User
) -> None:
    browser = as_user(focal_point_morocco)

    index = browser.get("/admin/countries/country/").content.decode()
    response = browser.post("/admin/countries/country/EG/change/", PROFILE)

    assert "/admin/countries/country/MA/change/" in index
    assert "/admin/countries/country/EG/change/" not in index
    assert response.status_code in {302, 403}
    assert Country.objects.get(pk="EG").current_situation == ""


def test_a_reviewer_reads_countries(as_user: AsUser, reviewer: User) -> None:
    browser = as_user(reviewer)

    assert browser.get("/admin/countries/country/?q=Egypt").status_code == 200
    assert browser.post("/admin/countries/country/EG/change/", PROFILE).status_code == 403


@pytest.mark.parametrize(
    "listing", ["objectives/objective/", "objectives/phase/", "countries/region/"]
)
def test_a_coordinator_edits_reference_rows(
    as_user: AsUser, coordinator: User, listing: str
) -> None:
    browser = as_user(coordinator)

    assert browser.get(f"/admin/{listing}").status_code == 200


def test_searching_countries_finds_names_in_any_language(
    as_user: AsUser, coordinator: User
) -> None:
    page = as_user(coordinator).get("/admin/countries/country/?q=Ägypten&q=Égypte")

    assert "/admin/countries/country/EG/change/" in page.content.decode()
