"""Coordinators call for contributions; members answer; reminders come once before the deadline."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from calls import reminders, workflow
from calls.models import Answer, Call, CallText
from contributions import workflow as contributions_workflow
from contributions.models import Notification, Revision
from tests.factories.accounts import UserFactory
from tests.factories.calls import call, opened
from tests.factories.contributions import content, draft
from vocabulary.models import Concept

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


# Opening and closing


def test_opening_tells_the_members_it_is_addressed_to_in_their_language(coordinator: User) -> None:
    moroccan = UserFactory(country_id="MA", language="fr")
    UserFactory(country_id="EG")

    opened(coordinator, countries=["MA"])

    line = Notification.objects.get(topic="call")
    assert line.recipient == moroccan
    assert line.text == "Les premières heures"
    assert line.get_absolute_url() == "/calls/first-hours/"


def test_a_call_that_names_no_country_is_told_to_all_but_the_opener(
    coordinator: User, member: User
) -> None:
    opened(coordinator)

    told = set(Notification.objects.filter(topic="call").values_list("recipient", flat=True))
    assert member.pk in told
    assert coordinator.pk not in told


def test_opening_again_after_closing_tells_nobody_twice(coordinator: User, member: User) -> None:
    made = opened(coordinator)
    workflow.close_call(made, by=coordinator)
    made.refresh_from_db()
    assert not made.is_open

    workflow.open_call(made, by=coordinator)

    made.refresh_from_db()
    assert made.is_open
    assert Notification.objects.filter(topic="call", recipient=member).count() == 1


def test_a_call_without_text_or_past_its_deadline_is_not_opened(coordinator: User) -> None:
    bare = call(coordinator, slug="bare")
    bare.texts.all().delete()
    late = call(coordinator, slug="late", deadline=timezone.now() - timedelta(minutes=1))

    for made, said in ((bare, "Write the text"), (late, "has passed")):
        with pytest.raises(ValidationError, match=said):
            workflow.open_call(made, by=coordinator)


@pytest.mark.parametrize("person", ["member", "reviewer", "focal_point_morocco"])
def test_only_coordinators_open_and_close(
    person: str, coordinator: User, request: pytest.FixtureRequest
) -> None:
    made = call(coordinator)
    for act in (workflow.open_call, workflow.close_call):
        with pytest.raises(PermissionDenied):
            act(made, by=request.getfixturevalue(person))


def test_opening_keeps_the_edition_of_the_form(coordinator: User) -> None:
    assert opened(coordinator).edition == 2


# Pages


def test_members_see_what_is_open_and_coordinators_what_is_prepared(
    as_user: AsUser, visitor: Client, member: User, coordinator: User
) -> None:
    opened(coordinator)
    call(coordinator, slug="hidden", texts={"en": "Not yet"})

    seen = as_user(member).get("/calls/").content.decode()

    assert "The first hours" in seen
    assert "Not yet" not in seen
    assert "Not yet" in as_user(coordinator).get("/calls/").content.decode()
    assert as_user(member).get("/calls/hidden/").status_code == 404
    assert as_user(coordinator).get("/calls/hidden/").status_code == 200
    assert as_user(member).get("/calls/none/").status_code == 404
    assert visitor.get("/calls/").status_code == 302
    assert visitor.get("/calls/first-hours/").status_code == 302


def test_the_page_speaks_the_readers_language_and_says_when_it_ends_where(
    as_user: AsUser, coordinator: User
) -> None:
    deadline = datetime(2030, 5, 31, 22, 59, tzinfo=UTC)
    opened(coordinator, deadline=deadline, time_zone="Africa/Niamey")
    french = UserFactory(language="fr")

    html = as_user(french).get("/calls/first-hours/").content.decode()

    assert '<h1 lang="fr" dir="ltr">Les premières heures</h1>' in html
    assert "23:59" in html
    assert "Africa/Niamey" in html
    assert "<em>Les premières heures</em>" in html
    assert "The first hours" in html  # in other languages


def test_an_answer_is_a_draft_that_begins_with_the_calls_objectives(
    as_user: AsUser, coordinator: User, member: User
) -> None:
    made = opened(coordinator)
    client = as_user(member)
    assert "Answer this call" in client.get("/calls/first-hours/").content.decode()

    response = client.post("/calls/first-hours/answer/")

    revision = Revision.objects.get()
    assert response["Location"] == f"/contributions/{revision.contribution.code}/edit/"
    assert revision.content["primary_objective"] == "3"
    assert revision.content["objectives"] == ["5"]
    assert Answer.objects.get().call == made
    client.post("/calls/first-hours/answer/")
    assert Revision.objects.count() == 1  # the one that was begun is taken up
    assert "Begun by you" in client.get("/calls/first-hours/").content.decode()


def test_a_closed_call_is_not_answered(as_user: AsUser, coordinator: User, member: User) -> None:
    made = opened(coordinator)
    workflow.close_call(made, by=coordinator)
    client = as_user(member)

    response = client.post("/calls/first-hours/answer/", follow=True)

    assert "This call is closed." in response.content.decode()
    assert "Answer this call" not in response.content.decode()
    assert not Revision.objects.exists()
    with pytest.raises(PermissionDenied):
        workflow.answer(Call.objects.get(), by=member)


def answered(made: Call, by: User, coordinator: User | None = None, **changes: Any) -> Revision:
    revision = workflow.answer(made, by=by)
    revision.content = content(made.kind, **changes)
    revision.save()
    if coordinator:
        contributions_workflow.perform("submit", revision, by=by)
        contributions_workflow.perform("approve", revision, by=coordinator)
    return revision


def test_the_page_shows_what_came_as_far_as_the_reader_sees_it(
    as_user: AsUser, coordinator: User, member: User, author: User
) -> None:
    made = opened(coordinator)
    answered(made, author, coordinator, title="A practice for all", visibility="members")
    hidden = UserFactory()
    answered(made, hidden, coordinator, title="A guarded one", visibility="coordinators")
    waiting = answered(made, UserFactory(), title="Still waiting")
    contributions_workflow.perform("submit", waiting, by=waiting.author)

    html = as_user(member).get("/calls/first-hours/").content.decode()

    assert "A practice for all" in html
    assert "A guarded one" not in html
    assert "Still waiting" not in html
    assert "1 more is being reviewed." in html
    assert "A guarded one" in as_user(coordinator).get("/calls/first-hours/").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_ask_the_same_number_of_queries(
    rows: int, as_user: AsUser, coordinator: User, member: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    for number in range(rows):
        made = opened(coordinator, slug=f"call-{number}")
        made.themes.set(Concept.objects.accepted()[: number + 1])
    for _number in range(rows):
        answered(made, UserFactory(), coordinator, visibility="members")
        answered(made, member)
        draft(by=member)
    client = as_user(member)
    client.get("/calls/")

    # The person, inbox; number of calls, calls, their texts, themes and labels.
    with django_assert_num_queries(7):
        client.get("/calls/")
    # ... with objectives, countries, what came, what waits, one's own drafts.
    with django_assert_num_queries(13):
        client.get(made.get_absolute_url())


def test_who_begins_a_contribution_is_told_what_is_asked_for(
    as_user: AsUser, coordinator: User, member: User
) -> None:
    opened(coordinator)
    client = as_user(member)

    assert "The first hours" in client.get("/practices/new/").content.decode()
    assert "The first hours" not in client.get("/lessons/new/").content.decode()


# Reminders


def test_reminders_come_a_week_and_a_day_before_to_those_it_concerns(
    coordinator: User, member: User, author: User, focal_point_morocco: User
) -> None:
    with time_machine.travel(NOW, tick=False):
        made = opened(coordinator, countries=["MA"], deadline=NOW + timedelta(days=20))
        answered(made, member)  # begun, not sent
        answered(made, author, coordinator)  # sent: nothing to be reminded of
    Notification.objects.all().delete()

    def told_at(days: float) -> set[str]:
        with time_machine.travel(NOW + timedelta(days=days), tick=False):
            before = set(Notification.objects.values_list("pk", flat=True))
            count = reminders.remind(timezone.now())
        new = Notification.objects.exclude(pk__in=before)
        assert count == len(new)
        return {line.recipient.email for line in new}

    assert told_at(12) == set()
    assert told_at(13) == {member.email, focal_point_morocco.email}
    assert told_at(14) == set()
    assert told_at(19.5) == {member.email, focal_point_morocco.email}
    assert told_at(19.6) == set()
    assert told_at(20.1) == set()


def test_a_timer_that_was_down_reminds_once(coordinator: User, member: User) -> None:
    made = opened(coordinator, deadline=timezone.now() + timedelta(hours=12))
    workflow.answer(made, by=member)
    Notification.objects.all().delete()

    assert reminders.remind(timezone.now()) == 1
    assert reminders.remind(timezone.now()) == 0
    assert "within a day" in Notification.objects.get().sentence()


def test_whoever_sent_the_text_meanwhile_is_not_reminded(coordinator: User, member: User) -> None:
    made = opened(coordinator, deadline=timezone.now() + timedelta(hours=12))
    answered(made, member, coordinator)
    Notification.objects.all().delete()

    assert reminders.remind(timezone.now()) == 0


def test_a_moved_deadline_is_reminded_of_anew(
    as_user: AsUser, coordinator: User, member: User
) -> None:
    made = opened(coordinator, deadline=timezone.now() + timedelta(hours=12))
    workflow.answer(made, by=member)
    assert reminders.remind(timezone.now()) == 1

    moved = timezone.now() + timedelta(hours=20)
    as_user(coordinator).post(f"/admin/calls/call/{made.pk}/change/", kept(made, moved))

    made.refresh_from_db()
    assert made.deadline == moved.replace(second=0, microsecond=0)
    assert reminders.remind(timezone.now()) == 1
    as_user(coordinator).post(f"/admin/calls/call/{made.pk}/change/", kept(made, made.deadline))
    assert reminders.remind(timezone.now()) == 0  # nothing was moved
    with pytest.raises(PermissionDenied):
        workflow.move(made, moved, by=member)


def test_a_deadline_that_was_not_touched_keeps_its_seconds_and_its_reminders(
    as_user: AsUser, coordinator: User, member: User
) -> None:
    deadline = (timezone.now() + timedelta(hours=12)).replace(second=31, microsecond=7)
    made = opened(coordinator, deadline=deadline)
    workflow.answer(made, by=member)
    assert reminders.remind(timezone.now()) == 1

    as_user(coordinator).post(f"/admin/calls/call/{made.pk}/change/", kept(made, made.deadline))

    made.refresh_from_db()
    assert made.deadline == deadline
    assert reminders.remind(timezone.now()) == 0


def kept(made: Call, deadline: datetime, **changes: str) -> dict[str, str]:
    """The admin's form of an opened call in English and French, with another deadline."""
    english, french = made.texts.order_by("pk")
    return {
        "deadline": f"{deadline:%Y-%m-%dT%H:%M}",
        "time_zone": "UTC", "texts-TOTAL_FORMS": "2", "texts-INITIAL_FORMS": "2",
        "texts-0-id": str(english.pk), "texts-0-call": str(made.pk), "texts-0-language": "en",
        "texts-0-title": english.title, "texts-0-body": english.body,
        "texts-1-id": str(french.pk), "texts-1-call": str(made.pk), "texts-1-language": "fr",
        "texts-1-title": french.title, "texts-1-body": french.body,
        **changes,
    }  # fmt: skip


