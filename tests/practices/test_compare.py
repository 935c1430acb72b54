"""Practices side by side: which, what differs, what one may see."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tests.factories.contributions import draft, published
from tests.factories.vocabulary import concept

pytestmark = pytest.mark.django_db


def page(client: Client, *codes: str) -> str:
    response = client.get("/practices/compare/", {"p": codes})
    assert response.status_code == 200
    return unescape(response.content.decode())


def lines(html: str) -> dict[str, list[str]]:
    """Field → what each column says."""
    return {
        heading: [
            " ".join(re.sub(r"<[^>]+>", " ", cell).split())
            for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
        for heading in re.findall(r'<th scope="row">([^<]+)</th>', row)
    }


def test_fields_stand_side_by_side_in_the_order_that_was_asked_for(visitor: Client) -> None:
    one = published(title="One", countries=["MA"], replicability="Keep the judges.")
    two = published(title="Two", countries=["NE"], replicability="Pay for travel.")

    html = page(visitor, two.code, one.code)

    assert lines(html)["Countries"] == ["Niger", "Morocco"]
    assert lines(html)["If others copy it"] == ["Pay for travel.", "Keep the judges."]
    assert html.index(">Two</a>") < html.index(">One</a>")


def test_what_all_say_stands_once_and_what_none_says_not_at_all(visitor: Client) -> None:
    one, two = published(title="One"), published(title="Two", countries=["NE"])

    html = page(visitor, one.code, two.code)

    different, same = html.split("The same in all")
    assert set(lines(different)) == {"Countries"}
    assert lines(same)["Type"] == ["Cooperation network"]
    assert 'colspan="2"' in same
    assert "Cost" not in lines(html)


def test_a_field_that_one_leaves_empty_says_so(visitor: Client) -> None:
    one = published(title="One", tags=[concept("Courts").slug])
    two = published(title="Two")

    assert lines(page(visitor, one.code, two.code))["Tags"] == ["Courts", "not recorded"]


def test_each_text_carries_its_language(visitor: Client) -> None:
    one = published(title="One")
    two = published(title="شبكة", summary="شبكة من المدعين العامين", original_language="ar")

    html = page(visitor, one.code, two.code)

    assert re.search(r'<td lang="ar" dir="rtl">\s*شبكة من المدعين العامين', html)
    assert re.search(r'<a [^>]*lang="ar" dir="rtl">شبكة</a>', html)


def test_hidden_unknown_and_other_kinds_are_alike(visitor: Client) -> None:
    one, two = published(title="One"), published(title="Two")
    hidden = published(title="Hidden", visibility="members")
    unsent = draft(title="Unsent").contribution
    lesson = published("lesson", title="Lesson")

    html = page(visitor, one.code, two.code, hidden.code, unsent.code, lesson.code, "PR-9999")

    left_out = f"{hidden.code}, {unsent.code}, {lesson.code}, PR-9999"
    assert f"There is no practice that you can read under {left_out}." in html
    for title in ("Hidden", "Unsent", "Lesson</a>"):
        assert title not in html


def test_a_single_one_offers_what_is_near(visitor: Client) -> None:
    tag = concept("Courts").slug
    one = published(title="One", tags=[tag])
    near = published(title="Near", tags=[tag])

    html = page(visitor, one.code.lower())

    assert "Choose two to 4 practices" in html
    assert f'href="/practices/compare/?p={one.code}&p={near.code}"' in html
    assert "<table" not in html


def test_a_fifth_is_left_out_with_a_notice(visitor: Client) -> None:
    codes = [published(title=f"Practice {number}").code for number in range(5)]

    html = page(visitor, *codes)

    assert f"At most 4 fit side by side; left out: {codes[4]}." in html
    assert html.count('scope="col"') == 4
    assert 'id="code"' not in html


@pytest.mark.parametrize("query", ["", "?p=", "?p=%27%22%3B", "?p=PR-1&p=x,y", "?p=" + "a" * 9000])
def test_odd_addresses_are_answered(visitor: Client, query: str) -> None:
    response = visitor.get(f"/practices/compare/{query}")

    assert response.status_code == 200
    assert "Choose two to 4 practices" in response.content.decode()


@pytest.mark.parametrize("number", [2, 4])
def test_five_queries(visitor: Client, django_assert_num_queries: Any, number: int) -> None:
    tag = concept("Courts").slug
    codes = [published(title=f"Practice {i}", tags=[tag]).code for i in range(number)]

    with django_assert_num_queries(5):
        page(visitor, *codes)


def test_lists_and_pages_lead_there(visitor: Client) -> None:
    one = published(title="One")
    published(title="Two")

    listed = visitor.get("/practices/").content.decode()
    detail = visitor.get(one.get_absolute_url()).content.decode()

    assert f'<input type="checkbox" name="p" value="{one.code}" form="compare">' in listed
    assert '<form id="compare" action="/practices/compare/">' in listed
    assert f'href="/practices/compare/?p={one.code}"' in detail
