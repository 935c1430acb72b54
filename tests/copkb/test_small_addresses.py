"""Addresses for search engines and for the demo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from copkb.mail import DemoMailBackend
from tests.factories.contributions import archived, draft, published

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("reader", ["visitor", "coordinator"])
def test_the_sitemap_holds_what_is_public_whoever_asks(
    reader: str, request: pytest.FixtureRequest, as_user: Callable[[User], Client]
) -> None:
    found = request.getfixturevalue(reader)
    client = found if isinstance(found, Client) else as_user(found)
    public = published("practice")
    hidden = [
        published("lesson", visibility="members"), published("effort", visibility="coordinators"),
        archived("practice"), draft("practice").contribution,
    ]  # fmt: skip

    response = client.get("/sitemap.xml")

    assert response["Content-Type"] == "application/xml; charset=utf-8"
    text = response.content.decode()
    assert f"<loc>http://testserver/practices/{public.code}/</loc>" in text
    assert [item.code for item in hidden if item.code in text] == []


def test_the_sitemap_asks_once(
    visitor: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _index in range(3):
        published("practice")

    with django_assert_num_queries(1):
        assert visitor.get("/sitemap.xml").content.count(b"<loc>") == 4


def test_robots_are_kept_from_what_only_people_use(visitor: Client) -> None:
    response = visitor.get("/robots.txt")

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    lines = response.content.decode().splitlines()
    assert {"User-agent: *", "Disallow: /admin/", "Disallow: /contributions/"} <= set(lines)
    assert lines[-1] == "Sitemap: http://testserver/sitemap.xml"
    # What old versions say of themselves (canonical, noindex) can be read.
    allowed = lines.index("Allow: /contributions/*/v")
    assert allowed < lines.index("Disallow: /contributions/")


def test_the_page_about_the_community_is_open(visitor: Client) -> None:
    response = visitor.get("/about/")

    assert response.status_code == 200
    assert b'id="members"' in response.content


def test_mails_of_the_demo_are_shown_in_the_demo_only(
    visitor: Client,
    settings: Any,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings.DATA_DIR = tmp_path
    message = EmailMessage("Your <text> is published", "Look: https://example.org/x", to=["a@b.c"])
    DemoMailBackend().send_messages([message])
    capsys.readouterr()

    settings.DEMO = False
    assert visitor.get("/demo/mail/").status_code == 404

    settings.DEMO = True
    html = visitor.get("/demo/mail/").content.decode()
    assert "Your &lt;text&gt; is published" in html
    assert '<a href="https://example.org/x"' in html
    assert "a@b.c" in html
