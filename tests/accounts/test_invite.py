"""Inviting somebody, and what the link in the mail does."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts import membership
from accounts.models import Invitation, User
from tests.factories.accounts import InvitationFactory, UserFactory

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]

INVITATION = {"email": "Invited@Example.org", "role": "member", "country": "MA", "language": "en"}
ABOUT_ME = {
    "name": "Invited",
    "function": "Labour inspector",
    "organisation": "Ministry of Labour",
    "password": "a sentence nobody guesses",
}


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("member", 403),
        ("reviewer", 403),
        ("focal_point_morocco", 200),
        ("coordinator", 200),
        ("administrator", 200),
    ],
)
def test_who_may_open_the_page(
    as_user: AsUser, who: str, status: int, request: pytest.FixtureRequest
) -> None:
    assert as_user(request.getfixturevalue(who)).get("/invite/").status_code == status


def test_a_visitor_signs_in_first(visitor: Client) -> None:
    assert visitor.get("/invite/")["Location"] == "/accounts/login/?next=/invite/"


def test_the_mail_holds_a_link_that_opens_the_form(
    as_user: AsUser, coordinator: User, visitor: Client
) -> None:
    as_user(coordinator).post("/invite/", {**INVITATION, "role": "reviewer"})

    kept = Invitation.objects.get()
    assert (kept.email, kept.role, kept.invited_by) == (
        "invited@example.org",
        "reviewer",
        coordinator,
    )
    assert mail.outbox[0].to == ["invited@example.org"]
    page = visitor.get(path_in(mail.outbox[0].body)).content.decode()
    assert "You are invited as invited@example.org. Your role: Reviewer." in page


def test_the_mail_is_written_in_the_language_chosen(as_user: AsUser, coordinator: User) -> None:
    as_user(coordinator).post("/invite/", {**INVITATION, "language": "ar"})

    html = str(mail.outbox[0].alternatives[0][0])
    assert '<html lang="ar" dir="rtl">' in html


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"email": ""}, "This field is required."),
        ({"email": "nobody"}, "Enter a valid email address."),
        ({"role": "administrator"}, "Select a valid choice."),
        ({"role": "focal_point", "country": ""}, "Choose the country of the focal point."),
        ({"email": "Member@example.org"}, "Somebody with this address is here already."),
        ({"email": "waiting@example.org"}, "An invitation to this address is on its way"),
        ({"language": "xx"}, "Select a valid choice."),
    ],
)
def test_bad_input_is_named(
    as_user: AsUser, coordinator: User, member: User, changes: dict[str, str], message: str
) -> None:
    InvitationFactory(email="waiting@example.org")

    response = as_user(coordinator).post("/invite/", {**INVITATION, **changes})

    assert message in response.content.decode()
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize("changes", [{"role": "reviewer"}, {"country": "EG"}, {"country": ""}])
def test_a_focal_point_invites_members_and_focal_points_of_the_own_country_only(
    as_user: AsUser, focal_point_morocco: User, changes: dict[str, str]
) -> None:
    response = as_user(focal_point_morocco).post("/invite/", {**INVITATION, **changes})

    assert response.status_code == 200
    assert not Invitation.objects.exists()


def test_a_focal_point_invites_a_second_one(as_user: AsUser, focal_point_morocco: User) -> None:
    response = as_user(focal_point_morocco).post("/invite/", {**INVITATION, "role": "focal_point"})

    assert response.status_code == 302
    assert Invitation.objects.get().country_id == "MA"


def test_inviting_asks_for_the_right_also_behind_the_form(focal_point_morocco: User) -> None:
    invitation = InvitationFactory.build(invited_by=focal_point_morocco, role="coordinator")

    with pytest.raises(PermissionDenied):
        membership.invite(invitation, by=focal_point_morocco)


def test_accepting_signs_in_with_the_role(visitor: Client) -> None:
    invitation = InvitationFactory(email="new@example.org", role="focal_point", country_id="NE")

    response = visitor.post(invitation.get_absolute_url(), ABOUT_ME)

    user = User.objects.get(email="new@example.org")
    assert response["Location"] == "/"
    assert visitor.session["_auth_user_id"] == str(user.pk)
    assert user.focal_countries == {"NE"}
    assert user.check_password(ABOUT_ME["password"])
    assert (user.name, user.function, user.country_id) == ("Invited", "Labour inspector", "NE")
    invitation.refresh_from_db()
    assert invitation.accepted_by == user


@pytest.mark.parametrize(
    ("role", "reviewer", "coordinator"),
    [("member", False, False), ("reviewer", True, False), ("coordinator", True, True)],
)
def test_each_role_gives_what_it_says(role: str, reviewer: bool, coordinator: bool) -> None:
    user = membership.accept(InvitationFactory(role=role), name="New")

    assert (user.is_reviewer, user.is_coordinator) == (reviewer, coordinator)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "This field is required."),
        ({"function": "x" * 121}, "at most 120 characters"),
        ({"organisation": "a\x00"}, "Null characters are not allowed."),
        ({"password": "short"}, "This password is too short."),
        ({"password": "password123"}, "This password is too common."),
    ],
)
def test_bad_answers_leave_the_invitation_open(
    visitor: Client, changes: dict[str, str], message: str
) -> None:
    invitation = InvitationFactory(email="new@example.org")

    response = visitor.post(invitation.get_absolute_url(), {**ABOUT_ME, **changes})

    assert message in response.content.decode()
    invitation.refresh_from_db()
    assert not invitation.is_used


def test_a_link_works_once(visitor: Client) -> None:
    invitation = InvitationFactory()
    link = invitation.get_absolute_url()
    Client().post(link, ABOUT_ME)

    for response in (visitor.get(link), visitor.post(link, {**ABOUT_ME, "name": "Second"})):
        assert response.status_code == 410
        assert "This invitation was used already" in response.content.decode()
    assert not User.objects.filter(name="Second").exists()


def test_a_link_ends_after_its_time(visitor: Client) -> None:
    invitation = InvitationFactory(
        created_at=timezone.now() - timedelta(days=15),
        expires_at=timezone.now() - timedelta(days=1),
    )

    response = visitor.post(invitation.get_absolute_url(), ABOUT_ME)

    assert response.status_code == 410
    assert "This invitation is out of date" in response.content.decode()
    assert not User.objects.filter(email=invitation.email).exists()


@pytest.mark.parametrize("token", ["x", "1", "MQ:1abcde:forged", "%F0%9F"])
def test_a_forged_link_is_not_found(visitor: Client, token: str) -> None:
    assert visitor.get(f"/invite/{token}/").status_code == 404


def test_a_taken_back_invitation_is_not_found(visitor: Client) -> None:
    invitation = InvitationFactory()
    link = invitation.get_absolute_url()
    invitation.delete()

    assert visitor.get(link).status_code == 404


def test_a_member_signs_in_to_accept_a_role(as_user: AsUser, visitor: Client, member: User) -> None:
    invitation = InvitationFactory(email=member.email, role="reviewer")
    link = invitation.get_absolute_url()

    as_visitor = visitor.post(link, ABOUT_ME)
    as_member = as_user(member).post(link)

    assert "Sign in with this address first" in as_visitor.content.decode()
    assert as_member["Location"] == "/profile/"
    assert User.objects.get(pk=member.pk).is_reviewer


def test_nobody_accepts_for_another_member(as_user: AsUser, member: User, author: User) -> None:
    invitation = InvitationFactory(email=member.email, role="coordinator")

    as_user(author).post(invitation.get_absolute_url())

    assert not User.objects.get(pk=author.pk).is_coordinator
    assert not User.objects.get(pk=member.pk).is_coordinator


def test_the_page_lists_what_one_sent_and_nothing_of_others(
    as_user: AsUser, coordinator: User, focal_point_morocco: User
) -> None:
    InvitationFactory(email="mine@example.org", invited_by=focal_point_morocco)
    InvitationFactory(email="theirs@example.org", invited_by=coordinator)

    page = as_user(focal_point_morocco).get("/invite/").content.decode()

    assert "mine@example.org" in page
    assert "theirs@example.org" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_sent_invitations_costs_one_query(
    as_user: AsUser, coordinator: User, count: int, django_assert_num_queries: Callable[..., object]
) -> None:
    InvitationFactory.create_batch(count, invited_by=coordinator, country_id="MA")
    browser = as_user(coordinator)

    # person, countries of the form, invitations, unread news in the masthead
    with django_assert_num_queries(4):  # type: ignore[attr-defined]
        browser.get("/invite/")


def test_other_methods_are_refused(as_user: AsUser, visitor: Client, coordinator: User) -> None:
    assert as_user(coordinator).put("/invite/").status_code == 405
    assert visitor.delete(InvitationFactory().get_absolute_url()).status_code == 405


@pytest.mark.parametrize(
    ("broken", "constraint"),
    [
        ({"role": "focal_point", "country": None}, "invitation_focal_point_country"),
        ({"expires_at": timezone.now() - timedelta(days=1)}, "invitation_ends_after_start"),
        ({"accepted_at": timezone.now()}, "invitation_acceptance_whole"),
    ],
)
def test_the_database_refuses_half_invitations(broken: dict[str, object], constraint: str) -> None:
    by = UserFactory()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        InvitationFactory(invited_by=by, **broken)


def path_in(text: str) -> str:
    found = re.search(r"https?://[^/\s]+(/invite/\S+)", text)
    assert found
    return found[1]
