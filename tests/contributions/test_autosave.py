"""Saving while one types: what it costs, and a line on which answers get lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from contributions import drafts
from contributions.models import Contribution, Revision
from tests.contributions.test_editor import page_fields, url
from tests.factories.contributions import draft

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]


def unheard(fields: dict[str, Any]) -> str:
    """What the page sends again of a save that it got no answer to."""
    return urlencode({k: v for k, v in fields.items() if k != "lock"}, doseq=True)


@pytest.mark.parametrize("rows", [1, 3])
def test_an_autosave_asks_the_same_whatever_it_holds(
    as_user: AsUser, author: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    results = [{"statement": f"Result {i}", "impact_level": "institutional"} for i in range(rows)]
    revision = draft(by=author, results=results)
    client = as_user(author)
    client.post(url(revision, "autosave"), page_fields(revision, title="First"))
    revision.refresh_from_db()
    typed = page_fields(revision, title="Second")

    # The person; contribution; its text, once more to write it; the write; and a savepoint around
    # these two, where the server has a transaction.
    with django_assert_num_queries(7):
        client.post(url(revision, "autosave"), typed)

    revision.refresh_from_db()
    assert revision.title == "Second"


@pytest.mark.parametrize("page", ["autosave", "edit"])
def test_a_page_whose_answer_got_lost_goes_on(as_user: AsUser, author: User, page: str) -> None:
    revision, client = draft(by=author), as_user(author)
    first = page_fields(revision, title="First")
    client.post(url(revision, "autosave"), first)

    lost_too = page_fields(revision, title="Never arrived")
    again = page_fields(revision, title="First and more")
    answer = client.post(
        url(revision, page), again | {"unanswered": [unheard(first), unheard(lost_too)]}
    )

    revision.refresh_from_db()
    assert answer.status_code == {"autosave": 200, "edit": 302}[page]
    assert (revision.title, revision.lock) == ("First and more", 2)


def test_what_somebody_else_saved_is_not_overwritten_all_the_same(
    as_user: AsUser, author: User
) -> None:
    revision, client = draft(by=author), as_user(author)
    first = page_fields(revision, title="First")
    client.post(url(revision, "autosave"), first)
    revision.refresh_from_db()
    drafts.save(revision, {"title": "From elsewhere"}, by=author, lock=1)

    again = first | {"title": "First and more", "unanswered": unheard(first)}
    answer = client.post(url(revision, "autosave"), again)

    revision.refresh_from_db()
    assert answer.status_code == 409
    assert revision.title == "From elsewhere"


def test_fields_that_were_not_sent_before_are_not_taken_for_ones_own(
    as_user: AsUser, author: User
) -> None:
    """What was sent again holds one part of the full form, what is saved now another one."""
    revision, client = draft(by=author, form="full"), as_user(author)
    drafts.save(revision, {"context": "From elsewhere"}, by=author, lock=0)
    what = {"shown": "full", "part": "source", "source_kind": "own_work"}

    answer = client.post(
        url(revision, "autosave"),
        {"shown": "full", "part": "how", "context": "Mine", "lock": 0, "unanswered": unheard(what)},
    )

    assert answer.status_code == 409
    assert Revision.objects.get().content["context"] == "From elsewhere"


def test_who_writes_in_it_now_is_not_pushed_aside(
    as_user: AsUser, author: User, member: User
) -> None:
    revision, client = draft(by=author), as_user(author)
    first = page_fields(revision, title="First")
    client.post(url(revision, "autosave"), first)
    Contribution.objects.get().co_authors.add(member)
    drafts.take_over(revision, by=member)

    again = first | {"title": "First and more", "unanswered": unheard(first)}
    answer = client.post(url(revision, "autosave"), again)

    assert answer.status_code == 409
    assert Revision.objects.get().title == "First"


def test_nonsense_in_it_is_passed_over(as_user: AsUser, author: User) -> None:
    revision, client = draft(by=author), as_user(author)
    client.post(url(revision, "autosave"), page_fields(revision, title="First"))

    again = page_fields(revision, title="More") | {"unanswered": "%%%=&shown=full&part=zzz"}

    assert client.post(url(revision, "autosave"), again).status_code == 409
