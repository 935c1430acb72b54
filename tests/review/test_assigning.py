"""Who reviews what: assigning, taking, handing over, reminders, two reviews before publishing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from contributions import drafts, workflow
from contributions.models import Contribution, Decision, Notification, Revision
from copkb.models import AuditEntry
from review import assigning, reminders
from review.models import Assignment, ReviewPlan
from tests.factories.accounts import UserFactory
from tests.factories.contributions import content, sent
from tests.factories.review import assigned, describe, reviewer, scored

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]
QUEUE = "/admin/contributions/revision/"


def step(revision: Revision, name: str) -> str:
    return f"{QUEUE}{revision.pk}/{name}/"


def due(days: int = 7) -> date:
    return timezone.localdate() + timedelta(days=days)


def topics(user: User) -> list[tuple[str, str]]:
    return list(
        Notification.objects.filter(recipient=user)
        .exclude(topic="waiting")
        .order_by("pk")
        .values_list("topic", "variant")
    )


def test_a_coordinator_asks_somebody_who_is_told_with_the_note(
    as_user: AsUser, coordinator: User
) -> None:
    revision, judge = sent(), reviewer("Judge")

    response = as_user(coordinator).post(
        step(revision, "assign"),
        {"reviewer": judge.pk, "due_on": due().isoformat(), "note": "You know this court."},
    )

    assert response.headers["Location"] == f"{step(revision, 'moderate')}#mod-a"
    made = Assignment.objects.get()
    assert (made.revision, made.reviewer, made.by) == (revision, judge, coordinator)
    assert made.due_on == due()
    told = Notification.objects.get(recipient=judge, topic="assigned")
    assert told.text == "You know this court."
    assert told.get_absolute_url() == step(revision, "moderate")
    assert told.sentence() == f"You are asked to review “{revision.title}”."


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({}, "Choose a reviewer."),
        ({"due_on": "2001-01-01"}, "Choose a day from today on"),
        ({"due_on": "soon"}, "Enter a valid date."),
        ({"reviewer": "12345678"}, "Select a valid choice"),
    ],
)
def test_what_is_missing_is_said_beside_the_field_and_the_rest_is_kept(
    as_user: AsUser, coordinator: User, data: dict[str, Any], says: str
) -> None:
    revision = sent()
    whole = {"due_on": due().isoformat(), "note": "Mine to keep"}

    html = as_user(coordinator).post(step(revision, "assign"), whole | data).content.decode()

    assert says in html
    assert "Mine to keep</textarea>" in html
    assert not Assignment.objects.exists()


def test_who_wrote_it_or_declared_a_conflict_is_not_asked(
    as_user: AsUser, coordinator: User
) -> None:
    writer, judge = reviewer("Writer"), reviewer("Judge", conflict_countries=("MA",))
    advisor = reviewer("Advisor", conflict_bodies="Ministry of justice\nBorder police")
    revision = sent(by=writer)

    html = as_user(coordinator).get(step(revision, "assign")).content.decode()

    assert "Writer" not in html
    for person, what in ((judge, "Morocco"), (advisor, "Ministry of justice")):
        assert f"Conflict of interest declared: {what}." in html
        with pytest.raises(ValidationError, match=what):
            assigning.assign(revision, person, by=coordinator, due_on=due())
    with pytest.raises(ValidationError, match="wrote the text"):
        assigning.assign(revision, writer, by=coordinator, due_on=due())


def test_only_coordinators_ask_others_and_nobody_about_an_own_text(
    as_user: AsUser, coordinator: User
) -> None:
    revision, judge = sent(), reviewer()
    own = sent(by=coordinator)

    with pytest.raises(PermissionDenied):
        assigning.assign(revision, UserFactory(role="reviewer"), by=judge, due_on=due())
    assert as_user(judge).get(step(revision, "assign")).status_code == 403
    for name in ("assign", "take", "plan", "note", "score", "links", "look"):
        assert as_user(coordinator).post(step(own, name)).status_code == 403, name


@pytest.mark.parametrize("role", ["member", "focal_point_morocco"])
def test_the_steps_are_closed_to_others(
    as_user: AsUser, request: pytest.FixtureRequest, role: str
) -> None:
    revision = sent()
    client = as_user(request.getfixturevalue(role))

    for name in ("assign", "take", "plan", "note", "score", "links", "look"):
        assert client.post(step(revision, name)).status_code in (302, 403), name
    assert not Assignment.objects.exists()


def test_a_reviewer_takes_a_text_and_gives_it_back(as_user: AsUser, coordinator: User) -> None:
    revision, judge = sent(), reviewer()
    client = as_user(judge)

    client.post(step(revision, "take"))
    client.post(step(revision, "take"))  # pressed twice

    taken = Assignment.objects.get()
    assert (taken.reviewer, taken.due_on) == (judge, assigning.due_date())
    assert topics(judge) == []
    client.post(f"{QUEUE}reviews/{taken.pk}/take-back/")
    taken.refresh_from_db()
    assert (taken.end, taken.ended_by) == ("taken_back", judge)


def test_a_review_is_handed_over_with_a_note_and_the_history_kept(
    as_user: AsUser, coordinator: User
) -> None:
    revision, judge, other = sent(), reviewer("Judge"), reviewer("Other")
    first = assigned(revision, judge, by=coordinator, due_on=due(1))
    address = f"{QUEUE}reviews/{first.pk}/hand-over/"
    client = as_user(judge)

    silent = client.post(address, {"reviewer": other.pk, "note": " "}).content.decode()
    client.post(address, {"reviewer": other.pk, "note": "I am away. Look at the figures."})

    assert "Say why, and what the other one should know." in silent
    first.refresh_from_db()
    assert (first.end, first.ended_by) == ("handed_over", judge)
    second = Assignment.objects.open().get()
    assert (second.reviewer, second.by, second.due_on) == (other, judge, due(2))
    assert topics(other) == [("assigned", "")]
    page = as_user(coordinator).get(step(revision, "moderate")).content.decode()
    assert "handed over" in page
    assert "I am away. Look at the figures." in page


def test_nobody_else_hands_it_over(as_user: AsUser, coordinator: User) -> None:
    revision, judge, other = sent(), reviewer(), reviewer()
    first = assigned(revision, judge, by=coordinator)

    for name in ("hand-over", "take-back"):
        response = as_user(other).post(f"{QUEUE}reviews/{first.pk}/{name}/")
        assert response.status_code == 403
    assert as_user(other).post(f"{QUEUE}reviews/999/take-back/").status_code == 404


def test_the_database_keeps_one_open_review_of_each_and_whole_ends(coordinator: User) -> None:
    revision, judge = sent(), reviewer()
    first = assigned(revision, judge, by=coordinator)

    with pytest.raises(IntegrityError, match="assignment_open_once"), transaction.atomic():
        Assignment.objects.create(revision=revision, reviewer=judge, by=coordinator, due_on=due())
    with pytest.raises(IntegrityError, match="assignment_end_whole"), transaction.atomic():
        Assignment.objects.filter(pk=first.pk).update(end="finished")


# Reminders


def test_reminders_are_written_once_before_the_day_and_once_after_it(coordinator: User) -> None:
    revision, judge = sent(), reviewer()
    first = assigned(revision, judge, by=coordinator, due_on=due(10))
    now = timezone.now()

    assert reminders.remind(now + timedelta(days=7)) == 0
    assert reminders.remind(now + timedelta(days=8)) == 1
    assert reminders.remind(now + timedelta(days=8)) == 0
    assert topics(judge) == [("assigned", ""), ("assigned", "soon")]

    assert reminders.remind(now + timedelta(days=10)) == 0
    assert reminders.remind(now + timedelta(days=11)) == 2  # who reviews, and who asked for it
    assert reminders.remind(now + timedelta(days=12)) == 0
    assert topics(judge)[-1] == topics(coordinator)[-1] == ("overdue", "")
    first.refresh_from_db()
    assert first.overdue_told_at is not None


def test_nobody_is_reminded_of_what_asks_nothing_of_them(coordinator: User) -> None:
    back, done, withdrawn = (sent(title=name) for name in ("Back", "Done", "Withdrawn"))
    judge = reviewer()
    for revision in (back, done, withdrawn):
        assigned(revision, judge, by=coordinator, due_on=due(1))
    workflow.perform("request_changes", back, by=coordinator, note="Which year?")
    scored(done, judge)
    workflow.perform("withdraw", withdrawn, by=withdrawn.author)

    assert reminders.remind(timezone.now() + timedelta(days=5)) == 0


def test_who_lets_a_review_overdue_that_nobody_gave_them_is_told_to_all_coordinators(
    coordinator: User,
) -> None:
    judge, other = reviewer(), reviewer()
    assigning.assign(taken := sent(), judge, by=judge, due_on=due(1))
    assigning.hand_over(
        assigned(sent(), judge, by=coordinator, due_on=due(1)), other, by=judge, note="Away."
    )
    Notification.objects.all().delete()

    reminders.remind(timezone.now() + timedelta(days=5))

    assert topics(judge) == topics(other) == [("overdue", "")]
    assert topics(coordinator) == [("overdue", "")] * 2
    assert taken.state == "submitted"


# Who hears of it


def heard(user: User) -> list[tuple[str, str, str]]:
    lines = Notification.objects.filter(recipient=user).exclude(variant="", topic="waiting")
    return list(lines.order_by("pk").values_list("topic", "variant", "text"))


def test_a_reviewer_hears_that_they_are_not_asked_any_more(
    as_user: AsUser, coordinator: User
) -> None:
    judge = reviewer()
    first = assigned(sent(), judge, by=coordinator)

    as_user(coordinator).post(f"{QUEUE}reviews/{first.pk}/take-back/")

    assert heard(judge) == [("assigned", "", ""), ("assigned", "ended", "")]
    # What was asked is asked no longer: it is neither counted nor mailed.
    assert list(Notification.objects.filter(recipient=judge, topic="assigned").unread()) == [
        Notification.objects.get(variant="ended")
    ]


def test_who_asked_hears_that_it_was_given_back_handed_over_or_finished(
    coordinator: User,
) -> None:
    back, away, done = reviewer("Back"), reviewer("Away"), reviewer("Done")
    revision = sent()
    given_back, handed, _finished = (
        assigned(revision, person, by=coordinator) for person in (back, away, done)
    )

    assigning.take_back(given_back, by=back)
    assigning.hand_over(handed, reviewer(), by=away, note="I travel.")
    scored(revision, done)

    assert heard(coordinator) == [
        ("waiting", "given_back", ""),
        ("waiting", "handed_over", "I travel."),
        ("waiting", "finished", ""),
    ]
    line = Notification.objects.get(recipient=coordinator, variant="finished")
    assert line.get_absolute_url() == step(revision, "moderate")
    assert line.sentence() == f"A review of “{revision.title}” is finished."


def test_a_review_that_nobody_asked_for_is_told_to_all_coordinators(coordinator: User) -> None:
    scored(sent(), reviewer())

    assert heard(coordinator) == [("waiting", "finished", "")]


def test_a_recommendation_is_told_to_those_who_decide(coordinator: User, author: User) -> None:
    revision, judge = sent(by=author), reviewer()

    workflow.perform("recommend", revision, by=judge, note="Sound.")

    assert heard(coordinator) == [("waiting", "recommend", "Sound.")]
    assert heard(author) == heard(judge) == []


# Another day


def test_a_coordinator_gives_another_day_and_the_reviewer_hears(
    as_user: AsUser, coordinator: User
) -> None:
    judge, revision = reviewer(), sent()
    first = assigned(revision, judge, by=coordinator, due_on=due(1))
    reminders.remind(timezone.now() + timedelta(days=3))
    address = f"{QUEUE}reviews/{first.pk}/day/"
    client = as_user(coordinator)

    past = client.post(address, {"due_on": due(-3).isoformat()}).content.decode()
    client.post(address, {"due_on": due(9).isoformat()})

    first.refresh_from_db()
    assert "Choose a day from today on, within a year." in past
    assert (first.due_on, first.overdue_told_at) == (due(9), None)
    assert topics(judge)[-1] == ("assigned", "day")
    assert not Notification.objects.filter(recipient=judge, topic="overdue").unread().exists()
    assert f'href="{address}"' in client.get(step(revision, "moderate")).content.decode()


def test_reviewers_do_not_give_themselves_another_day(as_user: AsUser, coordinator: User) -> None:
    judge = reviewer()
    first = assigned(sent(), judge, by=coordinator)

    answer = as_user(judge).post(f"{QUEUE}reviews/{first.pk}/day/", {"due_on": due(9).isoformat()})

    assert answer.status_code == 403


# Where the reviewer sees it


@pytest.mark.parametrize("address", ["/inbox/", "/"])
def test_what_is_asked_of_a_reviewer_stands_first_and_leads_to_their_list(
    as_user: AsUser, coordinator: User, address: str
) -> None:
    judge = reviewer()
    assigned(sent(), judge, by=coordinator, due_on=date(2030, 1, 5))
    assigned(sent(), judge, by=coordinator, due_on=date(2030, 1, 3))

    html = as_user(judge).get(address).content.decode()

    assert "2 reviews are asked of you, the first due on 3 January 2030" in html
    assert f'href="{QUEUE}?reviewer=me"' in html
    assert "asked of you" not in as_user(coordinator).get(address).content.decode()


# Two reviews


def test_two_reviews_are_finished_before_it_is_published(
    as_user: AsUser, coordinator: User
) -> None:
    revision = sent()
    client = as_user(coordinator)

    client.post(step(revision, "plan"), {"two": "on"})
    scored(revision, reviewer())

    with pytest.raises(ValidationError, match="1 is finished"):
        workflow.perform("approve", revision, by=coordinator)
    data = {"action": "approve", "visibility": "public", "lock": revision.lock}
    html = client.post(step(revision, "moderate"), data).content.decode()
    assert "Two reviews were asked for, and 1 is finished" in html
    assert Contribution.objects.get(pk=revision.contribution_id).status == "draft"

    scored(revision, reviewer())
    workflow.perform("approve", revision, by=coordinator)
    assert revision.state == "approved"


def test_a_coordinator_does_without_for_a_reason_that_is_kept(
    as_user: AsUser, coordinator: User
) -> None:
    revision = sent()
    client = as_user(coordinator)
    client.post(step(revision, "plan"), {"two": "on"})

    client.post(step(revision, "plan"), {"two": "on", "waived_reason": "The second one is ill."})

    kept = ReviewPlan.objects.get()
    assert (kept.waived_by, kept.waived_reason) == (coordinator, "The second one is ill.")
    assert "The second one is ill." in client.get(step(revision, "moderate")).content.decode()
    # Also where the plan is changed once more: the history and the trail keep it.
    client.post(step(revision, "plan"), {"two": "on"})
    assert Decision.objects.get(action="waive").note == "The second one is ill."
    trail = AuditEntry.objects.filter(thing="decision", action="waive").get()
    assert (trail.why, trail.actor) == ("The second one is ill.", coordinator)
    client.post(step(revision, "plan"), {"two": "on", "waived_reason": "The second one is ill."})
    workflow.perform("approve", revision, by=coordinator)
    assert revision.state == "approved"


def test_a_review_of_an_earlier_text_does_not_count(coordinator: User, author: User) -> None:
    revision = sent(by=author)
    assigning.plan(revision, needed=2, by=coordinator)
    scored(revision, reviewer())
    scored(revision, reviewer())
    workflow.perform("request_changes", revision, by=coordinator, note="Which year?")
    drafts.save(revision, content(title="Another text"), by=author, lock=revision.lock)
    revision.refresh_from_db()
    workflow.perform("submit", revision, by=author)

    with pytest.raises(ValidationError, match="0 are finished"):
        workflow.perform("approve", revision, by=coordinator)


def test_a_waiver_without_a_reason_is_refused_by_the_database(coordinator: User) -> None:
    revision = sent()

    with pytest.raises(IntegrityError, match="review_plan_waived_for_a_reason"):
        ReviewPlan.objects.create(
            revision=revision, set_by=coordinator, waived_by=coordinator,
            waived_at=timezone.now(),
        )  # fmt: skip


# The profile


def test_a_reviewer_keeps_the_own_profile(as_user: AsUser) -> None:
    judge = reviewer()
    client = as_user(judge)
    address = "/admin/review/reviewerprofile/mine/"
    data = {
        "languages": ["fr", "ar"], "objectives": ["3"], "countries": ["NE"],
        "conflict_countries": ["MA"], "conflict_bodies": "Border police\n", "away_until": "",
    }  # fmt: skip

    assert client.get(address).status_code == 200
    response = client.post(address, data)

    assert response.status_code == 302
    judge.refresh_from_db()
    profile = judge.reviewer_profile
    assert profile.languages == ["fr", "ar"]
    assert profile.bodies == ["Border police"]
    assert [country.pk for country in profile.conflict_countries.all()] == ["MA"]
    again = client.post(address, data | {"away_until": "never", "conflict_bodies": "Typed"})
    assert "Enter a valid date." in again.content.decode()
    assert "Typed</textarea>" in again.content.decode()


def test_coordinators_see_profiles_and_reviewers_only_their_own(
    as_user: AsUser, coordinator: User, member: User
) -> None:
    judge = reviewer("Judge", conflict_bodies="Zbody")
    describe(coordinator, languages=["en"])
    lists = "/admin/review/reviewerprofile/"

    assert "Judge" in as_user(coordinator).get(lists).content.decode()
    one = f"{lists}{judge.reviewer_profile.pk}/change/"
    assert "Zbody" in as_user(coordinator).get(one).content.decode()
    other = as_user(reviewer())
    assert other.get(lists).status_code == 403
    assert other.get(one).status_code == 403
    assert as_user(member).get(f"{lists}mine/").status_code in (302, 403)
