"""What readers see of a discussion: the tree, the marks, and nothing that is not for them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from accounts.models import User
from contributions import pages
from contributions.models import Contribution
from discussion.threads import COMMENTS, Node, thread_for
from tests.factories.accounts import UserFactory, country
from tests.factories.contributions import published
from tests.factories.discussion import hidden, said

pytestmark = pytest.mark.django_db

AsUser = Callable[[User], Client]


def page(client: Client, contribution: Contribution) -> str:
    answer = client.get(contribution.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


def outline(nodes: list[Node]) -> list[Any]:
    return [(node.comment.text, outline(node.answers)) for node in nodes]


def test_answers_stand_below_what_they_answer_three_levels_deep(member: User) -> None:
    contribution = published()
    one = said(contribution, "1")
    deep = one
    for text in ("1.1", "1.1.1", "1.1.1.1", "1.1.1.1.1"):
        deep = said(contribution, text, to=deep, by=UserFactory(function=f"Writer of {text}"))
    said(contribution, "2")
    said(contribution, "1.2", to=one)

    nodes = thread_for(contribution, member).nodes

    third_level = [("1.1.1", []), ("1.1.1.1", []), ("1.1.1.1.1", [])]
    assert outline(nodes) == [("1", [("1.1", third_level), ("1.2", [])]), ("2", [])]
    level = nodes[0].answers[0].answers
    assert [node.answers_to for node in level] == [
        "", "Writer of 1.1.1, Morocco", "Writer of 1.1.1.1, Morocco",
    ]  # fmt: skip


def test_function_and_country_stand_under_a_comment_never_the_name(
    as_user: AsUser, member: User
) -> None:
    contribution = published()
    writer = UserFactory(
        name="Amina Unique", function="Judge", country=country("NP"), email="unique@example.org"
    )
    said(contribution, by=writer, public=True)

    for client in (Client(), as_user(member)):
        html = page(client, contribution)
        assert "Judge, Nepal" in html
        assert "Amina Unique" not in html
        assert "unique@example.org" not in html


def test_visitors_read_what_is_for_everyone_and_the_number_of_the_rest(visitor: Client) -> None:
    contribution = published()
    said(contribution, "For everyone", public=True)
    inside = said(contribution, "Among members")
    said(contribution, "Also among members", to=inside)

    html = page(visitor, contribution)

    assert "For everyone" in html
    assert "mong members" not in html
    assert "2 comments are for members only." in html


def test_members_see_which_comments_everyone_reads(as_user: AsUser, member: User) -> None:
    contribution = published()
    said(contribution, "For everyone", public=True)
    said(contribution, "Among members")

    nodes = thread_for(contribution, member).nodes

    assert [node.visibility for node in nodes] == ["public", ""]
    assert "are for members only" not in page(as_user(member), contribution)


def test_a_comment_of_an_author_is_marked(as_user: AsUser, author: User, visitor: Client) -> None:
    contribution = published(by=author)
    helper = UserFactory(function="Analyst")
    contribution.co_authors.add(helper)
    said(contribution, by=UserFactory(), public=True)
    said(contribution, by=author, public=True)
    said(contribution, by=helper, public=True)

    marks = [node.is_by_author for node in thread_for(contribution, AnonymousUser()).nodes]

    assert marks == [False, True, True]
    assert page(visitor, contribution).count(">author</span>") == 2


def test_nothing_marks_the_author_where_the_name_is_withheld(
    as_user: AsUser, author: User, member: User, coordinator: User, visitor: Client
) -> None:
    lesson = published("lesson", by=author, anonymous_to_members=True)
    helper = UserFactory()
    lesson.co_authors.add(helper)
    said(lesson, by=author, public=True)
    said(lesson, by=helper, public=True)

    for user in (AnonymousUser(), member, coordinator, author):
        assert [node.is_by_author for node in thread_for(lesson, user).nodes] == [False, False]
    for client in (visitor, as_user(member), as_user(coordinator), as_user(author)):
        assert ">author</span>" not in page(client, lesson)


def test_direction_follows_the_language_of_the_comment(visitor: Client) -> None:
    contribution = published()
    said(contribution, "نعم", public=True, language="ar")

    html = page(visitor, contribution)

    assert '<div class="flow" lang="ar" dir="rtl"><p>نعم</p></div>' in html


def test_a_hidden_comment_leaves_the_reason_and_its_answers(
    as_user: AsUser, member: User, coordinator: User, visitor: Client
) -> None:
    contribution = published()
    writer = UserFactory()
    gone = hidden(contribution, "It names a case.", by=writer)

    for client in (visitor, as_user(member)):
        html = page(client, contribution)
        assert "It names a case." not in html
        assert "A case was named." in html
        assert f'id="comment-{gone.pk}"' in html
    for client in (as_user(writer), as_user(coordinator)):
        assert "It names a case." in page(client, contribution)


def test_what_each_role_is_offered(
    as_user: AsUser,
    visitor: Client,
    member: User,
    reviewer: User,
    focal_point_morocco: User,
    coordinator: User,
    administrator: User,
) -> None:
    contribution = published()
    comment = said(contribution, public=True)

    def offered(client: Client) -> tuple[bool, bool, bool]:
        html = page(client, contribution)
        return (
            'id="say"' in html,
            f"/comments/{comment.pk}/answer/" in html,
            f"/comments/{comment.pk}/hide/" in html,
        )

    assert offered(visitor) == (False, False, False)
    for user in (member, reviewer, focal_point_morocco):
        assert offered(as_user(user)) == (True, True, False)
    for user in (coordinator, administrator):
        assert offered(as_user(user)) == (True, True, True)
    assert "Sign in to take part in the discussion" in page(visitor, contribution)


def test_the_form_carries_a_new_token_each_time(as_user: AsUser, member: User) -> None:
    contribution = published()
    client = as_user(member)
    token = r'name="token" value="([0-9a-f-]{36})"'

    first, second = (re.findall(token, page(client, contribution)) for _time in range(2))

    assert len(first) == len(second) == 1
    assert first != second


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_thread_comes_with_the_contribution(rows: int, django_assert_num_queries: Any) -> None:
    contribution = published()
    parent = None
    for number in range(rows):
        comment = said(contribution, public=True, to=parent)
        parent = comment if number % 3 else None

    with django_assert_num_queries(1):
        loaded = pages.get_or_404(AnonymousUser(), "practice", contribution.code, COMMENTS)
        nodes = thread_for(loaded, AnonymousUser()).nodes
        assert all(node.function.endswith("Morocco") for node in nodes)


@pytest.mark.parametrize("rows", [1, 3, 30])
@pytest.mark.parametrize("kind", ["practice", "lesson", "effort"])
def test_the_page_asks_a_visitor_at_most_four_queries(
    visitor: Client, kind: str, rows: int, django_assert_max_num_queries: Any
) -> None:
    contribution = published(kind)
    for _number in range(rows):
        said(contribution, public=True)

    with django_assert_max_num_queries(4):
        page(visitor, contribution)