# Admin


def posted(**changes: str) -> dict[str, str]:
    return {
        "slug": "first-hours", "kind": "practice", "deadline": "2030-05-31T23:59",
        "time_zone": "Africa/Niamey",
        "texts-TOTAL_FORMS": "1", "texts-INITIAL_FORMS": "0",
        "texts-0-language": "en", "texts-0-title": "The first hours", "texts-0-body": "Tell us.",
        **changes,
    }  # fmt: skip


def test_coordinators_prepare_a_call_with_a_deadline_of_their_zone(
    as_user: AsUser, coordinator: User
) -> None:
    client = as_user(coordinator)

    client.post("/admin/calls/call/add/", posted())

    made = Call.objects.get()
    assert made.deadline == datetime(2030, 5, 31, 22, 59, tzinfo=UTC)
    assert (made.made_by, made.title()) == (coordinator, "The first hours")
    page = client.get(f"/admin/calls/call/{made.pk}/change/").content.decode()
    assert 'value="2030-05-31T23:59"' in page


def test_the_form_asks_with_ticks_in_the_readers_language(as_user: AsUser) -> None:
    made = call(UserFactory(role="coordinator"), countries=["MA"])
    client = as_user(UserFactory(role="coordinator", language="ar"))

    html = client.get(f"/admin/calls/call/{made.pk}/change/").content.decode()

    countries = html[html.index('id="id_countries"') :]
    first, second = re.findall(r'name="countries" value="(\w\w)"[^>]*?( checked)?>', countries)[:2]
    assert (first[0], bool(first[1]), bool(second[1])) == ("MA", True, False)
    assert "المغرب" in countries
    assert "selectfilter" not in html
    assert "Control" not in html
    assert "Made by" not in html
    assert html.count('dir="auto"') >= 6


