"""The pages of countries: efforts through time, what comes from there, who speaks for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from countries.models import Country
from tests.factories.accounts import UserFactory
from tests.factories.contributions import published
from tests.markup import headings, spoken_in, words

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


def page(client: Client, code: str = "ma") -> str:
    response = client.get(f"/countries/{code}/")
    assert response.status_code == 200
    return str(response.content.decode())


def test_efforts_hang_on_the_thread_newest_first(visitor: Client) -> None:
    for title, dates in (
        ("Law of 2016", ["2016"]), ("Plan until 2022", ["2018", "2022"]), ("Undated", [""]),
        ("Unit of May 2018", ["2018-05"]),
    ):  # fmt: skip
        steps = [{"date": day, "label": "Step"} for day in dates]
        published("effort", title=title, milestones=steps)

    html = page(visitor)

    thread = html[html.index('id="efforts"') : html.index('id="practices"')]
    assert headings(thread, 3) == []  # titles are links in the headings
    titles = re.findall(r"<h3[^>]*><a[^>]*>([^<]+)</a></h3>", thread)
    assert titles == ["Plan until 2022", "Unit of May 2018", "Law of 2016", "Undated"]
    assert "2018 – 2022" in thread
    assert "date not recorded" in thread


def test_contributions_are_those_of_the_country_that_the_reader_may_see(
    visitor: Client, as_user: Browser, member: User, focal_point_morocco: User, coordinator: User
) -> None:
    for kind in ("practice", "lesson", "effort"):
        for visibility in ("public", "members", "coordinators"):
            word = f"{visibility} {kind} of Morocco"
            published(kind, title=word, visibility=visibility)
    published("effort", title="public effort of Pakistan", countries=["PK"])
    elsewhere = UserFactory(speaks_for="PK")

    def seen(client: Client) -> tuple[set[str], str]:
        html = page(client)
        found = set(re.findall(r"(public|members|coordinators) effort of Morocco", html))
        found |= set(re.findall(r"(public|members|coordinators) practice of Morocco", html))
        assert "effort of Pakistan" not in html
        number = re.search(r"<b>(\d+)</b> contribution", html)
        assert number
        return found, number.group(1)

    assert seen(visitor) == ({"public"}, "3")
    assert seen(as_user(member)) == ({"public", "members"}, "6")
    assert seen(as_user(elsewhere)) == ({"public", "members"}, "6")
    assert seen(as_user(focal_point_morocco)) == ({"public", "members", "coordinators"}, "9")
    assert seen(as_user(coordinator)) == ({"public", "members", "coordinators"}, "9")


def test_only_its_own_focal_point_is_offered_to_post_an_effort(
    visitor: Client, as_user: Browser, member: User, focal_point_morocco: User, coordinator: User
) -> None:
    button = 'class="btn" href="/efforts/new/"'

    assert button in page(as_user(focal_point_morocco))
    assert button not in page(as_user(focal_point_morocco), "pk")
    for client in (visitor, as_user(member), as_user(coordinator)):
        assert button not in page(client)


def test_focal_points_are_shown_by_function_never_by_name_or_address(visitor: Client) -> None:
    UserFactory(
        name="Zname", email="zmail@example.org", function="National rapporteur",
        organisation="Ministry of Justice", speaks_for="MA",
    )  # fmt: skip
    UserFactory(function="Former rapporteur", is_active=False, speaks_for="MA")

    html = page(visitor)

    assert "National rapporteur" in html
    assert "Ministry of Justice" in html
    assert "Zname" not in html
    assert "zmail" not in html
    assert "Former rapporteur" not in html


def test_what_is_not_recorded_is_said_under_each_heading(visitor: Client) -> None:
    html = page(visitor)

    assert headings(html, 3)[:4] == [
        "Current situation", "Challenges", "Opportunities", "Expectations",
    ]  # fmt: skip
    assert html[html.index('class="four"') : html.index('id="efforts"')].count("not recorded") == 4
    assert "The focal points of the country can write these." in html
    assert "No effort is posted yet" in html
    assert "Nobody speaks for the country here yet." in html


def test_the_profile_is_shown_in_its_own_language_with_its_date(visitor: Client) -> None:
    Country.objects.filter(pk="MA").update(
        challenges="Text of the profile", profile_language="ar",
        profile_confirmed_on=date(2026, 3, 1),
    )  # fmt: skip

    html = page(visitor)

    assert spoken_in(html, "Text of the profile") == {("ar", "rtl")}
    assert "Last confirmed on 1 March 2026." in html
    assert html[html.index('class="four"') : html.index('id="efforts"')].count("not recorded") == 3
    assert "can write these" not in html


def test_every_text_of_an_author_carries_language_and_direction(visitor: Client) -> None:
    published(
        "effort", original_language="ar", title="T of effort", summary="S of effort",
        milestones=[{"date": "2016", "label": "L of step"}],
    )  # fmt: skip

    html = page(visitor)

    for text in ("T of effort", "S of effort", "L of step"):
        assert spoken_in(html, text) == {("ar", "rtl")}


def test_phases_are_told_with_their_years(visitor: Client) -> None:
    assert "Takes part in the programme: GLO.ACT, 2015–2019; GLO.ACT Asia" in words(
        page(visitor, "pk")
    ).replace(" ;", ";")
    assert "Has not taken part in the community so far." in page(visitor, "no")


def test_objectives_without_an_effort_are_named(visitor: Client) -> None:
    published("effort", primary_objective="2", objectives=["3"])

    html = page(visitor)

    note = html[html.index("Nothing is posted yet for these objectives:") :]
    assert re.findall(r'class="om o(\d)"', note[: note.index("</p>")]) == ["1", "4", "5", "6"]


@pytest.mark.parametrize("code", ["MA", "Ma"])
def test_codes_in_capitals_lead_to_the_one_address(visitor: Client, code: str) -> None:
    response = visitor.get(f"/countries/{code}/")

    assert (response.status_code, response["Location"]) == (301, "/countries/ma/")


@pytest.mark.parametrize("code", ["xx", "mar", "m", "morocco", "m%00", "12", "ﺍﺏ"])
def test_other_codes_are_not_found(visitor: Client, code: str) -> None:
    assert visitor.get(f"/countries/{code}/").status_code in (400, 404)


def test_the_pages_are_read_only(visitor: Client) -> None:
    for address in ("/countries/", "/countries/ma/"):
        assert visitor.head(address).status_code == 200
        assert visitor.post(address).status_code == 405


def test_the_list_is_by_region_with_counts_of_what_the_reader_may_see(
    visitor: Client, as_user: Browser, member: User
) -> None:
    published("practice")
    published("effort", visibility="members")

    def morocco(client: Client) -> str:
        html = client.get("/countries/").content.decode()
        assert headings(html)[:2] == ["Africa", "Asia"]
        found = re.search(r'>Morocco</a> <span class="s soft end">(.*?)</span>', html)
        assert found
        return found.group(1)

    assert morocco(visitor) == "1 practice"
    assert morocco(as_user(member)) == "1 practice · 1 effort"


@pytest.mark.parametrize("number", [1, 3])
def test_queries_for_a_visitor_do_not_grow(
    number: int, visitor: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _index in range(number):
        for kind in ("practice", "lesson", "effort"):
            published(kind)
        UserFactory(speaks_for="MA")

    with django_assert_num_queries(4):
        page(visitor)
    with django_assert_num_queries(1):
        visitor.get("/countries/")


def test_a_country_with_much_to_tell_stays_under_40_kb_and_leads_to_the_rest(
    visitor: Client,
) -> None:
    steps = [{"date": str(year), "label": "Something happened here " * 3} for year in (2016, 2018)]
    for index in range(12):
        published("effort", milestones=steps, summary=" ".join(["word"] * 60))
        if index < 8:
            published("practice", summary=" ".join(["word"] * 60))
            published("lesson", statement=" ".join(["word"] * 45))

    html = page(visitor)

    assert len(html.encode()) <= 40 * 1024
    for kind, number in (("efforts", 12), ("practices", 8), ("lessons", 8)):
        assert f'<a href="/{kind}/?country=ma">All {number}</a>' in html
        assert visitor.get(f"/{kind}/?country=ma").status_code == 200
