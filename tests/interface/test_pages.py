"""The frame around every page, the page of components and the pages for what went wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client

from accounts.models import User

LANGUAGES = [("en", "ltr"), ("fr", "ltr"), ("ar", "rtl")]


def in_language(client: Client, language: str) -> Client:
    client.cookies["django_language"] = language
    return client


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "direction"), LANGUAGES)
def test_the_page_says_its_language_and_direction(
    visitor: Client, language: str, direction: str
) -> None:
    html = in_language(visitor, language).get("/components/").content.decode()

    assert f'<html lang="{language}" dir="{direction}">' in html


@pytest.mark.django_db
def test_the_frame_costs_a_visitor_no_query(
    visitor: Client, django_assert_num_queries: Any
) -> None:
    visitor.get("/components/")

    with django_assert_num_queries(0):
        visitor.get("/components/")


@pytest.mark.django_db
def test_a_visitor_is_asked_to_sign_in_and_a_member_is_not(
    visitor: Client, as_user: Callable[[User], Client], member: User
) -> None:
    foreign = visitor.get("/components/").content.decode()
    own = as_user(member).get("/components/").content.decode()

    assert 'href="/accounts/login/"' in foreign.split("<main")[0]
    assert 'href="/inbox/"' not in foreign
    assert 'href="/inbox/"' in own
    assert 'href="/accounts/login/"' not in own.split("<main")[0]


@pytest.mark.django_db
def test_the_language_is_changed_by_a_plain_form_that_comes_back_here(visitor: Client) -> None:
    answer = visitor.post("/language/", {"language": "ar", "next": "/components/"})

    assert answer.status_code == 302
    assert answer["Location"] == "/components/"
    assert 'dir="rtl"' in visitor.get("/components/").content.decode()


@pytest.mark.django_db
def test_ids_on_the_components_page_are_unique(visitor: Client) -> None:
    html = visitor.get("/components/").content.decode()
    ids = re.findall(r'\sid="([^"]+)"', re.sub(r"<template>.*?</template>", "", html, flags=re.S))

    assert sorted(ids) == sorted(set(ids))


@pytest.mark.django_db
def test_every_label_and_description_has_its_target(visitor: Client) -> None:
    html = visitor.get("/components/").content.decode()
    ids = set(re.findall(r'\sid="([^"]+)"', html))
    pointed = set(re.findall(r'\sfor="([^"]+)"', html))
    pointed |= {
        one for many in re.findall(r'aria-describedby="([^"]+)"', html) for one in many.split()
    }
    pointed |= set(re.findall(r'aria-labelledby="([^"]+)"', html))

    assert pointed - ids == set()


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "direction"), LANGUAGES)
def test_an_unknown_address_offers_a_search_in_the_readers_language(
    visitor: Client, language: str, direction: str
) -> None:
    answer = in_language(visitor, language).get("/no/such/page/")
    html = answer.content.decode()

    assert answer.status_code == 404
    assert f'lang="{language}" dir="{direction}"' in html
    assert 'role="search"' in html


def test_the_page_for_our_own_faults_needs_neither_request_nor_database() -> None:
    html = render_to_string("500.html")

    assert "<h1>" in html
    assert "csrfmiddlewaretoken" not in html


def test_the_page_for_broken_requests_needs_no_request() -> None:
    assert "<h1>" in render_to_string("400.html")


@pytest.mark.django_db
def test_a_form_that_was_too_old_gives_back_what_was_typed() -> None:
    browser = Client(enforce_csrf_checks=True)

    answer = browser.post(
        "/join/", {"why": "A long <b>reason</b> in my own words", "password": "not-shown-again"}
    )
    html = answer.content.decode()

    assert answer.status_code == 403
    assert "A long &lt;b&gt;reason&lt;/b&gt; in my own words" in html
    assert "not-shown-again" not in html


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_the_about_page_says_what_members_only_means(visitor: Client, language: str) -> None:
    answer = in_language(visitor, language).get("/about/")
    html = answer.content.decode()

    assert answer.status_code == 200
    assert all(f'id="{part}"' in html for part in ("roles", "members", "review", "harm", "terms"))
