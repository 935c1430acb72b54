"""A similar one exists: named while one writes, answered by the author, read by reviewers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from contributions import findings, twins
from contributions.models import Contribution, Revision
from tests.factories.contributions import draft, published
from tests.factories.many import copies

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]
TITLE = "A network of specialised prosecutors"


@pytest.fixture
def other() -> Contribution:
    return published(title=TITLE, visibility="members")


@pytest.fixture
def mine(author: User) -> Revision:
    return draft(by=author, title="Network of the specialised prosecutors")


def url(revision: Revision, page: str = "") -> str:
    return f"/contributions/{revision.contribution.code}/similar/{page}"


def codes(revision: Revision, user: User) -> list[str]:
    return [twin.contribution.code for twin in twins.likely(revision, user)]


def test_the_likest_of_the_same_kind_are_named_first(
    mine: Revision, other: Contribution, author: User
) -> None:
    published(title="Shelters at the border", summary="Where smuggled migrants sleep.")
    published("lesson", title=TITLE)

    assert codes(mine, author) == [other.code]


def test_at_most_three_are_named(mine: Revision, other: Contribution, author: User) -> None:
    copies(other, 4)

    assert len(codes(mine, author)) == 3


def test_a_text_without_a_title_is_like_nothing(
    author: User, other: Contribution, django_assert_num_queries: Any
) -> None:
    revision = draft(by=author, title="")

    with django_assert_num_queries(0):
        assert twins.likely(revision, author) == []


def test_what_one_may_not_read_is_not_named(mine: Revision, author: User) -> None:
    published(title=TITLE, visibility="coordinators")
    draft(title=TITLE)

    assert codes(mine, author) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_naming_them_costs_two_queries(
    mine: Revision, other: Contribution, author: User, rows: int, django_assert_num_queries: Any
) -> None:
    copies(other, rows - 1)
    codes(mine, author)  # what the person may see is asked once for each request

    with django_assert_num_queries(2):
        assert len(codes(mine, author)) == rows


def test_the_panel_names_them_and_leads_on(
    as_user: AsUser, author: User, mine: Revision, other: Contribution
) -> None:
    html = as_user(author).get(url(mine, "panel/")).content.decode()

    assert f'<a href="/practices/{other.code}/" lang="en" dir="ltr">{TITLE}</a>' in html
    assert f'href="{url(mine)}"' in html


def test_the_panel_is_empty_where_there_is_none(
    as_user: AsUser, author: User, mine: Revision
) -> None:
    assert as_user(author).get(url(mine, "panel/")).content.decode().strip() == ""


def test_the_editor_has_a_place_for_the_panel(
    as_user: AsUser, author: User, mine: Revision
) -> None:
    page = f"/contributions/{mine.contribution.code}/edit/"

    html = as_user(author).get(page).content.decode()

    assert f'data-similar="{url(mine, "panel/")}"' in html
    assert f'href="{url(mine)}"' in html


def test_what_is_different_is_kept_and_read_by_reviewers(
    as_user: AsUser, author: User, coordinator: User, mine: Revision, other: Contribution
) -> None:
    sent = {"lock": mine.lock, "code": other.code, "why": "Ours has no judges."}

    done = as_user(author).post(url(mine), sent)

    assert done.url == f"/contributions/{mine.contribution.code}/edit/"
    mine.refresh_from_db()
    assert mine.answers["different"] == {other.code: "Ours has no judges."}
    said = [finding.text for finding in findings.of(mine, coordinator)]
    assert any("Ours has no judges." in text and other.code in text for text in said)
    assert "Ours has no judges." in as_user(author).get(url(mine)).content.decode()


def test_it_may_be_an_adaptation(
    as_user: AsUser, author: User, mine: Revision, other: Contribution
) -> None:
    as_user(author).post(url(mine), {"lock": mine.lock, "code": other.code, "adapts": "1"})

    mine.refresh_from_db()
    assert mine.content["adapts"] == other.code
    assert mine.content["title"] == "Network of the specialised prosecutors"


def test_nothing_said_is_asked_for_beside_the_field(
    as_user: AsUser, author: User, mine: Revision, other: Contribution
) -> None:
    answer = as_user(author).post(url(mine), {"lock": mine.lock, "code": other.code, "why": " "})

    assert answer.status_code == 200
    assert "Say in a few words what is different." in answer.content.decode()


@pytest.mark.parametrize("code", ["PR-9999", "", "\x00"])
def test_only_those_named_can_be_answered(
    as_user: AsUser, author: User, mine: Revision, other: Contribution, code: str
) -> None:
    answer = as_user(author).post(url(mine), {"lock": mine.lock, "code": code, "why": "x"})

    assert answer.status_code == 200
    mine.refresh_from_db()
    assert "different" not in mine.answers


def test_a_stale_page_overwrites_nothing(
    as_user: AsUser, author: User, mine: Revision, other: Contribution
) -> None:
    sent = {"lock": mine.lock + 5, "code": other.code, "adapts": "1"}

    html = as_user(author).post(url(mine), sent).content.decode()

    mine.refresh_from_db()
    assert (mine.content.get("adapts", ""), other.code in html) == ("", True)


def test_they_are_for_those_who_write(
    as_user: AsUser, member: User, coordinator: User, visitor: Client, mine: Revision
) -> None:
    for page in ("", "panel/"):
        assert as_user(member).get(url(mine, page)).status_code == 404
        assert visitor.get(url(mine, page)).status_code == 302
    assert as_user(coordinator).get(url(mine)).status_code in (403, 200)
