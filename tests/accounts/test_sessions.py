"""Who sends a request: one statement reads the session, the person and what they may do; whatever
changed meanwhile holds at the next request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

from accounts import membership
from accounts.models import FocalPoint, Session, User
from tests.factories.accounts import UserFactory, country

pytestmark = pytest.mark.django_db

AsUser = Callable[[User], Client]
# Asks nothing of its own.
PAGE = "/components/"
# For coordinators and focal points.
INVITE = "/invite/"


def is_signed_in(client: Client) -> bool:
    return "/accounts/logout/" in client.get(PAGE).content.decode()


@pytest.mark.parametrize("who", ["member", "focal_point_morocco", "reviewer", "coordinator"])
def test_a_page_asks_once_who_sends_the_request_and_what_they_may(
    who: str, request: pytest.FixtureRequest, as_user: AsUser, django_assert_num_queries: Any
) -> None:
    client = as_user(request.getfixturevalue(who))

    with django_assert_num_queries(2):  # and the unread lines in the masthead
        client.get(PAGE)


def test_a_role_holds_at_the_next_request(as_user: AsUser, member: User) -> None:
    client = as_user(member)
    assert client.get(INVITE).status_code == 403

    member.groups.add(Group.objects.get(name="coordinator"))
    assert client.get(INVITE).status_code == 200

    member.groups.clear()
    assert client.get(INVITE).status_code == 403


def test_a_country_holds_at_the_next_request(as_user: AsUser, member: User) -> None:
    client = as_user(member)
    assert client.get(INVITE).status_code == 403

    spoken_for = FocalPoint.objects.create(user=member, country=country("NE"))
    assert client.get(INVITE).status_code == 200

    spoken_for.delete()
    assert client.get(INVITE).status_code == 403


def test_what_is_granted_holds_at_once(member: User) -> None:
    assert not member.is_reviewer
    assert not member.is_focal_point

    membership.grant(member, "reviewer")
    membership.grant(member, "focal_point", country("NE"))

    assert member.is_reviewer
    assert member.focal_countries == {"NE"}


def test_who_is_deactivated_is_signed_out(as_user: AsUser, member: User) -> None:
    client = as_user(member)
    assert is_signed_in(client)

    User.objects.filter(pk=member.pk).update(is_active=False)

    assert not is_signed_in(client)
    assert client.get("/inbox/").status_code == 302


def test_another_password_ends_the_sessions_of_before(as_user: AsUser, member: User) -> None:
    client = as_user(member)
    assert is_signed_in(client)

    member.set_password("another horse battery")
    member.save()

    assert not is_signed_in(client)


def test_a_new_secret_key_signs_nobody_out(as_user: AsUser, member: User) -> None:
    client = as_user(member)

    with override_settings(SECRET_KEY="newer", SECRET_KEY_FALLBACKS=["only-for-tests"]):
        assert is_signed_in(client)
    with override_settings(SECRET_KEY="newer"):
        assert is_signed_in(client)


def test_a_way_of_signing_in_that_was_closed_is_closed(as_user: AsUser, member: User) -> None:
    client = as_user(member)

    with override_settings(AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.None"]):
        assert not is_signed_in(client)


def test_a_session_ends(as_user: AsUser, member: User) -> None:
    client = as_user(member)

    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    assert not is_signed_in(client)


def test_signed_data_say_whose_a_session_is_and_not_the_row_alone(
    as_user: AsUser, member: User, coordinator: User
) -> None:
    client = as_user(member)
    Session.objects.update(user=coordinator)

    assert client.get(INVITE).status_code == 403

    visitor = Client()
    session = visitor.session
    session["something"] = 1
    session.save()
    Session.objects.filter(user=None).update(user=coordinator)
    assert not is_signed_in(visitor)


def test_sessions_of_visitors_are_nobodys_and_signing_in_changes_that(member: User) -> None:
    client = Client()
    session = client.session
    session["something"] = 1
    session.save()
    assert Session.objects.get().user is None

    client.force_login(member, backend="django.contrib.auth.backends.ModelBackend")
    assert Session.objects.get().user == member
    assert Session.objects.get().get_decoded()["something"] == 1

    client.post("/accounts/logout/")
    assert not Session.objects.exists()


def test_who_comes_after_another_in_one_browser_is_not_taken_for_them(
    coordinator: User,
) -> None:
    client = Client()
    client.force_login(coordinator, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(INVITE).status_code == 200

    client.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(INVITE).status_code == 403


def test_a_session_is_no_matter_of_the_trail(as_user: AsUser, member: User) -> None:
    client = as_user(member)

    with CaptureQueriesContext(connection) as asked:
        client.post("/accounts/logout/")

    said = [query["sql"] for query in asked]
    assert any('DELETE FROM "accounts_session"' in sql for sql in said)
    assert not any("copkb.actor" in sql for sql in said)
