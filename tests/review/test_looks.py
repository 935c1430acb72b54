"""Who looks at a submission now: said in the list and on the page, for five minutes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from contributions.models import Revision
from review.models import Look
from tests.factories.contributions import sent

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]
QUEUE = "/admin/contributions/revision/"


def page(revision: Revision, name: str = "moderate") -> str:
    return f"{QUEUE}{revision.pk}/{name}/"


def test_others_read_who_looks_at_it_and_since_when(
    as_user: AsUser, reviewer: User, coordinator: User
) -> None:
    revision = sent()
    with time_machine.travel("2026-03-01 14:02:00+00:00", tick=False) as clock:
        reading = as_user(reviewer)
        reading.get(page(revision))
        clock.shift(timedelta(minutes=4))
        reading.post(page(revision, "look"))
        clock.shift(timedelta(minutes=4))

        others = as_user(coordinator)
        line = '<span class="mod-look">Reviewer is looking at it since 14:02</span>'
        assert line in others.get(QUEUE).content.decode()
        assert line in others.get(page(revision)).content.decode()
        assert line in others.post(page(revision, "look")).content.decode()
        assert "Reviewer is looking" not in reading.get(QUEUE).content.decode()


def test_after_five_minutes_of_silence_nobody_looks(
    as_user: AsUser, reviewer: User, coordinator: User
) -> None:
    revision = sent()
    with time_machine.travel("2026-03-01 14:02:00+00:00", tick=False) as clock:
        as_user(reviewer).get(page(revision))
        clock.shift(timedelta(minutes=5, seconds=1))

        assert "is looking at it" not in as_user(coordinator).get(QUEUE).content.decode()

        as_user(reviewer).get(page(revision))  # comes again: since then
        assert "since 14:07" in as_user(coordinator).get(QUEUE).content.decode()
    assert Look.objects.filter(reviewer=reviewer).count() == 1


def test_it_keeps_nobody_from_deciding(as_user: AsUser, reviewer: User, coordinator: User) -> None:
    revision = sent()
    as_user(reviewer).get(page(revision))

    data = {"action": "request_changes", "note": "Which year?", "lock": revision.lock}
    as_user(coordinator).post(page(revision), data | {"visibility": "public"})

    revision.refresh_from_db()
    assert revision.state == "changes_requested"


def test_an_author_looking_at_the_own_text_is_not_told_as_a_reviewer(
    as_user: AsUser, coordinator: User
) -> None:
    revision = sent(by=coordinator)

    as_user(coordinator).get(page(revision))

    assert not Look.objects.exists()
    assert as_user(coordinator).post(page(revision, "look")).status_code == 403


def test_a_look_does_not_end_before_it_begins(reviewer: User) -> None:
    now = timezone.now()
    Look.objects.create(revision=sent(), reviewer=reviewer, since=now, seen_at=now)

    assert Look.objects.now().count() == 1
