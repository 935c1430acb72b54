"""Lists of practices, lessons and efforts: filters, counts, pages, order, odd addresses."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from contributions import indexing
from contributions.models import Contribution
from countries.models import Country
from practices.models import Practice
from tests.factories.accounts import UserFactory
from tests.factories.contributions import published
from tests.factories.many import copies
from tests.factories.vocabulary import concept

pytestmark = pytest.mark.django_db

PATHS = ("/practices/", "/lessons/", "/efforts/", "/search/")


def page(client: Client, path: str, **headers: str) -> str:
    response = client.get(path, headers=headers)
    assert response.status_code == 200
    return re.sub("[\u2068\u2069]", "", unescape(response.content.decode()))


def titles(html: str) -> list[str]:
    """Titles of the lines, without marks."""
    lines = re.findall(r'<li class="hit">.*?<h2[^>]*><a[^>]*>(.*?)</a></h2>', html, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", line).split()) for line in lines]


def counts(html: str, name: str) -> dict[str, int]:
    """Value → number beside it, of one filter."""
    found = re.findall(
        rf'name="{name}" value="([^"]+)"[^>]*>.*?<data value="(\d+)">', html, re.DOTALL
    )
    return {value: int(number) for value, number in found}


@pytest.fixture
def author() -> User:
    return UserFactory()


@pytest.fixture
def publish(author: User, coordinator: User) -> Callable[..., Contribution]:
    """publish("practice", title=…): a published public contribution, the same two people each."""

    def make(kind: str = "practice", **changes: Any) -> Contribution:
        return published(kind, by=author, approver=coordinator, **changes)

    return make


def test_each_list_holds_its_kind_and_search_holds_all(visitor: Client, publish: Any) -> None:
    for kind in ("practice", "lesson", "effort"):
        publish(kind, title=f"Our {kind}")

    assert titles(page(visitor, "/practices/")) == ["Our practice"]
    assert titles(page(visitor, "/lessons/")) == ["Our lesson"]
    assert titles(page(visitor, "/efforts/")) == ["Our effort"]
    assert titles(page(visitor, "/search/")) == ["Our effort", "Our lesson", "Our practice"]


def test_several_values_of_one_filter_mean_any_of_them(visitor: Client, publish: Any) -> None:
    publish(title="In Morocco", countries=["MA"])
    publish(title="In Niger", countries=["NE"])
    publish(title="In Mexico", countries=["MX"])

    html = page(visitor, "/practices/?country=ma&country=ne&sort=title")

    assert titles(html) == ["In Morocco", "In Niger"]


def test_values_of_different_filters_must_all_hold(visitor: Client, publish: Any) -> None:
    publish(title="Morocco, objective 3", countries=["MA"], primary_objective="3")
    publish(title="Morocco, objective 2", countries=["MA"], primary_objective="2")
    publish(title="Niger, objective 3", countries=["NE"], primary_objective="3")

    html = page(visitor, "/practices/?country=ma&objective=3")

    assert titles(html) == ["Morocco, objective 3"]


def test_counts_ignore_their_own_filter_and_obey_the_others(visitor: Client, publish: Any) -> None:
    publish(countries=["MA"], primary_objective="3")
    publish(countries=["MA"], primary_objective="2")
    publish(countries=["NE"], primary_objective="3")
    publish(countries=["MX"], primary_objective="2")

    html = page(visitor, "/practices/?country=ma&objective=3")

    assert counts(html, "country") == {"ma": 1, "ne": 1}
    assert counts(html, "objective") == {"2": 1, "3": 1}


def test_each_count_is_what_choosing_the_value_gives(visitor: Client, publish: Any) -> None:
    publish(countries=["MA", "NE"], crime_scope="BOTH", crime_scope_reason="Both laws.")
    publish(countries=["PK"], crime_scope="SOM", practice_type="law")
    publish("lesson", lesson_type="did_not_work")
    publish("effort", status="drafting")
    first = page(visitor, "/search/")
    names = set(re.findall(r'type="checkbox" name="([^"]+)"', first))

    for name in names:
        for value, number in counts(first, name).items():
            found = titles(page(visitor, f"/search/?{name}={value}"))
            assert len(found) == number, (name, value)
    assert names - {"p"} == {  # "p" marks practices to compare
        "objective", "scope", "kind", "did-not-work", "lesson_type", "type", "status",
        "country", "region", "phase", "language", "impact", "year",
    }  # fmt: skip


def test_a_crime_finds_what_is_about_both(visitor: Client, publish: Any) -> None:
    publish(title="Both", crime_scope="BOTH", crime_scope_reason="Both laws.")
    publish(title="Smuggling", crime_scope="SOM")
    publish(title="Trafficking", crime_scope="TIP")

    assert titles(page(visitor, "/practices/?scope=tip&sort=title")) == ["Both", "Trafficking"]
    assert titles(page(visitor, "/practices/?scope=both")) == ["Both"]


def test_region_phase_and_international_follow_the_countries(visitor: Client, publish: Any) -> None:
    publish(title="Here", countries=["MA"])
    publish(title="Everywhere", countries=[], international=True)
    morocco = Country.objects.with_page_relations().get(pk="MA")
    phase = morocco.participations.all()[0].phase_id

    assert titles(page(visitor, f"/practices/?region={morocco.region_id}")) == ["Here"]
    assert titles(page(visitor, f"/practices/?phase={phase}")) == ["Here"]
    assert titles(page(visitor, "/practices/?country=international")) == ["Everywhere"]


def test_tags_filter_by_their_address(visitor: Client, publish: Any) -> None:
    tag = concept("Floating court", fr="Tribunal flottant")
    publish(title="Tagged", tags=[tag.slug])
    publish(title="Not tagged")

    html = page(visitor, f"/practices/?tag={tag.slug}")

    assert titles(html) == ["Tagged"]
    assert "Floating court" in html


def test_what_did_not_work_has_its_own_filter(visitor: Client, publish: Any) -> None:
    for lesson_type in ("worked", "did_not_work", "challenge", "recommended"):
        publish("lesson", title=lesson_type, lesson_type=lesson_type)

    html = page(visitor, "/lessons/?did-not-work=1&sort=title")

    assert titles(html) == ["challenge", "did_not_work"]


def test_impact_markers_and_year_filter(visitor: Client, publish: Any) -> None:
    deep = publish(
        title="Deep", results=[{"statement": "A law changed.", "impact_level": "priorities"}]
    )
    Practice.objects.filter(pk=deep.pk).update(
        marker_gender="responsive", marker_age="none", start_date="2018-05"
    )
    indexing.refresh(deep)
    publish(title="Other", results=[{"statement": "It held.", "impact_level": "personal"}])
    publish("effort", title="Dated", milestones=[{"date": "2018-07-01", "label": "Adopted"}])

    assert titles(page(visitor, "/practices/?impact=priorities")) == ["Deep"]
    assert titles(page(visitor, "/practices/?marker=gender")) == ["Deep"]
    assert counts(page(visitor, "/practices/"), "marker") == {"gender": 1}
    assert titles(page(visitor, "/search/?year=2018")) == ["Dated", "Deep"]


def test_a_sentence_says_what_is_shown(visitor: Client, publish: Any) -> None:
    publish(countries=["MA"], primary_objective="3")
    publish(countries=["NE"], primary_objective="3")

    def said(address: str, **headers: str) -> str:
        found = re.search(r'id="summary">([^<]+)<', page(visitor, address, **headers))
        assert found
        return found[1]

    assert said("/practices/") == "2 practices, newest first"
    assert said("/practices/?q=network&country=ne&country=ma&objective=3") == (
        "2 practices about “network”, for objective 3, from Morocco or Niger, best match first"
    )
    assert said("/search/?kind=practice&type=network&sort=title") == (
        "2 practices, type: Cooperation network, by title"
    )
    assert said("/search/?country=ma") == "1 contribution, from Morocco, newest first"
    assert said('/search/?q="network" -judge -"police+officers"') == (
        '2 contributions about “"network"”, without the words “judge” or “police officers”, '
        "best match first"
    )
    assert said("/search/?q=-judge") == ("2 contributions, without the words “judge”, newest first")


def test_words_in_the_sentence_keep_their_direction(visitor: Client, publish: Any) -> None:
    publish(title="شبكة")

    html = visitor.get("/practices/?q=شبكة").content.decode()

    assert "about “\u2068شبكة\u2069”" in html


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        (
            "?country=ne&scope=tip&q=network&country=ma",
            "?q=network&scope=tip&country=ma&country=ne",
        ),
        ("?sort=newest&per=20&page=1&exact=&q=", "?"),
        ("?q=network&sort=relevance", "?q=network"),
        ("?q=network&sort=newest&per=10", "?q=network&sort=newest&per=10"),
        ("?country=zz&shop=open&per=7&sort=luck", "?"),
        ("?page=2&per=10", "?per=10&page=2"),
    ],
)
@pytest.mark.usefixtures("twenty_three")
def test_an_address_has_one_canonical_form(visitor: Client, asked: str, canonical: str) -> None:
    html = page(visitor, f"/practices/{asked}")

    assert f'data-address="/practices/{canonical}"' in html
    assert f'<link rel="canonical" href="http://testserver/practices/{canonical}">' in html


@pytest.mark.usefixtures("twenty_three")
def test_ten_twenty_or_fifty_on_a_page(visitor: Client) -> None:
    ten = page(visitor, "/practices/?per=10&page=2")

    assert len(titles(ten)) == 10
    assert 'href="?per=10&page=3"' in ten
    assert len(titles(page(visitor, "/practices/?per=50"))) == 23
    assert len(titles(page(visitor, "/practices/?per=1000"))) == 20


def test_labels_are_in_the_readers_language(visitor: Client, publish: Any) -> None:
    publish(countries=["MA"])

    html = page(visitor, "/practices/?country=ma", **{"accept-language": "fr"})

    assert ">Maroc<" in re.sub(r"<span>\s*|\s*</span>", "", html) or "Maroc" in html
    assert "Morocco" not in html


def test_a_chip_takes_one_filter_away_and_keeps_the_rest(visitor: Client, publish: Any) -> None:
    publish(countries=["MA"], primary_objective="3")

    html = page(visitor, "/practices/?q=network&country=ma&objective=3")

    assert 'class="chip" href="?q=network&country=ma"' in html
    assert 'class="chip" href="?q=network&objective=3"' in html
    assert 'class="chip chip-q" href="?q=network"' in html


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("newest", ["Banana", "Apple", "Éclair"]),
        ("title", ["Apple", "Banana", "Éclair"]),
        ("confirmed", ["Apple", "Banana", "Éclair"]),
    ],
)
def test_order_by_newest_title_and_last_confirmed(
    visitor: Client, publish: Any, sort: str, order: list[str]
) -> None:
    for title in ("Éclair", "Apple", "Banana"):
        publish(title=title)
    # The others count from the day they were published.
    tomorrow = timezone.localdate() + timedelta(days=1)
    Contribution.objects.filter(title="Apple").update(last_confirmed_on=tomorrow)

    assert titles(page(visitor, f"/practices/?sort={sort}")) == order


def test_the_most_adapted_practice_comes_first(visitor: Client, publish: Any) -> None:
    once, twice = publish(title="Adapted once"), publish(title="Adapted twice")
    publish(title="Never")
    publish(title="A", adapts=once.code)
    for title in "BC":
        publish(title=title, adapts=twice.code)
    # Those for members do not count: the order would tell visitors of them.
    for _number in range(2):
        publish(title="Hidden", adapts=once.code, visibility="members")

    first = titles(page(visitor, "/practices/?sort=adapted"))[:3]

    assert first == ["Adapted twice", "Adapted once", "C"]
    assert titles(page(visitor, "/practices/?sort=adapted&q=adapted"))[0] == "Adapted twice"
    assert 'value="adapted"' not in page(visitor, "/lessons/")


def test_without_words_the_newest_come_first(visitor: Client, publish: Any) -> None:
    publish(title="Older")
    publish(title="Newer")

    html = page(visitor, "/practices/")

    assert titles(html) == ["Newer", "Older"]
    assert 'value="relevance"' not in html


@pytest.fixture
def twenty_three(publish: Any) -> None:
    copies(publish(title="Practice"), 22)


@pytest.mark.parametrize(
    ("address", "first", "lines"),
    [
        ("", "Practice", 20),
        ("&page=2", "Practice 7", 3),
        ("&page=3", "Practice 7", 3),
        ("&page=999999", "Practice 7", 3),
        ("&page=99999999999999999999999", "Practice", 20),
        ("&page=0", "Practice", 20),
        ("&page=-1", "Practice", 20),
        ("&page=two", "Practice", 20),
        ("&page=", "Practice", 20),
    ],
)
@pytest.mark.usefixtures("twenty_three")
def test_pages_hold_twenty_and_any_number_leads_to_one(
    visitor: Client, address: str, first: str, lines: int
) -> None:
    found = titles(page(visitor, f"/practices/?sort=title{address}"))

    assert (found[0], len(found)) == (first, lines)


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("shop=open", "shop=open"),
        ("country=zz", "country=zz"),
        ("country=Morocco'--", "country=Morocco'--"),
        ("objective=7", "objective=7"),
        ("objective=three", "objective=three"),
        ("scope=TIP", "scope=TIP"),
        ("maturity=best", "maturity=best"),
        ("kind=lesson", "kind=lesson"),
        ("lesson_type=worked", "lesson_type=worked"),
        ("tag=no-such-tag", "tag=no-such-tag"),
        ("region=atlantis", "region=atlantis"),
        ("phase=99", "phase=99"),
        ("language=xx", "language=xx"),
        ("sort=luck", "sort=luck"),
        ("country=" + "m" * 500, "mmmm"),
    ],
)
def test_unknown_filters_are_ignored_with_a_notice(
    visitor: Client, publish: Any, address: str, named: str
) -> None:
    publish(title="Still here")

    html = page(visitor, f"/practices/?{address}")

    assert titles(html) == ["Still here"]
    assert re.search(r"note-warn.*“[^”]*”\s*was ignored", html.replace("\n", " "))
    assert named in html


def test_a_known_value_holds_beside_an_unknown_one(visitor: Client, publish: Any) -> None:
    publish(title="In Morocco", countries=["MA"])
    publish(title="In Niger", countries=["NE"])

    html = page(visitor, "/practices/?country=ma&country=zz")

    assert titles(html) == ["In Morocco"]
    assert "“country=zz” was ignored" in html


def test_a_known_value_without_texts_is_no_unknown_value(visitor: Client, publish: Any) -> None:
    publish(countries=["MA"])

    html = page(visitor, "/practices/?country=ne")

    assert titles(html) == []
    assert "was ignored" not in html
    assert "Without “Niger”" in html


def test_an_empty_list_says_how_many_there_are_without_each_filter(
    visitor: Client, publish: Any
) -> None:
    publish(countries=["MA"], primary_objective="3")
    publish(countries=["MA"], primary_objective="3")
    publish(countries=["NE"], primary_objective="2")

    html = page(visitor, "/practices/?country=ma&objective=2")

    ways = re.findall(
        r'<a href="([^"]+)">(Without[^<]+)</a> <span class="soft">([^<]+)</span>', html
    )
    assert ways == [
        ("?country=ma", "Without “Legislation”", "2 results"),
        ("?objective=2", "Without “Morocco”", "1 result"),
        ("?", "Without any filter", "3 results"),
    ]


def test_filters_that_hide_nothing_are_not_blamed(visitor: Client, publish: Any) -> None:
    publish(countries=["MA"])

    html = page(visitor, "/practices/?q=zzzzzz&country=ne")

    assert "The filters are not the reason" in html
    assert "Without “Niger”" not in html


@pytest.mark.parametrize("path", PATHS)
def test_a_list_without_anything_invites(visitor: Client, path: str) -> None:
    html = page(visitor, path)

    assert "Nothing published yet" in html
    assert "/practices/new/" in html


@pytest.mark.parametrize("path", [*PATHS, "/search/suggest/"])
def test_methods(visitor: Client, publish: Any, path: str) -> None:
    publish()

    assert visitor.head(path).status_code == 200
    assert visitor.head(path).content == b""
    for method in (visitor.post, visitor.put, visitor.delete, visitor.patch):
        assert method(path).status_code == 405


@pytest.mark.parametrize("path", [*PATHS, "/search/suggest/"])
@pytest.mark.parametrize(
    "query",
    [
        "q=%FF%FE", "q=%ED%A0%80", "country=%FF", "%FF=1", "q=" + "x" * 20_000, "q='%3B--", "q=%25",
        "q=%5C", "q=%22", "q=-", "q=tag%3A", "q=%28%29%26%7C%21", "page=%D9%A3", "q=%09%0A%0D",
        "kind=", "&&&===", "country=ma&country=ma", "q=%F0%9F%98%80", "sort=&page=&exact=&q=",
        "exact=maybe", "tag=%7B%7D", "country=m,a", "q=tag%3A%7B%7D+%27%22",
    ],
)  # fmt: skip
def test_odd_addresses_are_answered(visitor: Client, publish: Any, path: str, query: str) -> None:
    publish()

    assert visitor.get(f"{path}?{query}").status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_a_nul_byte_is_refused(visitor: Client, path: str) -> None:
    assert visitor.get(f"{path}?q=a%00b").status_code == 400


def test_the_filter_form_is_a_plain_get_form_that_keeps_the_words(
    visitor: Client, publish: Any
) -> None:
    publish(title="Court network")

    html = page(visitor, "/search/?q=network&country=ma&sort=title")

    form = html[html.index('<details class="filters"') : html.index('<div id="results">')]
    assert '<form action="/search/"' in form
    assert '<input type="hidden" name="q" value="network">' in form
    assert '<input type="hidden" name="sort" value="title">' in form
    assert re.search(r'name="country" value="ma" checked', form)
    assert 'type="submit"' in form


@pytest.mark.parametrize("rows", [1, 3, 30])
@pytest.mark.parametrize(
    "address",
    ["/practices/", "/practices/?country=ma&objective=3", "/search/"],
)
def test_two_queries_for_a_visitor(
    visitor: Client, publish: Any, django_assert_num_queries: Any, rows: int, address: str
) -> None:
    copies(publish(title="Network of prosecutors"), rows - 1)

    with django_assert_num_queries(2):
        html = page(visitor, address)

    assert len(titles(html)) == min(rows, 20)


@pytest.mark.parametrize("rows", [1, 3, 30])
@pytest.mark.parametrize("who", ["member", "focal_point_morocco", "reviewer", "coordinator"])
def test_four_queries_for_the_signed_in(
    as_user: Any,
    who: str,
    publish: Any,
    django_assert_num_queries: Any,
    rows: int,
    request: pytest.FixtureRequest,
) -> None:
    copies(publish(title="Network of prosecutors"), rows - 1)
    client = as_user(request.getfixturevalue(who))

    # The person; two of the list; whether it is a saved search, with the unread lines. A search is
    # counted besides.
    for address, number in (("/practices/", 4), ("/search/", 4), ("/search/?q=network", 5)):
        with django_assert_num_queries(number):
            assert len(titles(page(client, address))) == min(rows, 20)


def test_a_page_of_long_texts_in_arabic_stays_under_forty_kilobytes(
    visitor: Client, publish: Any
) -> None:
    first = publish(
        title="شبكة وطنية من المدعين العامين المتخصصين في قضايا الاتجار بالأشخاص",
        summary="أنشأت المحاكم شبكة وطنية تضم مدعين عامين متخصصين يتدربون معا كل سنة، " * 5,
        original_language="ar",
        countries=["MA", "NE"],
    )
    copies(first, 21)

    response = visitor.get("/search/?q=شبكة", headers={"accept-language": "ar"})

    assert len(response.content) <= 40_000
