"""The review queue in the admin: what it lists, in which order, at which price."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from calls.models import Answer, Call, CallText
from contributions import workflow
from contributions.models import Revision
from review import looking
from review.models import Assignment
from tests.factories.contributions import draft, published, sent
from tests.factories.review import assigned, reviewer

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
        revision, judge = sent(), reviewer()
        assigned(revision, judge, by=coordinator)
        looking.look(revision, judge)
    client = as_user(coordinator)
    client.get(QUEUE)

    with django_assert_num_queries(13):
        client.get(QUEUE)


# Filters and their numbers


@pytest.fixture
def queue(coordinator: User) -> dict[str, Revision]:
    """Four texts that wait, each found by another filter, and one that was sent back."""
    made = {
        "Mine": sent(title="Mine", international=True, countries=[]),
        "Judged": sent("lesson", title="Judged", countries=["NE"], primary_objective="6"),
        "Late": sent("effort", title="Late", primary_objective="1", countries=["PK"]),
        "French": sent(title="French", objectives=["5"]),
        "Back": sent(title="Back"),
    }
    judge = reviewer("Judge")
    assigned(made["Mine"], coordinator, by=coordinator)
    assigned(made["Judged"], judge, by=coordinator)
    assigned(made["Late"], judge, by=coordinator)
    Assignment.objects.filter(revision=made["Late"]).update(
        due_on=timezone.localdate() - timedelta(days=1)
    )
    Revision.objects.filter(pk=made["French"].pk).update(language="fr")
    wait_since(made["French"], 15)
    wait_since(made["Late"], 30)
    workflow.perform("request_changes", made["Back"], by=coordinator, note="Which year?")
    answered = Call.objects.create(
        slug="first-hours",
        kind="practice",
        deadline=timezone.now() + timedelta(days=30),
        made_by=coordinator,
    )
    CallText.objects.create(call=answered, language="en", title="The first hours", body="Tell.")
    Answer.objects.create(call=answered, contribution=made["Mine"].contribution)
    return made


def listed(html: str) -> set[str]:
    return set(re.findall(r'<bdi lang="\w+">(\w+)</bdi></a>', html))


FILTERS = {
    "": {"Mine", "Judged", "Late", "French"},
    "state=all": {"Mine", "Judged", "Late", "French", "Back"},
    "state=changes_requested": {"Back"},
    "state=nonsense": {"Mine", "Judged", "Late", "French"},
    "reviewer=me": {"Mine"},
    "reviewer=nobody": {"French"},
    "reviewer=JUDGE": {"Judged", "Late"},
    "reviewer=9999999999999999999999": set(),
    "reviewer=x": set(),
    "age=7": {"Late", "French"},
    "age=14": {"Late", "French"},
    "age=28": {"Late"},
    "age=overdue": {"Late"},
    "age=x": {"Mine", "Judged", "Late", "French"},
    "kind=lesson": {"Judged"},
    "country=NE": {"Judged"},
    "country=international": {"Mine"},
    "objective=6": {"Judged"},
    "objective=5": {"French"},
    "language=fr": {"French"},
    "call=first-hours": {"Mine"},
    "call=none-such": set(),
    "kind=practice&reviewer=nobody": {"French"},
    "q=Judged": {"Judged"},
}


@pytest.mark.parametrize("query", FILTERS)
def test_each_filter_lists_what_it_says(
    as_user: AsUser, coordinator: User, queue: dict[str, Revision], query: str
) -> None:
    judge = User.objects.get(name="Judge")

    html = as_user(coordinator).get(f"{QUEUE}?{query.replace('JUDGE', str(judge.pk))}")

    assert listed(html.content.decode()) == FILTERS[query]


@pytest.mark.parametrize("query", ["", "kind=practice", "state=all&reviewer=nobody", "q=French"])
def test_the_numbers_are_those_of_the_lists_they_lead_to(
    as_user: AsUser, coordinator: User, queue: dict[str, Revision], query: str
) -> None:
    client = as_user(coordinator)
    html = client.get(f"{QUEUE}?{query}").content.decode()
    links = re.findall(r'<li[^>]*>\s*<a href="(\?[^"]*)">[^<]*\((\d+)\)</a>', html)

    assert len(links) > 15
    for address, number in links:
        page = client.get(QUEUE + unescape(address)).content.decode()
        assert len(listed(page)) == int(number), address


def test_who_reviews_it_and_what_is_late_is_said(
    as_user: AsUser, coordinator: User, queue: dict[str, Revision]
) -> None:
    html = as_user(coordinator).get(QUEUE).content.decode()

    assert html.count("<bdi>Judge</bdi>") == 2
    assert html.count('<small class="mod-late">overdue since ') == 1