def test_coordinators_open_and_close_from_the_list(as_user: AsUser, coordinator: User) -> None:
    made = call(coordinator)
    client = as_user(coordinator)

    def act(action: str) -> str:
        chosen = {"action": action, "_selected_action": [made.pk]}
        html = client.post("/admin/calls/call/", chosen, follow=True).content.decode()
        made.refresh_from_db()
        return html

    assert "Open, and told: The first hours" in act("open_selected")
    assert made.is_open
    assert "Closed: The first hours" in act("close_selected")
    assert not made.is_open
    Call.objects.update(deadline=timezone.now())
    assert "The deadline has passed" in act("open_selected")


def test_what_was_opened_keeps_its_address_its_kind_and_a_text(
    as_user: AsUser, coordinator: User
) -> None:
    made = opened(coordinator)
    client, page = as_user(coordinator), f"/admin/calls/call/{made.pk}/change/"
    html = client.get(page).content.decode()
    assert 'name="slug"' not in html
    assert 'name="kind"' not in html

    gone = {"texts-0-DELETE": "on", "slug": "elsewhere", "kind": "lesson"}
    client.post(page, kept(made, made.deadline, **gone))
    made.refresh_from_db()
    assert (made.slug, made.kind) == ("first-hours", "practice")
    assert [text.language for text in made.texts.all()] == ["fr"]

    last = made.texts.get()
    posted = kept_one(made, last) | {"texts-0-DELETE": "on"}
    assert "keeps its text" in client.post(page, posted).content.decode()
    assert made.texts.count() == 1


