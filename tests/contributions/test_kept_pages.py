"""Visitors get a page of a record as it was made before, until anything that it shows changes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from contributions import endorsing, indexing, kept_pages, tagging, workflow
from contributions.memory import Memory
from contributions.models import Contribution
from contributions.templatetags import kept
from countries.models import Country
from discussion import workflow as discussion
from tests.factories.accounts import UserFactory
from tests.factories.contributions import draft, published
from tests.factories.discussion import said
from tests.factories.vocabulary import concept
from vocabulary.models import Concept, ConceptLabel

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_kept", Memory(kept.MOST, len))
    monkeypatch.setattr(kept_pages, "_named", Memory(10))


def read(client: Client, contribution: Contribution, **headers: str) -> str:
    """The page without the token of its form, which is another one each time."""
    answer = client.get(contribution.get_absolute_url(), headers=headers)
    assert answer.status_code == 200
    return re.sub(r'("csrfmiddlewaretoken" value=)"\w+"', r"\1", answer.content.decode())


@pytest.mark.parametrize("kind", ["practice", "lesson", "effort"])
def test_the_second_visitor_gets_the_same_page_for_two_queries(
    visitor: Client, kind: str, django_assert_num_queries: Any
) -> None:
    concept("Hotspots")
    record = published(kind, tags=["Hotspots"])
    published(tags=["Hotspots"], title="Near to it")
    said(record, "We do the same.", public=True)

    with django_assert_num_queries(4):
        first = read(visitor, record)
    with django_assert_num_queries(2):
        second = read(visitor, record)

    assert first == second
    assert "Near to it" in second
    assert "We do the same." in second


def _comments(record: Contribution) -> None:
    said(record, "A new word.", public=True)


def _comments_for_members(record: Contribution) -> None:
    said(record, "Between us.")


def _hides(record: Contribution) -> None:
    discussion.hide(
        record.comments.get(), by=UserFactory(role="coordinator"), reason="It names a case."
    )


def _endorses(record: Contribution) -> None:
    assert record.live is not None
    focal_point = UserFactory(speaks_for="MA")
    endorsing.endorse(record.live, country="MA", by=focal_point, lock=record.live.lock)


def _renames_the_tag(_record: Contribution) -> None:
    label = ConceptLabel.objects.get(concept__slug="hotspots", language="en", kind="preferred")
    label.text = "Places of risk"
    label.save()


def _rejects_the_tag(_record: Contribution) -> None:
    Concept.objects.filter(slug="hotspots").update(status=Concept.Status.REJECTED)


def _renames_the_country(_record: Contribution) -> None:
    Country.objects.filter(iso2="MA").update(names={"en": "Kingdom of Morocco"})


def _publishes_a_lesson_from_it(record: Contribution) -> None:
    published("lesson", statement="What we learned from it.", source_contribution=record.code)


def _publishes_something_near(_record: Contribution) -> None:
    published(tags=["Hotspots"], title="Another one near to it")


def _changes_what_is_near(_record: Contribution) -> None:
    other = Contribution.objects.get(title="Near to it")
    Contribution.objects.filter(pk=other.pk).update(title="Near to it under a new name")
    indexing.refresh(other)


def _renames_what_is_near_unindexed(_record: Contribution) -> None:
    Contribution.objects.filter(title="Near to it").update(title="Renamed by hand")


def _withdraws_what_is_near(_record: Contribution) -> None:
    other = Contribution.objects.get(title="Near to it")
    assert other.live is not None
    workflow.perform("archive", other.live, by=UserFactory(role="coordinator"), note="Out of date.")


def _adds_a_tag(record: Contribution) -> None:
    concept("Night markets")
    tagging.add(record, ["Night markets"], by=UserFactory(role="coordinator"), language="en")


def _takes_a_co_author(record: Contribution) -> None:
    record.co_authors.add(UserFactory(function="Analyst of risks"))


def _author_changes_function(record: Contribution) -> None:
    User.objects.filter(pk=record.owner_id).update(function="Head of the unit")


def _doubts(record: Contribution) -> None:
    Contribution.objects.filter(pk=record.pk).update(doubtful=True, doubt_note="Which year?")


CHANGES = [
    _comments, _comments_for_members, _hides, _endorses, _renames_the_tag, _rejects_the_tag,
    _renames_the_country, _publishes_a_lesson_from_it, _publishes_something_near,
    _changes_what_is_near, _renames_what_is_near_unindexed, _withdraws_what_is_near, _adds_a_tag,
    _takes_a_co_author, _author_changes_function, _doubts,
]  # fmt: skip
SAME_FOR_ALL_KINDS = [_comments, _endorses, _renames_the_tag, _changes_what_is_near]


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        *(("practice", change) for change in CHANGES),
        *((kind, change) for kind in ("lesson", "effort") for change in SAME_FOR_ALL_KINDS),
    ],
)
def test_what_changes_is_seen_at_once(
    visitor: Client, monkeypatch: pytest.MonkeyPatch, kind: str, change: Callable[..., None]
) -> None:
    """The kept page, after a change, is what a page made anew is."""
    concept("Hotspots")
    record = published(kind, tags=["Hotspots"], countries=["MA"])
    published(tags=["Hotspots"], title="Near to it")
    said(record, "The first word.", public=True)
    read(visitor, record)
    before = read(visitor, record)

    change(Contribution.objects.get(pk=record.pk))
    after = read(visitor, record)
    again = read(visitor, record)
    monkeypatch.setattr(kept, "_kept", Memory(kept.MOST, len))

    assert after == again == read(visitor, record)
    assert after != before


def test_a_new_version_is_seen_at_once(visitor: Client, author: User) -> None:
    record = published(by=author, title="The first title")
    read(visitor, record)
    Contribution.objects.filter(pk=record.pk).update(title="The second title")

    assert "The second title" in read(visitor, record)


def test_what_is_taken_back_is_gone_at_once(visitor: Client) -> None:
    record = published()
    read(visitor, record)
    read(visitor, record)
    Contribution.objects.filter(pk=record.pk).update(visibility="members")

    answer = visitor.get(record.get_absolute_url())

    assert answer.status_code == 404
    assert record.title not in answer.content.decode()


def test_what_the_day_says_changes_with_the_day(visitor: Client) -> None:
    record = published()
    today = read(visitor, record)

    with time_machine.travel(timezone.now() + timedelta(days=2000)):
        assert read(visitor, record) != today


def test_each_language_and_each_address_of_the_site_has_its_page(visitor: Client) -> None:
    record = published()
    pages = {
        (language, host): read(visitor, record, **{"accept-language": language, "host": host})
        for _twice in range(2)
        for language in ("en", "ar")
        for host in ("localhost", "127.0.0.1")
    }

    assert len(set(pages.values())) == 4
    assert "http://127.0.0.1/" not in pages["en", "localhost"]


def test_members_see_what_visitors_do_not_and_the_other_way_round(
    visitor: Client, as_user: AsUser, member: User, author: User
) -> None:
    record = published(by=author)
    said(record, "Between us.")

    for _twice in range(2):
        assert "Between us." not in read(visitor, record)
        assert "Between us." in read(as_user(member), record)
        assert "Begin a new version" in read(as_user(author), record)
        assert "Begin a new version" not in read(visitor, record)


def test_a_page_that_was_pushed_out_is_made_anew(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "_kept", Memory(3_000, len))
    one, other = published(title="The one"), published(title="The other")

    for _round in range(3):
        assert "The one" in read(visitor, one)
        assert "The other" in read(visitor, other)


def test_a_draft_is_no_page(visitor: Client) -> None:
    code = draft().contribution.code

    for _twice in range(2):
        assert visitor.get(f"/practices/{code}/").status_code == 404
