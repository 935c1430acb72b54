"""The same step for several submissions: asked first, one reason, each refusal by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from contributions.models import Notification, Revision
from review.admin import bulk
from review.models import Assignment
from tests.factories.accounts import UserFactory
from tests.factories.contributions import sent
from tests.factories.review import reviewer

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]
QUEUE = "/admin/contributions/revision/"


def press(client: Client, name: str, *chosen: Revision, **typed: Any) -> str:
    """Choose rows and a step in the list; with `typed`, confirm its page."""
    data: dict[str, Any] = {"action": name, "_selected_action": [r.pk for r in chosen], "index": 0}
    if typed:
        data |= {"apply": "Do it", **typed} | {f"lock-{r.pk}": r.lock for r in chosen}
    return client.post(QUEUE, data, follow=True).content.decode()


def states(*chosen: Revision) -> list[str]:
    return [Revision.objects.get(pk=revision.pk).state for revision in chosen]


def test_the_page_says_first_what_will_happen_and_what_is_left_alone(
    as_user: AsUser, coordinator: User
) -> None:
    other, own = sent(title="Theirs"), sent(by=coordinator, title="Mine")

    html = press(as_user(coordinator), "decline", other, own)

    assert "This will be done for 1 submission" in html
    assert "Left alone: 1 submission" in html
    assert "This is your own text: somebody else decides." in html
    assert states(other, own) == ["submitted", "submitted"]


def test_one_reason_goes_to_every_author(as_user: AsUser, coordinator: User) -> None:
    first, second = sent(title="First"), sent(title="Second")

    silent = press(as_user(coordinator), "decline", first, second, note=" ")
    html = press(as_user(coordinator), "decline", first, second, note="Not a practice.")

    assert "Give the reason. The author reads it." in silent
    assert "Done for 2 submissions." in html
    assert states(first, second) == ["declined", "declined"]
    for revision in (first, second):
        told = Notification.objects.get(recipient=revision.author, topic="decision")
        assert told.text == "Not a practice."


def test_each_refusal_is_reported_by_name(as_user: AsUser, coordinator: User) -> None:
    good, changed, own = sent(title="Good"), sent(title="Changed"), sent(by=coordinator)
    client = as_user(coordinator)
    Revision.objects.filter(pk=changed.pk).update(lock=changed.lock + 1)

    html = press(client, "approve", good, changed, own, note="")

    assert "Done for 1 submission." in html
    code = changed.contribution.code
    assert f"Not done: {code} “Changed”: The author changed the text meanwhile." in html
    assert f"Not done: {own.contribution.code}" in html
    assert states(good, changed, own) == ["approved", "submitted", "submitted"]


def test_what_is_about_the_own_country_says_so(as_user: AsUser) -> None:
    judge = UserFactory(role="coordinator", country_id="MA")
    revision = sent(countries=["MA"])

    html = press(as_user(judge), "approve", revision)

    assert "It is about your own country: somebody from elsewhere must agree first." in html


def test_several_are_given_to_one_reviewer_but_not_what_they_must_not_judge(
    as_user: AsUser, coordinator: User
) -> None:
    judge = reviewer("Judge", conflict_countries=("NE",))
    good, barred = sent(), sent(title="Barred", countries=["NE"])
    day = timezone.localdate() + timedelta(days=9)

    html = press(
        as_user(coordinator), "assign", good, barred,
        reviewer=judge.pk, due_on=day.isoformat(), note="",
    )  # fmt: skip

    assert "Conflict of interest declared: Niger." in html
    assert [(a.revision, a.due_on) for a in Assignment.objects.all()] == [(good, day)]


def test_reviewers_are_offered_what_they_may_do(as_user: AsUser, reviewer: User) -> None:
    revision = sent()
    client = as_user(reviewer)

    html = client.get(QUEUE).content.decode()
    press(client, "approve", revision, note="")

    assert 'value="request_changes"' in html
    assert 'value="approve"' not in html
    assert states(revision) == ["submitted"]


def test_more_than_can_be_looked_through_is_refused_and_not_cut_off(
    as_user: AsUser, coordinator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MOST", 1)
    first, second = sent(), sent()

    html = press(as_user(coordinator), "approve", first, second, note="")

    assert "Choose at most 1 submissions at once." in html
    assert states(first, second) == ["submitted", "submitted"]