def kept_one(made: Call, text: CallText) -> dict[str, str]:
    return {
        "deadline": "2030-05-31T23:59", "time_zone": "UTC",
        "texts-TOTAL_FORMS": "1", "texts-INITIAL_FORMS": "1",
        "texts-0-id": str(text.pk), "texts-0-call": str(made.pk),
        "texts-0-language": text.language, "texts-0-title": text.title, "texts-0-body": text.body,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"deadline": "soon"}, "Enter a valid date"),
        ({"time_zone": "Moon/Base"}, "Select a valid choice"),
        ({"slug": "not a slug"}, "Enter a valid"),
        ({"texts-0-title": ""}, "This field is required"),
    ],
)
def test_bad_input_gets_a_message(
    as_user: AsUser, coordinator: User, change: dict[str, str], said: str
) -> None:
    response = as_user(coordinator).post("/admin/calls/call/add/", posted(**change))

    assert response.status_code == 200
    assert said in response.content.decode()


@pytest.mark.parametrize(("person", "status"), [("member", 302), ("reviewer", 403)])
def test_others_do_not_manage_calls(
    person: str, status: int, as_user: AsUser, request: pytest.FixtureRequest
) -> None:
    client = as_user(request.getfixturevalue(person))

    assert client.get("/admin/calls/call/").status_code == status


def test_a_contribution_answers_one_call(coordinator: User) -> None:
    one, other = opened(coordinator), opened(coordinator, slug="other")
    revision = draft()
    Answer.objects.create(call=one, contribution=revision.contribution)

    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.create(call=other, contribution=revision.contribution)
