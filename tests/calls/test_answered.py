"""What is published says which call it answered, to those who may see the call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from calls import workflow as calls
from contributions import workflow
from contributions.models import Contribution
from tests.factories.accounts import UserFactory
from tests.factories.calls import opened
from tests.factories.contributions import draft, published

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]


def answering(kind: str, author: User, coordinator: User, **call: Any) -> Contribution:
    """A published contribution that answers a call."""
    made = opened(coordinator, kind=kind, **call)
    revision = draft(kind, by=author, title="Each court has one")
    calls.join(made, revision.contribution, by=author)
    workflow.perform("submit", revision, by=author)
    workflow.perform("approve", revision, by=UserFactory(role="coordinator"))
    return Contribution.objects.get(pk=revision.contribution_id)


@pytest.mark.parametrize("kind", ["practice", "lesson", "effort"])
def test_the_page_names_its_call_and_the_call_lists_it(
    as_user: AsUser, member: User, author: User, coordinator: User, kind: str
) -> None:
    contribution = answering(kind, author, coordinator)
    client = as_user(member)

    page = client.get(contribution.get_absolute_url()).content.decode()
    of_call = client.get("/calls/first-hours/").content.decode()

    assert (
        '<a href="/calls/first-hours/"><bdi lang="en" dir="ltr">The first hours</bdi></a>' in page
    )
    assert f'href="{contribution.get_absolute_url()}"' in of_call


@pytest.mark.parametrize(
    ("texts", "language", "shown"),
    [
        ({"en": "The hours", "fr": "Les heures"}, "fr", ("fr", "Les heures")),
        ({"fr": "Les heures", "en": "The hours"}, "ar", ("en", "The hours")),
        ({"fr": "Les heures", "ar": "الساعات"}, "en", ("fr", "Les heures")),
    ],
)
def test_the_title_is_in_the_readers_language_where_there_is_one(
    as_user: AsUser,
    author: User,
    coordinator: User,
    texts: dict[str, str],
    language: str,
    shown: tuple[str, str],
) -> None:
    contribution = answering("practice", author, coordinator, texts=texts)

    page = as_user(UserFactory(language=language)).get(contribution.get_absolute_url())

    assert f'<bdi lang="{shown[0]}" dir="ltr">{shown[1]}</bdi>' in page.content.decode()


def test_visitors_who_see_no_calls_are_told_of_none(
    visitor: Client,
    author: User,
    coordinator: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    contribution = answering("practice", author, coordinator)

    with django_assert_num_queries(4):
        page = visitor.get(contribution.get_absolute_url()).content.decode()

    assert "first-hours" not in page
    assert "Answers the call" not in page


@pytest.mark.parametrize("kind", ["practice", "lesson", "effort"])
def test_it_costs_members_no_query(
    as_user: AsUser, member: User, author: User, coordinator: User, kind: str
) -> None:
    answer = answering(kind, author, coordinator)
    other = published(kind, by=author, approver=coordinator, title="Answers none")
    client = as_user(member)
    for contribution in (other, answer):  # what is asked once in a process
        client.get(contribution.get_absolute_url())

    counts = []
    for contribution in (other, answer):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = client.get(contribution.get_absolute_url()).content.decode()
        counts.append(len(queries))
        assert ("Answers the call" in page) is (contribution == answer)
        assert not [q for q in queries.captured_queries if q["sql"].startswith('SELECT "calls_')]

    assert counts[0] == counts[1]
