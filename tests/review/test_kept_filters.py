"""Whoever filters the queue and opens a text finds the same list on every way back."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from accounts.models import User
from contributions.models import Revision
from review import assigning
from tests.factories.contributions import sent
from tests.factories.review import assigned, reviewer

pytestmark = pytest.mark.django_db

QUEUE = "/admin/contributions/revision/"
FILTERS = "country=NE&q=text"
KEPT = f"?_changelist_filters={quote(FILTERS)}"
AsUser = Callable[[User], Client]


def of_niger(**more: Any) -> Revision:
    return sent(title="A text of Niger", countries=["NE"], **more)


def page(revision: Revision, name: str = "moderate") -> str:
    return f"{QUEUE}{revision.pk}/{name}/"


def decided(client: Client, revision: Revision, **more: str) -> str:
    data = {"action": "review", "note": "", "visibility": "public", "lock": revision.lock} | more
    answer = client.post(page(revision) + KEPT, data)
    return str(answer.headers["Location"])


def test_the_list_opens_texts_with_its_filters(as_user: AsUser, coordinator: User) -> None:
    revision = of_niger()
    client = as_user(coordinator)

    filtered = client.get(f"{QUEUE}?{FILTERS}").content.decode()
    whole = client.get(QUEUE).content.decode()

    assert f'href="{page(revision)}{KEPT}"' in filtered
    assert f'reviewerprofile/mine/{KEPT}"' in filtered
    assert f'href="{page(revision)}"' in whole


def test_every_way_on_from_a_text_carries_the_filters(as_user: AsUser, coordinator: User) -> None:
    revision = of_niger()
    assigned(revision, reviewer(), by=coordinator)

    html = unescape(as_user(coordinator).get(page(revision) + KEPT).content.decode())

    inside = re.findall(rf'(?:href|action)="((?:{QUEUE}|/contributions/[^"]*/talk/)[^"]*)"', html)
    assert len(inside) >= 10
    back = f"{QUEUE}?{FILTERS}"
    assert [address for address in inside if not address.endswith((KEPT, FILTERS))] == []
    assert inside.count(back) == 2  # above and below


def test_a_decision_leads_back_to_the_list_as_it_was(as_user: AsUser, coordinator: User) -> None:
    assert decided(as_user(coordinator), of_niger()) == f"{QUEUE}?{FILTERS}"


def test_the_next_one_is_the_next_of_the_list_as_it_was(as_user: AsUser, coordinator: User) -> None:
    now = of_niger()
    sent(title="A text of Morocco"), sent(title="Other words", countries=["NE"])
    later = of_niger()
    client = as_user(coordinator)

    assert decided(client, now, _next="1") == page(later) + KEPT
    # `now` still waits, so the last one leads to it; then nothing of the list is left.
    assert decided(client, later, _next="1") == page(now) + KEPT
    Revision.objects.filter(pk=later.pk).update(state="withdrawn")
    now.refresh_from_db()
    assert decided(client, now, action="decline", note="No.", _next="1") == f"{QUEUE}?{FILTERS}"


@pytest.mark.parametrize("step", ["take", "note", "assign", "talk", "hand-over", "take-back"])
def test_a_step_leads_back_to_the_text_with_the_filters(
    as_user: AsUser, coordinator: User, step: str
) -> None:
    revision, judge, other = of_niger(), reviewer(), reviewer()
    assignment = None if step in ("take", "assign") else assigned(revision, judge, by=coordinator)
    client = as_user(coordinator)
    address = {
        "talk": f"/contributions/{revision.contribution.code}/talk/",
        "hand-over": f"{QUEUE}reviews/{assignment and assignment.pk}/hand-over/",
        "take-back": f"{QUEUE}reviews/{assignment and assignment.pk}/take-back/",
    }.get(step, page(revision, step)) + KEPT
    if step in ("assign", "hand-over"):
        html = unescape(client.get(address).content.decode())
        assert f'href="{QUEUE}?{FILTERS}"' in html
        assert f'href="{page(revision)}{KEPT}"' in html

    token = "6f6d0d0e-3a1c-4b7e-9d0a-6b1f0c3a2e11"
    answer = client.post(
        address,
        {"text": "Which court?", "from": "review", "token": token, "reviewer": str(other.pk),
         "due_on": assigning.due_date().isoformat(), "note": "Please"},
    )  # fmt: skip

    assert answer.status_code == 302, answer.content.decode()
    assert answer.headers["Location"].partition("#")[0] == page(revision) + KEPT


def test_several_at_once_and_the_own_profile_lead_back_too(
    as_user: AsUser, coordinator: User
) -> None:
    revision = of_niger()
    client, address = as_user(coordinator), f"{QUEUE}?{FILTERS}"
    chosen = {"action": "review", "_selected_action": [revision.pk]}

    before = unescape(client.post(address, chosen).content.decode())
    after = client.post(address, chosen | {"apply": "1", f"lock-{revision.pk}": revision.lock})
    mine = client.post(f"/admin/review/reviewerprofile/mine/{KEPT}", {"languages": "en"})

    assert f'href="{address}"' in before
    assert after.headers["Location"] == address
    assert mine.headers["Location"] == address


@pytest.mark.parametrize("kept", ["https%3A//evil.example/", "state%3Dnonsense%26age%3Dx"])
def test_strange_filters_do_no_harm(as_user: AsUser, coordinator: User, kept: str) -> None:
    revision, _other = of_niger(), of_niger()
    client = as_user(coordinator)
    strange = f"?_changelist_filters={kept}"

    html = client.get(page(revision) + strange).content.decode()
    answer = client.post(
        page(revision) + strange,
        {"action": "review", "visibility": "public", "lock": revision.lock, "_next": "1"},
    )

    assert f'href="{QUEUE}?' in html
    assert answer.headers["Location"].startswith(QUEUE)
