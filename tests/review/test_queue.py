"""The review queue in the admin: what it lists, in which order, at which price."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from contributions import workflow
from contributions.models import Revision
from tests.factories.contributions import draft, published, sent

pytestmark = pytest.mark.django_db

QUEUE = "/admin/contributions/revision/"
AsUser = Callable[[User], Client]


def wait_since(revision: Revision, days: int) -> None:
    when = timezone.now() - timedelta(days=days)
    Revision.objects.filter(pk=revision.pk).update(submitted_at=when)


def test_the_queue_shows_what_waits_longest_first(as_user: AsUser, coordinator: User) -> None:
    young, old = sent(title="Young text"), sent(title="Old text")
    wait_since(old, 9)
    wait_since(young, 1)
    draft(title="Only a draft")
    published(title="Already published")

    html = as_user(coordinator).get(QUEUE).content.decode()

    assert html.index("Old text") < html.index("Young text")
    assert "Only a draft" not in html
    assert "Already published" not in html


@pytest.mark.parametrize(
    ("query", "listed"),
    [
        ("kind=practice", "Of Morocco"),
        ("country=NE", "Of Niger"),
        ("objective=6", "Of Niger"),
        ("state=changes_requested", "Sent back"),
    ],
)
def test_the_queue_is_filtered(as_user: AsUser, coordinator: User, query: str, listed: str) -> None:
    sent(title="Of Morocco")
    sent("lesson", title="Of Niger", countries=["NE"], primary_objective="6")
    back = sent("effort", title="Sent back", primary_objective="1")
    workflow.perform("request_changes", back, by=coordinator, note="Which year?")

    html = as_user(coordinator).get(f"{QUEUE}?{query}").content.decode()

    titles = {"Of Morocco", "Of Niger", "Sent back"}
    assert {title for title in titles if f">{title}</bdi>" in html} == {listed}


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queue_asks_the_same_number_of_queries(
    as_user: AsUser, coordinator: User, rows: int, django_assert_num_queries: Any
) -> None:
    for _number in range(rows):
        sent()
    client = as_user(coordinator)
    client.get(QUEUE)

    with django_assert_num_queries(12):
        client.get(QUEUE)
