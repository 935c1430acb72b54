"""Decisions: points, four eyes, what is said beside the choices, archive and restore, the talk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from contributions import drafts, talking, workflow
from contributions.models import Contribution, Decision, Notification, Point, Revision
from tests.factories.accounts import UserFactory, country
from tests.factories.contributions import archived, published, sent

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]
QUEUE = "/admin/contributions/revision/"


def page(revision: Revision) -> str:
    return f"{QUEUE}{revision.pk}/moderate/"


def decision(revision: Revision, action: str, *points: tuple[str, str], **more: Any) -> Any:
    rows = {
        f"points-{i}-{name}": value
        for i, point in enumerate(points)
        for name, value in zip(("field", "text"), point, strict=True)
    }
    return {
        "action": action, "note": "", "visibility": "public", "maturity": "", "tags": "",
        "coordinator_note": "", "lock": revision.lock, "points-TOTAL_FORMS": len(points),
        "points-INITIAL_FORMS": 0,
    } | rows | more  # fmt: skip


def state(revision: Revision) -> str:
    revision.refresh_from_db()
    return revision.state


# Points


def test_points_go_to_the_author(as_user: AsUser, reviewer: User, author: User) -> None:
    revision = sent(by=author)
    points = (("summary", "Say for whom."), ("", ""), ("results", "Add the year."))

    as_user(reviewer).post(page(revision), decision(revision, "request_changes", *points))

    assert state(revision) == "changes_requested"
    kept = [(point.field, point.text) for point in Point.objects.of_text(revision)]
    assert kept == [("summary", "Say for whom."), ("results", "Add the year.")]
    told = Notification.objects.get(recipient=author, topic="decision")
    assert told.text == "Say for whom.\nAdd the year."


def test_another_point_comes_without_script_and_keeps_what_was_typed(
    as_user: AsUser, reviewer: User
) -> None:
    revision = sent()
    typed = decision(revision, "request_changes", ("title", "Shorter."), add_point="1")

    html = as_user(reviewer).post(page(revision), typed).content.decode()

    assert state(revision) == "submitted"
    assert 'name="points-1-text"' in html
    assert "Shorter.</textarea>" in html
    assert "errornote" not in html


def test_points_with_another_decision_are_not_lost(as_user: AsUser, coordinator: User) -> None:
    revision = sent()
    typed = decision(revision, "approve", ("title", "Shorter."))

    html = as_user(coordinator).post(page(revision), typed).content.decode()

    assert state(revision) == "submitted"
    assert "they go with “Request changes”" in html
    assert "Shorter.</textarea>" in html


@pytest.mark.parametrize("rows", ["many", "-1", "100000", ""])
def test_wrong_numbers_of_rows_are_answered(as_user: AsUser, reviewer: User, rows: str) -> None:
    revision = sent()
    typed = decision(revision, "request_changes") | {"points-TOTAL_FORMS": rows}

    response = as_user(reviewer).post(page(revision), typed | {"add_point": "1"})
    other = as_user(reviewer).post(page(revision), typed | {"points-0-field": "owner"})

    assert (response.status_code, other.status_code) == (200, 200)
    assert state(revision) == "submitted"


# Four eyes


def test_a_coordinator_of_the_country_is_told_why_they_do_not_decide_alone(
    as_user: AsUser, reviewer: User
) -> None:
    revision = sent(countries=["MA"])
    moroccan = as_user(UserFactory(role="coordinator", country=country("MA")))

    before = moroccan.get(page(revision)).content.decode()
    moroccan.post(page(revision), decision(revision, "approve"))
    assert state(revision) == "submitted"
    as_user(reviewer).post(page(revision), decision(revision, "recommend", note="Sound."))
    after = moroccan.get(page(revision)).content.decode()
    moroccan.post(page(revision), decision(revision, "approve"))

    assert "This record is about your country (Morocco)." in before
    assert 'value="approve"' not in before
    assert 'value="approve"' in after
    assert "Sound." in after
    assert state(revision) == "approved"


def test_each_choice_says_what_it_does(as_user: AsUser, coordinator: User, author: User) -> None:
    contribution = published(by=author)
    second = drafts.revise(contribution, by=author)
    workflow.perform("submit", second, by=author)

    first_html = as_user(coordinator).get(page(sent())).content.decode()
    html = as_user(coordinator).get(page(second)).content.decode()

    assert "Nothing is published; needs a reason." in first_html
    assert "Version 1 stays; needs a reason." in html


# What is published


def step(revision: Revision | None, action: str) -> str:
    assert revision is not None
    return f"{QUEUE}{revision.pk}/{action}/now/"


def test_archiving_asks_first_and_needs_a_reason(as_user: AsUser, coordinator: User) -> None:
    contribution = published()
    client = as_user(coordinator)
    address = step(contribution.live, "archive")

    asked = client.get(address).content.decode()
    silent = client.post(address, {"note": " "}).content.decode()
    assert Contribution.objects.get().is_published
    client.post(address, {"note": "It names a victim."})

    assert "The record is not shown any more" in asked
    assert "Give the reason." in silent
    assert Contribution.objects.get().status == "archived"
    assert Decision.objects.get(action="archive").note == "It names a victim."


def test_restoring_is_for_somebody_else(as_user: AsUser) -> None:
    writer = UserFactory(role="coordinator")
    contribution = archived(by=writer)
    address = step(contribution.live, "restore")

    assert as_user(writer).post(address, {"note": "Mended."}).status_code == 403
    as_user(UserFactory(role="coordinator")).post(address, {"note": "Mended."})

    assert Contribution.objects.get().is_published


def test_an_old_version_is_closed_and_opened_again(
    as_user: AsUser, coordinator: User, author: User, visitor: Client
) -> None:
    contribution = published(by=author)
    old = contribution.live
    second = drafts.revise(contribution, by=author)
    workflow.perform("submit", second, by=author)
    workflow.perform("approve", second, by=coordinator)
    assert old is not None
    permalink = old.get_absolute_url()

    def answers() -> list[int]:
        people = (visitor, as_user(author), as_user(coordinator))
        return [client.get(permalink).status_code for client in people]

    assert answers() == [200, 200, 200]
    as_user(coordinator).post(step(old, "close"), {"note": "It names a victim."})
    assert answers() == [404, 404, 200]
    as_user(coordinator).post(step(old, "reopen"), {"note": "The name is gone."})
    assert answers() == [200, 200, 200]


def test_what_was_done_meanwhile_is_said(as_user: AsUser, coordinator: User) -> None:
    contribution = archived()

    response = as_user(coordinator).post(
        step(contribution.live, "archive"), {"note": "Again."}, follow=True
    )

    assert "Somebody was faster" in response.content.decode()


@pytest.mark.parametrize("action", ["approve", "submit", "nonsense"])
def test_other_steps_have_no_such_page(as_user: AsUser, coordinator: User, action: str) -> None:
    assert as_user(coordinator).get(step(published().live, action)).status_code == 404


def test_reviewers_and_members_take_nothing_away(
    as_user: AsUser, reviewer: User, member: User
) -> None:
    address = step(published().live, "archive")

    assert as_user(reviewer).get(address).status_code == 403
    assert as_user(member).get(address).status_code in (302, 403)


def test_the_admin_page_of_a_contribution_leads_there(as_user: AsUser, coordinator: User) -> None:
    contribution = published()
    address = f"/admin/contributions/contribution/{contribution.pk}/change/"

    html = as_user(coordinator).get(address).content.decode()

    assert step(contribution.live, "archive") in html


# The talk


def test_the_talk_goes_both_ways_and_each_side_is_told(
    as_user: AsUser, reviewer: User, member: User
) -> None:
    author = UserFactory(function="Judge of Fez")
    revision = sent("lesson", by=author, anonymous_to_members=True)
    address = f"/contributions/{revision.contribution.code}/talk/"

    as_user(reviewer).post(address, {"text": "Which court?", "from": "review"})
    as_user(author).post(address, {"text": "The one of appeal."})
    html = as_user(reviewer).get(page(revision)).content.decode()

    told = Notification.objects.filter(topic="question").order_by("pk")
    assert [(line.recipient, line.text) for line in told] == [
        (author, "Which court?"), (reviewer, "The one of appeal."),
    ]  # fmt: skip
    assert "The one of appeal." in html
    assert author.function not in html
    assert as_user(member).get(address).status_code == 404


def test_an_empty_message_is_refused_and_a_double_click_says_it_once(
    as_user: AsUser, author: User
) -> None:
    contribution = sent(by=author).contribution
    address = f"/contributions/{contribution.code}/talk/"

    assert "Write your message." in as_user(author).post(address, {"text": " "}).content.decode()
    for _click in range(2):
        as_user(author).post(address, {"text": "Is it too long?"})

    assert [said.text for said in talking.messages(contribution)] == ["Is it too long?"]
