"""The page of an effort: its steps on the thread, who takes part, and whether its time is up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from contributions.models import Contribution
from discussion.workflow import post
from efforts.models import Effort, Milestone
from efforts.reading import lapse, last_day, when
from tests.factories.accounts import UserFactory
from tests.factories.contributions import draft, published
from tests.factories.vocabulary import concept
from tests.markup import headings, spoken_in, words

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]

FULL = {
    "milestones": [
        {"date": "2027-05", "label": "Evaluation is planned"},
        {"date": "2016", "label": "The law is adopted"},
        {"date": "", "label": "Training begins"},
        {"date": "2018-05-21", "label": "First conviction"},
    ],
    "adopting_body": "Text of the adopting body",
    "lead_body": "Text of the leading body",
    "stakeholders": [{"name": "Body that joins", "kind": "ngo", "role": "Role of it"}],
    "indicators": [
        {"name": "Courts covered", "value": "22", "unit": "courts", "year": "2018", "source": "MoJ"}
    ],
    "support_received": "Text of the support",
    "challenges": "Text of the challenges",
    "next_steps": "Text of the next steps",
    "valid_from": "2016",
    "valid_to": "2030",
    "monitoring_mechanism": "internal",
}


def page(client: Client, contribution: Contribution) -> str:
    response = client.get(contribution.get_absolute_url())
    assert response.status_code == 200
    return str(response.content.decode())


def test_a_full_effort_is_told_in_order_with_every_field(visitor: Client) -> None:
    html = page(visitor, published("effort", **FULL))

    assert headings(html)[:9] == [
        "At a glance", "Milestones", "Who takes part", "Figures", "Support received",
        "Challenges", "Next steps", "Sources", "Discussion",
    ]  # fmt: skip
    said = words(html)
    for text in (*(str(v) for v in FULL.values() if str(v).startswith("Text of")), "In force",
                 "Body that joins", "Role of it", "Civil society", "Courts covered", "22 courts",
                 "2016 – 2030", "Monitoring Internal"):  # fmt: skip
        assert text in said, text


@time_machine.travel("2026-06-01", tick=False)
def test_milestones_hang_on_the_thread_in_the_order_of_time(visitor: Client) -> None:
    html = page(visitor, published("effort", **FULL))

    thread = html[html.index('id="milestones"') : html.index('id="bodies"')]
    assert headings(thread, 3) == [
        "The law is adopted", "First conviction", "Evaluation is planned", "Training begins",
    ]  # fmt: skip
    knots = [part.split('"')[0] for part in thread.split('class="knot k-')[1:]]
    assert knots == ["done", "done", "plan", "none"]
    assert "21 May 2018" in thread


def test_what_is_missing_is_named_in_one_box(visitor: Client) -> None:
    html = page(visitor, published("effort"))

    assert headings(html)[:4] == ["At a glance", "Milestones", "Sources", "Discussion"]
    assert "Not recorded yet: Who takes part; Figures; Support received" in words(html)


def test_every_text_of_the_author_carries_language_and_direction(visitor: Client) -> None:
    html = page(visitor, published("effort", original_language="ur", **FULL))

    texts = [str(v) for v in FULL.values() if str(v).startswith("Text of")]
    for text in (*texts, "First conviction", "Body that joins", "Role of it", "Courts covered"):
        assert spoken_in(html, text) == {("ur", "rtl")}, text


@pytest.mark.parametrize(
    ("valid_to", "standing", "said"),
    [
        ("2025", "in_force", "Its validity ended: 2025."),
        ("2025", "lapsed", ""),
        ("2026-05-31", "adopted", "Its validity ended: 31 May 2026."),
        ("2026-06-01", "adopted", "Its validity ends soon: 1 June 2026."),
        ("2026-10", "adopted", "Its validity ends soon: October 2026."),
        ("2026-12", "adopted", ""),
        ("", "adopted", ""),
    ],
)
@time_machine.travel("2026-06-01", tick=False)
def test_an_effort_says_when_its_time_is_up(
    valid_to: str, standing: str, said: str, visitor: Client
) -> None:
    html = page(visitor, published("effort", status=standing, valid_to=valid_to))

    found = [text for text in ("Its validity ended", "Its validity ends soon") if text in html]
    assert found == ([said.partition(":")[0]] if said else [])
    assert said in html


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2024-02", date(2024, 2, 29)), ("2018-12", date(2018, 12, 31)),
        ("2018", date(2018, 12, 31)),
        ("2018-05-21", date(2018, 5, 21)), ("", None), ("2018-02-31", None), ("soon", None),
    ],
)  # fmt: skip
def test_the_last_day_of_a_year_month_or_day(value: str, day: date | None) -> None:
    assert last_day(value) == day


def test_its_time_in_words_comes_from_validity_or_else_from_milestones() -> None:
    effort = Effort(pk=1)
    dates = [Milestone(date=day) for day in ("2018-05", "", "2016")]
    vars(effort)["_prefetched_objects_cache"] = {"milestones": dates}

    assert when(effort) == "2016 – May 2018"
    effort.valid_to = "2020"
    assert when(effort) == "2020"
    assert lapse(effort) == "over"


def test_an_effort_for_coordinators_is_seen_by_the_focal_point_of_its_country(
    visitor: Client, as_user: Browser, member: User, focal_point_morocco: User
) -> None:
    effort = published("effort", visibility="coordinators")
    elsewhere = UserFactory(speaks_for="PK")

    assert as_user(focal_point_morocco).get(effort.get_absolute_url()).status_code == 200
    for client in (visitor, as_user(member), as_user(elsewhere)):
        assert client.get(effort.get_absolute_url()).status_code == 404


def test_addresses_behave_like_those_of_practices(
    visitor: Client, as_user: Browser, author: User
) -> None:
    effort = published("effort")
    begun = draft("effort", by=author).contribution

    assert visitor.get(f"/efforts/{effort.code.lower()}/")["Location"] == f"/efforts/{effort.code}/"
    assert visitor.get("/efforts/EF-9999/").status_code == 404
    status = f"/contributions/{begun.code}/status/"
    assert as_user(author).get(f"/efforts/{begun.code}/")["Location"] == status
    assert visitor.post(f"/efforts/{effort.code}/").status_code == 405
    assert visitor.head(f"/efforts/{effort.code}/").status_code == 200


@pytest.mark.parametrize("number", [1, 3])
def test_four_queries_for_a_visitor_whatever_hangs_on_it(
    number: int, visitor: Client, member: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    concept("New laws")
    effort = published(
        "effort",
        tags=["New laws"],
        milestones=[{"date": "2016", "label": f"Step {index}"} for index in range(number)],
        stakeholders=[{"name": f"Body {index}"} for index in range(number)],
        indicators=[{"name": f"Figure {index}"} for index in range(number)],
    )
    for _index in range(number):
        published("lesson", source_contribution=effort.code)
        published("practice", tags=["New laws"])
        post(effort, by=member, text="Said", language="en", visibility="public")

    with django_assert_num_queries(4):
        html = page(visitor, effort)

    assert html.count('class="unit"') == number
