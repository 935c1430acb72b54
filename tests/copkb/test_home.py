"""The home page: what is new, what did not work, where it comes from, what waits for you."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from contributions import workflow
from tests.factories.accounts import JoinRequestFactory, UserFactory
from tests.factories.contributions import archived, draft, published, sent
from tests.markup import spoken_in, words

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


def home(client: Client) -> str:
    response = client.get("/")
    assert response.status_code == 200
    return str(response.content.decode())


def of_objective(html: str, number: int) -> str:
    """What the tile of an objective says of its contents."""
    found = re.search(rf'<li class="tile o{number}">.*?<p class="s soft">(.*?)</p>', html, re.S)
    assert found
    return found.group(1)


def of_country(html: str, name: str) -> str:
    """What stands beside a country in the list by regions."""
    found = re.search(rf'>{name}</a> <span class="soft">(.*?)</span>', html)
    assert found
    return found.group(1)


def test_an_empty_site_invites_and_counts_nothing(visitor: Client) -> None:
    html = home(visitor)

    assert "No practice is published yet." in html
    assert of_objective(html, 1) == "Nothing posted yet"
    assert of_country(html, "Morocco") == "none yet"
    assert "0 contributions so far." in html
    assert "19 countries take part." in html


def test_the_newest_practices_come_first_and_only_four_of_them(visitor: Client) -> None:
    for number in range(6):
        published("practice", title=f"Practice number {number}")

    html = home(visitor)

    found = re.findall(r"Practice number \d", html)
    assert found == [f"Practice number {number}" for number in (5, 4, 3, 2)]
    assert "All 6 practices" in html


def test_what_did_not_work_comes_before_challenges(visitor: Client) -> None:
    published("lesson", title="It failed", lesson_type="did_not_work")
    published("lesson", title="It is hard", lesson_type="challenge")
    published("lesson", title="It worked", lesson_type="worked")

    html = home(visitor)

    assert html.index("It failed") < html.index("It is hard")
    assert "It worked" not in html


def test_counts_are_those_of_what_the_reader_may_see(
    visitor: Client, as_user: Browser, member: User, focal_point_morocco: User, coordinator: User
) -> None:
    for visibility in ("public", "members", "coordinators"):
        published("practice", visibility=visibility)
    published("effort", visibility="coordinators")
    published("lesson", visibility="members", lesson_type="challenge", title="Hidden from visitors")
    draft("practice", by=member)
    sent("practice")
    archived("practice")

    seen = {
        name: (of_objective(html, 3), of_country(html, "Morocco"))
        for name, html in {
            "visitor": home(visitor),
            "member": home(as_user(member)),
            "focal": home(as_user(focal_point_morocco)),
            "coordinator": home(as_user(coordinator)),
        }.items()
    }

    assert seen == {
        "visitor": ("1 practice", "1"),
        "member": ("2 practices · 1 lesson", "3"),
        "focal": ("3 practices · 1 lesson · 1 effort", "5"),
        "coordinator": ("3 practices · 1 lesson · 1 effort", "5"),
    }
    assert "1 contribution so far." in home(visitor)
    assert "Hidden from visitors" not in home(visitor)


def test_the_map_lights_countries_by_what_the_visitor_may_see(visitor: Client) -> None:
    before = home(visitor).count('class="zero"')
    published("practice", countries=["MA"])
    published("practice", countries=["PK"], visibility="members")

    html = home(visitor)

    assert html.count('class="zero"') == before - 1 == 18
    assert 'r="3.0"' in html


def test_decimals_of_the_map_keep_their_point_in_every_language(visitor: Client) -> None:
    published("practice", countries=["MA"])

    html = visitor.get("/", headers={"accept-language": "fr"}).content.decode()

    assert 'r="3.0"' in html


def test_a_country_that_takes_no_part_appears_when_something_is_posted(visitor: Client) -> None:
    assert "Norway" not in home(visitor)

    published("practice", countries=["NO"])

    assert of_country(home(visitor), "Norway") == "1"


def test_every_text_of_an_author_carries_language_and_direction(visitor: Client) -> None:
    published("practice", original_language="ar", title="T of practice", summary="S of practice")
    published(
        "lesson", original_language="ur", title="T of lesson", statement="S of lesson",
        lesson_type="challenge",
    )  # fmt: skip

    html = home(visitor)

    assert spoken_in(html, "T of practice") == spoken_in(html, "S of practice") == {("ar", "rtl")}
    assert spoken_in(html, "T of lesson") == spoken_in(html, "S of lesson") == {("ur", "rtl")}


def test_members_see_what_waits_for_them_and_visitors_how_to_join(
    visitor: Client, as_user: Browser, author: User
) -> None:
    draft("practice", by=author)
    returned = sent("lesson", by=author)
    by = UserFactory(role="coordinator")
    workflow.perform("request_changes", returned, by=by, note="Say when.")

    html = home(as_user(author))

    assert "1 text came back to you" in html
    assert "1 draft of yours" in html
    assert "1 unread message in your inbox" in html
    assert "Ask to become a member" not in words(html).partition("What members only means")[2]
    assert "What waits for you" not in home(visitor)
    assert "Ask to become a member" in home(visitor)


def test_queues_are_named_to_those_who_answer_them(
    as_user: Browser, member: User, reviewer: User, coordinator: User
) -> None:
    sent("practice")
    JoinRequestFactory()

    def queues(user: User) -> list[str]:
        html = home(as_user(user))
        return [text for text in ("waits for review", "asks to join") if text in html]

    assert queues(member) == []
    assert queues(reviewer) == ["waits for review"]
    assert queues(coordinator) == ["waits for review", "asks to join"]


def test_the_page_is_read_only(visitor: Client) -> None:
    assert visitor.head("/").status_code == 200
    assert visitor.post("/").status_code == 405


@pytest.mark.parametrize("number", [1, 3])
def test_four_queries_for_a_visitor_whatever_there_is(
    number: int, visitor: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for index in range(number):
        published("practice", countries=["MA", "PK", "EG"][: index + 1])
        published("lesson", lesson_type="challenge")

    with django_assert_num_queries(4):
        html = home(visitor)

    assert html.count('class="hit"') == number
