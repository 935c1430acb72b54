"""Members ask the community: coordinators hear of it and open it as a call, or leave it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.models import User
from calls import workflow
from calls.models import Call
from contributions.models import Notification
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]
ASKED = {
    "question": "How do you find interpreters?",
    "why": "We have none for rare languages.",
    "kind": "practice",
    "language": "en",
}


def told(topic_variant: str) -> list[User]:
    lines = Notification.objects.filter(topic="call", variant=topic_variant)
    return [line.recipient for line in lines]


def test_an_empty_search_leads_to_the_question(
    as_user: AsUser, visitor: Client, member: User
) -> None:
    client = as_user(member)
    link = "/calls/ask/?q=rare%20interpreters"

    assert link in client.get("/search/?q=rare+interpreters").content.decode()
    # Visitors see that there is a way, and sign in on it.
    assert link in visitor.get("/search/?q=rare+interpreters").content.decode()
    assert visitor.get(link)["Location"].startswith("/accounts/login/?next=")
    assert client.get(link).context["form"]["question"].value() == "rare interpreters"


def test_a_question_waits_for_coordinators_and_is_seen_by_who_asked(
    as_user: AsUser, member: User, coordinator: User
) -> None:
    response = as_user(member).post("/calls/ask/", ASKED)

    call = Call.objects.get()
    assert response["Location"] == call.get_absolute_url()
    assert told("asked") == [coordinator]
    line = Notification.objects.get(recipient=coordinator)
    assert line.sentence().startswith("A member asks the community.")
    assert line.get_absolute_url() == call.get_absolute_url()
    for person, status in ((member, 200), (coordinator, 200), (UserFactory(), 404)):
        assert as_user(person).get(call.get_absolute_url()).status_code == status
    assert ASKED["question"] in as_user(member).get("/calls/").content.decode()
    assert ASKED["question"] not in as_user(UserFactory()).get("/calls/").content.decode()


def test_an_opened_question_is_told_to_all_without_a_name(
    as_user: AsUser, member: User, coordinator: User
) -> None:
    other = UserFactory()
    as_user(member).post("/calls/ask/", ASKED)

    workflow.open_call(Call.objects.get(), by=coordinator)

    assert {member, other} <= set(told(""))
    page = as_user(other).get(Call.objects.get().get_absolute_url()).content.decode()
    assert ASKED["question"] in page
    assert str(member) not in page


def test_a_question_that_is_not_opened_is_deleted_and_its_asker_told(
    as_user: AsUser, member: User, coordinator: User
) -> None:
    as_user(member).post("/calls/ask/", ASKED)
    call = Call.objects.get()

    as_user(coordinator).post(f"/admin/calls/call/{call.pk}/delete/", {"post": "yes"})

    assert not Call.objects.exists()
    assert told("dropped") == [member]
    inbox = as_user(member).get("/inbox/")
    assert "was not opened as a call" in inbox.content.decode()


def test_an_opened_call_is_not_dropped(as_user: AsUser, member: User, coordinator: User) -> None:
    as_user(member).post("/calls/ask/", ASKED)
    call = Call.objects.get()
    workflow.open_call(call, by=coordinator)
    call.refresh_from_db()

    for person in (member, coordinator):
        with pytest.raises(PermissionDenied):
            workflow.drop(call, by=person)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"question": ""}, "question"),
        ({"question": "???"}, "question"),
        ({"question": "x" * 121}, "question"),
        ({"why": " "}, "why"),
        ({"why": "x" * 2001}, "why"),
        ({"kind": "essay"}, "kind"),
        ({"language": "xx"}, "language"),
    ],
)
def test_what_is_missing_is_said_beside_the_field_and_nothing_typed_is_lost(
    as_user: AsUser, member: User, changes: dict[str, str], field: str
) -> None:
    response = as_user(member).post("/calls/ask/", ASKED | changes)

    form: Any = response.context["form"]
    assert list(form.errors) == [field]
    assert form["question"].value() == (ASKED | changes)["question"]
    assert not Call.objects.exists()


def test_the_same_question_sent_twice_is_one(as_user: AsUser, member: User) -> None:
    client = as_user(member)

    for _time in range(2):
        client.post("/calls/ask/", ASKED)

    assert Call.objects.count() == 1


def test_five_questions_may_wait(as_user: AsUser, member: User) -> None:
    client = as_user(member)

    for number in range(6):
        last = client.post("/calls/ask/", ASKED | {"question": f"Question {number}?"})

    assert Call.objects.count() == 5
    assert "5 questions of yours wait" in last.content.decode()


def test_only_members_ask(as_user: AsUser, visitor: Client) -> None:
    assert visitor.get("/calls/ask/").status_code == 302
    with pytest.raises(PermissionDenied):
        workflow.ask("Why?", "So", kind="practice", language="en", by=UserFactory(is_active=False))
