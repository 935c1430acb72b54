"""The page of a lesson: its sentence, what it was learned from, and who stays unnamed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from contributions.models import Contribution
from discussion.workflow import post
from tests.factories.accounts import UserFactory
from tests.factories.contributions import draft, published
from tests.factories.vocabulary import concept
from tests.markup import headings, spoken_in, words

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


def page(client: Client, contribution: Contribution) -> str:
    response = client.get(contribution.get_absolute_url())
    assert response.status_code == 200
    return str(response.content.decode())


def test_a_lesson_tells_its_sentence_and_what_is_behind_it(visitor: Client) -> None:
    lesson = published("lesson", cause="Nobody knew the other’s task.", applies_to=["training"])

    html = page(visitor, lesson)

    assert headings(html)[:6] == [
        "At a glance", "What happened", "Why it happened", "What is advised", "Sources",
        "Discussion",
    ]  # fmt: skip
    said = words(html)
    assert "When services train together, swap roles" in said
    assert "Nobody knew the other’s task." in said
    assert "Applies to Training" in said
    assert "Not recorded yet:" not in said


def test_what_did_not_work_is_told_like_anything_else(visitor: Client) -> None:
    html = page(visitor, published("lesson", lesson_type="did_not_work"))

    assert "Did not work" in words(html)
    assert "k-no" in html
    assert "Not recorded yet: Why it happened" in words(html)


def test_every_text_of_the_author_carries_language_and_direction(visitor: Client) -> None:
    lesson = published("lesson", original_language="fa", cause="Reason in Persian")

    html = page(visitor, lesson)

    for text in ("Police and social workers", "Reason in Persian", "Plan half a day"):
        assert spoken_in(html, text) == {("fa", "rtl")}


def test_what_it_was_learned_from_is_named_where_the_reader_may_see_it(
    visitor: Client, as_user: Browser, member: User
) -> None:
    source = published("practice", title="The practice behind it", visibility="members")
    lesson = published("lesson", source_contribution=source.code)

    assert "The practice behind it" not in page(visitor, lesson)
    assert source.code not in page(visitor, lesson)
    html = page(as_user(member), lesson)
    assert html.count("The practice behind it") == 1  # beside it, and not again as near
    assert f'href="/practices/{source.code}/"' in html


def test_an_unnamed_author_stays_unnamed_for_members(
    visitor: Client, as_user: Browser, member: User, reviewer: User, focal_point_morocco: User
) -> None:
    author = UserFactory(name="Zname", function="Zfunction", organisation="Zorganisation")
    lesson = published("lesson", by=author, anonymous_to_members=True)
    post(lesson, by=author, text="I was there.", language="en", visibility="members")

    for client in (visitor, *map(as_user, (member, reviewer, focal_point_morocco))):
        html = page(client, lesson)
        assert "Name withheld on request" in html
        assert "Zname" not in html
        assert "Zorganisation" not in html
    # Whoever comments shows a function; nothing on the page says that it is the author's.
    assert "Zfunction" not in page(visitor, lesson)


def test_a_named_author_is_shown_by_function_and_country(visitor: Client) -> None:
    author = UserFactory(name="Zname", function="Prosecutor")

    html = page(visitor, published("lesson", by=author))

    assert "Written by Prosecutor, Morocco" in words(html)
    assert "Zname" not in html


def test_addresses_behave_like_those_of_practices(
    visitor: Client, as_user: Browser, author: User
) -> None:
    lesson = published("lesson")
    begun = draft("lesson", by=author).contribution

    assert visitor.get(f"/lessons/{lesson.code.lower()}/")["Location"] == f"/lessons/{lesson.code}/"
    assert visitor.get("/lessons/LE-9999/").status_code == 404
    assert visitor.get(f"/lessons/{begun.code}/").status_code == 404
    status = f"/contributions/{begun.code}/status/"
    assert as_user(author).get(f"/lessons/{begun.code}/")["Location"] == status
    assert visitor.post(f"/lessons/{lesson.code}/").status_code == 405
    assert visitor.head(f"/lessons/{lesson.code}/").status_code == 200


@pytest.mark.parametrize("number", [1, 3])
def test_four_queries_for_a_visitor_whatever_is_beside_it(
    number: int, visitor: Client, member: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    concept("Zigzag meetings")
    source = published("practice")
    lesson = published(
        "lesson", source_contribution=source.code, tags=["Zigzag meetings"],
        countries=["MA", "PK", "EG"][:number],
    )  # fmt: skip
    for index in range(number):
        published("lesson", tags=["Zigzag meetings"], title=f"Near {index}")
        post(lesson, by=member, text="Said", language="en", visibility="public")

    with django_assert_num_queries(4):
        html = page(visitor, lesson)

    assert html.count("Same tag: Zigzag meetings") == number


def test_the_short_form_links_a_lesson_to_a_session(visitor: Client, as_user: Browser) -> None:
    author = UserFactory()
    client = as_user(author)
    client.post("/lessons/new/", {"level": "snapshot"})
    begun = author.contributions.get()

    html = client.get(f"/contributions/{begun.code}/edit/").content.decode()
    lesson = published(
        "lesson", source_kind="event_session", source_text="Session 3, workshop in Rabat, 2019"
    )

    assert 'name="source_kind"' in html
    assert 'name="source_text"' in html
    assert "Session 3, workshop in Rabat, 2019" in page(visitor, lesson)
