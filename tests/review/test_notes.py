"""Notes among reviewers: said once, newest last, never to the authors."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from contributions.models import Revision
from review.models import Note
from tests.factories.contributions import sent
from tests.factories.review import reviewer as new_reviewer

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]


def page(revision: Revision, name: str = "moderate") -> str:
    return f"/admin/contributions/revision/{revision.pk}/{name}/"


def test_notes_stand_in_their_order_with_function_and_time(
    as_user: AsUser, coordinator: User, reviewer: User
) -> None:
    revision = sent()
    for person, text in ((reviewer, "First word"), (coordinator, "ملاحظة second")):
        as_user(person).post(page(revision, "note"), {"text": text, "token": uuid4()})

    html = as_user(reviewer).get(page(revision)).content.decode()

    assert html.index("First word") < html.index("ملاحظة second")
    assert '<div lang="en" dir="auto"><p>First word</p></div>' in html
    assert f"<bdi>{reviewer.public_function}</bdi>" in html


def test_a_form_sent_twice_says_it_once(as_user: AsUser, reviewer: User) -> None:
    revision, token = sent(), uuid4()

    for _time in range(2):
        as_user(reviewer).post(page(revision, "note"), {"text": "Once", "token": token})

    assert Note.objects.count() == 1


def test_an_empty_note_is_refused_on_the_page(as_user: AsUser, reviewer: User) -> None:
    revision = sent()

    response = as_user(reviewer).post(page(revision, "note"), {"text": " ", "token": "x"})

    assert response.status_code == 200
    assert "This field is required." in response.content.decode()
    assert not Note.objects.exists()


def test_a_nul_byte_is_no_error_page(as_user: AsUser, reviewer: User) -> None:
    revision = sent()

    response = as_user(reviewer).post(page(revision, "note"), {"text": "a\x00b", "token": uuid4()})

    assert response.status_code == 200
    assert not Note.objects.exists()


def test_notes_stay_when_the_text_is_decided_but_hidden_from_its_author(
    as_user: AsUser, coordinator: User
) -> None:
    writer = new_reviewer()
    revision = sent(by=writer)
    as_user(coordinator).post(page(revision, "note"), {"text": "Zsecret", "token": uuid4()})

    assert "Zsecret" in as_user(coordinator).get(page(revision)).content.decode()
    assert "Zsecret" not in as_user(writer).get(page(revision)).content.decode()


def test_notes_are_opened_by_post_only(as_user: AsUser, coordinator: User) -> None:
    assert as_user(coordinator).get(page(sent(), "note")).status_code == 405
