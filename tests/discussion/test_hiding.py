"""Hiding a comment with a reason and showing it again, on the site and in the admin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from discussion import workflow
from discussion.models import Comment
from tests.factories.accounts import UserFactory
from tests.factories.contributions import published
from tests.factories.discussion import hidden, said

pytestmark = pytest.mark.django_db

AsUser = Callable[[User], Client]
LIST = "/admin/discussion/comment/"
PLACES = ["/comments/{pk}/hide/", "/admin/discussion/comment/{pk}/hide/"]


@pytest.mark.parametrize("place", PLACES)
def test_a_coordinator_hides_with_a_reason_and_shows_again(
    as_user: AsUser, coordinator: User, place: str
) -> None:
    comment = said(published(), "It names a case.")
    client = as_user(coordinator)
    url = place.format(pk=comment.pk)

    page = client.get(url).content.decode()
    answer = client.post(url, {"reason": " A case was named. "})

    assert "It names a case." in page
    assert answer.status_code == 302
    comment.refresh_from_db()
    assert comment.is_hidden
    assert (comment.hidden_by, comment.hidden_reason) == (coordinator, "A case was named.")
    assert "A case was named." in client.get(url).content.decode()

    client.post(url.replace("hide", "show") if place.startswith("/comments") else url)

    comment.refresh_from_db()
    assert (comment.hidden_at, comment.hidden_by, comment.hidden_reason) == (None, None, "")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("reason", ["", "  \n ", "\x00", "word " * 101])
def test_without_a_fitting_reason_nothing_is_hidden(
    as_user: AsUser, coordinator: User, place: str, reason: str
) -> None:
    comment = said(published())

    answer = as_user(coordinator).post(place.format(pk=comment.pk), {"reason": reason})

    assert answer.status_code == 200
    assert "err" in answer.content.decode()
    comment.refresh_from_db()
    assert not comment.is_hidden


@pytest.mark.parametrize("place", [*PLACES, "/comments/{pk}/show/"])
def test_nobody_else_hides_or_shows(
    as_user: AsUser,
    visitor: Client,
    member: User,
    reviewer: User,
    focal_point_morocco: User,
    place: str,
) -> None:
    writer = UserFactory()
    comment = said(published(by=member), by=writer)
    url = place.format(pk=comment.pk)

    assert visitor.post(url, {"reason": "No"}).status_code == 302
    for user in (member, reviewer, focal_point_morocco, writer):
        assert as_user(user).post(url, {"reason": "No"}).status_code in (302, 403)
        with pytest.raises(PermissionDenied):
            workflow.hide(comment, by=user, reason="No")
        with pytest.raises(PermissionDenied):
            workflow.show(comment, by=user)
    comment.refresh_from_db()
    assert not comment.is_hidden


def test_only_the_first_of_two_coordinators_hides(coordinator: User, administrator: User) -> None:
    comment = said(published())

    workflow.hide(comment, by=coordinator, reason="First")
    workflow.hide(comment, by=administrator, reason="Second")

    comment.refresh_from_db()
    assert (comment.hidden_by, comment.hidden_reason) == (coordinator, "First")
    assert comment.author.notifications.filter(topic="hidden").count() == 1


def test_the_database_refuses_half_a_hiding(coordinator: User) -> None:
    comment = said(published())

    for half in ({"hidden_reason": "Why"}, {"hidden_by": coordinator}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Comment.objects.filter(pk=comment.pk).update(**half)
    with pytest.raises(ValidationError):
        workflow.hide(comment, by=coordinator, reason=" ")


# The list in the admin


def test_coordinators_see_names_and_hidden_texts_reviewers_neither(
    as_user: AsUser, coordinator: User, reviewer: User
) -> None:
    writer = UserFactory(name="Amina Unique", function="Judge")
    contribution = published()
    open_one = said(contribution, "Visible words", by=writer)
    hidden_one = hidden(contribution, "Hidden words", by=writer)
    places = [LIST, f"{LIST}?q=words", f"{LIST}{open_one.pk}/change/"]

    for place in places:
        html = as_user(coordinator).get(place).content.decode()
        assert "Amina Unique" in html
        html = as_user(reviewer).get(place).content.decode()
        assert "Judge, Morocco" in html
        assert "Amina Unique" not in html
        assert "Hidden words" not in html
    assert "Hidden words" in as_user(coordinator).get(LIST).content.decode()
    assert as_user(reviewer).get(f"{LIST}{hidden_one.pk}/change/").status_code == 302


def test_reviewers_find_no_comment_on_what_they_may_not_see(
    as_user: AsUser, reviewer: User, coordinator: User
) -> None:
    said(published(visibility="coordinators"), "Between coordinators", by=coordinator)

    assert "Between coordinators" not in as_user(reviewer).get(LIST).content.decode()
    assert "Between coordinators" in as_user(coordinator).get(LIST).content.decode()


def test_the_list_is_filtered_by_hidden(as_user: AsUser, coordinator: User) -> None:
    contribution = published()
    said(contribution, "Stays open")
    hidden(contribution, "Was closed")
    client = as_user(coordinator)

    closed = client.get(f"{LIST}?hidden=yes").content.decode()
    shown = client.get(f"{LIST}?hidden=no").content.decode()

    assert "Was closed" in closed
    assert "Stays open" not in closed
    assert "Stays open" in shown
    assert "Was closed" not in shown


def test_nobody_edits_adds_or_deletes_comments(
    as_user: AsUser, coordinator: User, administrator: User
) -> None:
    comment = said(published(), "As it was said")

    for user in (coordinator, administrator):
        client = as_user(user)
        assert client.post(f"{LIST}{comment.pk}/change/", {"text": "Other"}).status_code == 403
        assert client.get(f"{LIST}add/").status_code == 403
        assert client.post(f"{LIST}{comment.pk}/delete/", {"post": "yes"}).status_code == 403
    comment.refresh_from_db()
    assert comment.text == "As it was said"


def test_members_and_focal_points_find_no_comments_in_the_admin(
    as_user: AsUser, member: User, focal_point_morocco: User
) -> None:
    assert as_user(member).get(LIST).status_code == 302
    assert as_user(focal_point_morocco).get(LIST).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_queries(
    as_user: AsUser, coordinator: User, rows: int, django_assert_num_queries: Any
) -> None:
    contribution = published()
    for _number in range(rows):
        hidden(contribution)
    client = as_user(coordinator)
    client.get(LIST)

    with django_assert_num_queries(8):
        client.get(LIST)
