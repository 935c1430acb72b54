"""Approved versions at their permalinks: number, date, what changed; what is for search engines."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from contributions import drafts, workflow
from contributions.models import Contribution
from tests.factories.contributions import draft, published

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]


@pytest.fixture
def twice(author: User, coordinator: User) -> Contribution:
    """Published in two versions; the text between them was withdrawn, so that numbers differ."""
    contribution = published(by=author, title="First title")
    workflow.perform("withdraw", drafts.revise(contribution, by=author), by=author)
    second = drafts.revise(contribution, by=author)
    drafts.save(second, {"title": "Second title"}, by=author, lock=second.lock)
    drafts.say_what_changed(second, "The  title\nsays more.")
    workflow.perform("submit", second, by=author)
    workflow.perform("approve", second, by=coordinator)
    contribution.refresh_from_db()
    return contribution


def test_the_number_in_the_address_is_the_one_readers_see(
    visitor: Client, twice: Contribution
) -> None:
    one = visitor.get(f"/contributions/{twice.code}/v1/").content.decode()
    two = visitor.get(f"/contributions/{twice.code}/v2/").content.decode()

    assert "First title" in one
    assert "Version 1" in one
    assert "<time" in one
    assert "Second title" in two
    assert "The title says more." in two
    assert visitor.get(f"/contributions/{twice.code}/v3/").status_code == 404
    assert twice.live is not None
    assert twice.live.get_absolute_url() == f"/contributions/{twice.code}/v2/"


def test_addresses_of_before_still_answer(visitor: Client, twice: Contribution) -> None:
    html = visitor.get(f"/contributions/{twice.code}/versions/3/").content.decode()

    assert "Second title" in html
    assert visitor.get(f"/contributions/{twice.code}/versions/2/").status_code == 404  # withdrawn


@pytest.mark.parametrize("page", ["v1", "v2", "versions", "diff", "versions/1"])
def test_search_engines_see_the_current_one_only(
    visitor: Client, twice: Contribution, page: str
) -> None:
    html = visitor.get(f"/contributions/{twice.code}/{page}/").content.decode()

    assert '<meta name="robots" content="noindex">' in html
    if page.startswith("v1"):
        address = f"http://testserver/practices/{twice.code}/"
        assert f'<link rel="canonical" href="{address}">' in html
    current = visitor.get(f"/practices/{twice.code}/").content.decode()
    assert "noindex" not in current


def may_read(robots: str, path: str) -> bool:
    """RFC 9309, 2.2: of the rules that fit the longest counts; `*` stands for anything."""
    rules = re.findall(r"(?m)^(Allow|Disallow): (\S+)$", robots)
    fitting = [
        (len(rule), kind) for kind, rule in rules
        if re.match(re.escape(rule).replace(r"\*", ".*"), path)
    ]  # fmt: skip
    return max(fitting, default=(0, "Allow"))[1] == "Allow"


def test_search_engines_may_read_that_old_pages_want_no_place(
    visitor: Client, twice: Contribution
) -> None:
    robots = visitor.get("/robots.txt").content.decode()

    assert all(
        may_read(robots, f"/contributions/{twice.code}/{page}")
        for page in ("v1/", "v2/", "versions/", "versions/1/", "diff/?from=1&to=3", "files/x/")
    )
    assert not any(
        may_read(robots, f"/contributions/{twice.code}/{page}")
        for page in ("edit/", "attach/", "status/", "preview/", "talk/", "unsaved/")
    )


@pytest.mark.parametrize("page", ["v1", "v2", "versions", "diff", "versions/1"])
def test_versions_of_what_is_not_public_are_not_there_for_them(
    visitor: Client, twice: Contribution, page: str
) -> None:
    Contribution.objects.filter(pk=twice.pk).update(visibility="members")

    answer = visitor.get(f"/contributions/{twice.code}/{page}/")

    assert answer.status_code == 404
    assert twice.title not in answer.content.decode()


def test_what_changed_is_asked_of_new_versions_and_kept(as_user: AsUser, author: User) -> None:
    contribution = published(by=author)
    revision = drafts.revise(contribution, by=author)
    page = f"/contributions/{contribution.code}/edit/"
    client = as_user(author)

    first = client.get(f"/contributions/{draft(by=author).contribution.code}/edit/")
    typed = {"shown": "snapshot", "lock": revision.lock, "title": "New",
             "change_note": "A new\x00 title. " + "x" * 600}  # fmt: skip
    client.post(page, typed)

    revision.refresh_from_db()
    assert "change_note" not in first.content.decode()
    assert revision.change_note.startswith("A new title. xxx")
    assert len(revision.change_note) == 500
    assert "A new title." in client.get(page).content.decode()
