"""A draft that is there already answers a call, another one, or none: its authors say so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from accounts.models import User
from calls import workflow
from calls.models import Answer, Call
from contributions import workflow as contributions_workflow
from contributions.models import Contribution, Revision
from contributions.workflow import WrongStateError
from tests.factories.accounts import UserFactory
from tests.factories.calls import call, opened
from tests.factories.contributions import draft, published, sent

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]


def answered_by(revision: Revision) -> Call | None:
    found = Answer.objects.filter(contribution=revision.contribution).first()
    return found.call if found else None


def choose(client: Client, revision: Revision, slug: str) -> str:
    address = f"/calls/of/{revision.contribution.code}/"
    return client.post(address, {"call": slug}, follow=True).content.decode()


# What a text answers is said where it is written, followed and reviewed


def test_the_pages_of_a_draft_say_which_call_it_answers(
    as_user: AsUser, coordinator: User, author: User
) -> None:
    revision = workflow.answer(opened(coordinator), by=author)
    client = as_user(author)

    for page in ("edit", "status"):
        html = client.get(f"/contributions/{revision.contribution.code}/{page}/").content.decode()
        assert 'Answers the call <a href="/calls/first-hours/">' in html
        assert '<bdi lang="en" dir="ltr">The first hours</bdi>' in html
        assert f"/calls/of/{revision.contribution.code}/" in html


def test_the_review_page_says_which_call_a_text_answers(
    as_user: AsUser, coordinator: User, author: User
) -> None:
    made, revision = opened(coordinator), sent(by=author)
    page = f"/admin/contributions/revision/{revision.pk}/moderate/"
    client = as_user(coordinator)
    assert "Answers the call" not in client.get(page).content.decode()

    Answer.objects.create(call=made, contribution=revision.contribution)

    html = client.get(page).content.decode()
    assert 'Answers the call <a href="/calls/first-hours/">' in html
    assert "/calls/of/" not in html  # only its authors choose


def test_a_draft_that_answers_nothing_asks_where_a_call_of_its_kind_is_open(
    as_user: AsUser, coordinator: User, author: User
) -> None:
    lesson, practice = draft("lesson", by=author), draft(by=author)
    opened(coordinator)
    client = as_user(author)

    def asks(revision: Revision) -> bool:
        html = client.get(f"/contributions/{revision.contribution.code}/edit/").content.decode()
        return "Does it answer a call?" in html

    assert asks(practice)
    assert not asks(lesson)
    Call.objects.update(closed_at=timezone.now())
    assert not asks(practice)


# On the page of the call


def test_one_of_ones_drafts_is_joined_on_the_page_of_the_call(
    as_user: AsUser, coordinator: User, author: User
) -> None:
    made, revision = opened(coordinator), draft(by=author, title="Mine already")
    before = dict(revision.content)
    client = as_user(author)
    page = client.get("/calls/first-hours/").content.decode()
    assert "One of my drafts answers this call" in page
    assert "Mine already" in page

    html = client.post(
        "/calls/first-hours/join/", {"draft": revision.contribution.code}, follow=True
    ).content.decode()

    assert answered_by(revision) == made
    assert "Your draft answers this call now." in html
    assert "Begun by you" in html
    assert "One of my drafts answers this call" not in html
    revision.refresh_from_db()
    assert revision.content == before


def test_the_page_offers_only_drafts_that_could_answer(
    as_user: AsUser, coordinator: User, author: User, member: User
) -> None:
    opened(coordinator)
    workflow.answer(opened(coordinator, slug="other"), by=author)
    draft("lesson", by=author, title="Another kind")
    sent(by=author, title="Sent already")
    new_version = published(by=author, title="Published already")
    draft(by=member, title="Not mine")
    client = as_user(author)
    client.post(f"/contributions/{new_version.code}/revise/")

    html = client.get("/calls/first-hours/").content.decode()

    assert "One of my drafts answers this call" not in html


# On the page of the choice


def test_the_author_changes_the_call_and_leaves_it(
    as_user: AsUser, coordinator: User, author: User
) -> None:
    one, other = opened(coordinator), opened(coordinator, slug="other", texts={"ar": "الأولى"})
    opened(coordinator, slug="for-lessons", kind="lesson", texts={"en": "Only lessons"})
    call(coordinator, slug="prepared", texts={"en": "Not yet open"})
    revision = draft(by=author)
    client = as_user(author)

    page = client.get(f"/calls/of/{revision.contribution.code}/").content.decode()
    assert '<bdi lang="ar" dir="rtl">الأولى</bdi>' in page
    assert "Only lessons" not in page
    assert "Not yet open" not in page
    for slug, expected in (("first-hours", one), ("other", other), ("", None)):
        assert "Kept." in choose(client, revision, slug)
        assert answered_by(revision) == expected


def test_a_co_author_chooses_too(as_user: AsUser, coordinator: User, author: User) -> None:
    made, revision, friend = opened(coordinator), draft(by=author), UserFactory()
    revision.contribution.co_authors.add(friend)

    choose(as_user(friend), revision, "first-hours")

    assert answered_by(revision) == made


@pytest.mark.parametrize("slug", ["prepared", "lessons", "nowhere", "x\0y"])
def test_what_is_not_offered_is_not_taken(
    slug: str, as_user: AsUser, coordinator: User, author: User
) -> None:
    call(coordinator, slug="prepared")
    opened(coordinator, slug="lessons", kind="lesson")
    revision = draft(by=author)

    html = choose(as_user(author), revision, slug)

    assert "Some answers need another look" in html
    assert answered_by(revision) is None


def test_a_call_that_is_over_keeps_its_drafts_until_they_leave(
    as_user: AsUser, coordinator: User, author: User
) -> None:
    made = opened(coordinator)
    revision = workflow.answer(made, by=author)
    workflow.close_call(made, by=coordinator)
    client = as_user(author)

    page = client.get(f"/calls/of/{revision.contribution.code}/").content.decode()
    assert "once you leave it you cannot come back to it" in page
    choose(client, revision, "first-hours")
    assert answered_by(revision) == made
    choose(client, revision, "")
    assert answered_by(revision) is None
    assert "Some answers need another look" in choose(client, revision, "first-hours")
    assert answered_by(revision) is None


# Who may, and when


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"closed_at": "now"}, "This call is closed."),
        ({"deadline": "now"}, "This call is closed."),
        ({"kind": "lesson"}, "This call asks for something else."),
    ],
)
def test_a_call_that_takes_no_such_answer_is_not_joined(
    change: dict[str, str], said: str, as_user: AsUser, coordinator: User, author: User
) -> None:
    made, revision = opened(coordinator), draft(by=author)
    now = timezone.now() + timedelta(milliseconds=1)
    Call.objects.update(**{k: now if v == "now" else v for k, v in change.items()})

    html = (
        as_user(author)
        .post("/calls/first-hours/join/", {"draft": revision.contribution.code}, follow=True)
        .content.decode()
    )

    assert said in html
    assert answered_by(revision) is None
    with pytest.raises(ValidationError, match=said):
        workflow.join(made, revision.contribution, by=author)


@pytest.mark.parametrize(
    ("person", "status"),
    [("member", 404), ("reviewer", 404), ("focal_point_morocco", 404), ("coordinator", 403)],
)
def test_nobody_decides_for_the_draft_of_somebody_else(
    person: str, status: int, as_user: AsUser, coordinator: User, author: User,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    made, revision = opened(coordinator), draft(by=author)
    other = opened(coordinator, slug="other")
    workflow.join(made, revision.contribution, by=author)
    user = request.getfixturevalue(person)
    client, code = as_user(user), revision.contribution.code

    assert client.get(f"/calls/of/{code}/").status_code == status
    assert client.post(f"/calls/of/{code}/", {"call": "other"}).status_code == status
    assert client.post("/calls/other/join/", {"draft": code}).status_code == status
    for act in (
        lambda: workflow.join(other, revision.contribution, by=user),
        lambda: workflow.leave(revision.contribution, by=user),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert answered_by(revision) == made


@pytest.mark.parametrize("state", ["submitted", "published"])
def test_what_was_sent_stands_as_it_was_sent(
    state: str, as_user: AsUser, coordinator: User, author: User
) -> None:
    made, other = opened(coordinator), opened(coordinator, slug="other")
    revision = draft(by=author)
    workflow.join(made, revision.contribution, by=author)
    contributions_workflow.perform("submit", revision, by=author)
    if state == "published":
        contributions_workflow.perform("approve", revision, by=coordinator)
    client, code = as_user(author), revision.contribution.code

    assert client.get(f"/calls/of/{code}/")["Location"] == f"/contributions/{code}/status/"
    assert f"/calls/of/{code}/" not in client.get(f"/contributions/{code}/status/").content.decode()
    assert "not a draft any more" in choose(client, revision, "other")
    for act in (
        lambda: workflow.join(other, revision.contribution, by=author),
        lambda: workflow.leave(revision.contribution, by=author),
    ):
        with pytest.raises(WrongStateError):
            act()
    assert answered_by(revision) == made


def test_a_text_that_was_returned_may_change_its_call(
    as_user: AsUser, coordinator: User, author: User
) -> None:
    made, revision = opened(coordinator), sent(by=author)
    contributions_workflow.perform("request_changes", revision, by=coordinator, note="Shorter.")

    choose(as_user(author), revision, "first-hours")

    assert answered_by(revision) == made


def test_visitors_sign_in_first(visitor: Client, coordinator: User, author: User) -> None:
    opened(coordinator)
    code = draft(by=author).contribution.code

    assert visitor.get(f"/calls/of/{code}/").status_code == 302
    assert visitor.post("/calls/first-hours/join/", {"draft": code}).status_code == 302
    assert not Answer.objects.exists()


@pytest.mark.parametrize("code", ["", "PR-9999", "\0"])
def test_a_draft_that_is_not_there_is_not_found(
    code: str, as_user: AsUser, coordinator: User, author: User
) -> None:
    opened(coordinator)

    assert as_user(author).post("/calls/first-hours/join/", {"draft": code}).status_code == 404
    assert as_user(author).get("/calls/first-hours/join/").status_code == 405


def test_what_joined_is_among_what_came(
    as_user: AsUser, coordinator: User, author: User, member: User
) -> None:
    revision = draft(by=author, title="Joined, then published", visibility="members")
    workflow.join(opened(coordinator), revision.contribution, by=author)
    contributions_workflow.perform("submit", revision, by=author)
    assert (
        "1 more is being reviewed." in as_user(member).get("/calls/first-hours/").content.decode()
    )

    contributions_workflow.perform("approve", revision, by=coordinator)

    html = as_user(member).get("/calls/first-hours/").content.decode()
    assert "Joined, then published" in html
    assert "being reviewed" not in html


def test_a_new_version_of_what_came_is_not_counted_as_more(
    as_user: AsUser, coordinator: User, author: User, member: User
) -> None:
    contribution: Contribution = published(by=author)
    Answer.objects.create(call=opened(coordinator), contribution=contribution)
    client = as_user(author)
    client.post(f"/contributions/{contribution.code}/revise/")
    new = contribution.revisions.get(state="draft")

    contributions_workflow.perform("submit", new, by=author)

    assert "being reviewed" not in as_user(member).get("/calls/first-hours/").content.decode()
