"""Coordinators read the log of queries, and make a synonym of what found nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from contributions import curating, indexing
from contributions.models import Contribution, Tagging
from search import log
from search.models import LoggedQuery
from tests.factories.contributions import published
from tests.vocabulary.test_admin import row, save
from vocabulary.models import Concept

pytestmark = pytest.mark.django_db
PAGE = "/admin/search/loggedquery/"
Browser = Callable[[User], Client]


@pytest.fixture
def hotlines(member: User, coordinator: User) -> Concept:
    """An accepted concept that one public practice carries."""
    concept = Concept.objects.propose("Hotlines", "en", member)
    curating.accept(concept, by=coordinator)
    practice = published(title="A number to call", visibility=Contribution.Visibility.PUBLIC)
    Tagging.objects.create(content_object=practice, tag=concept)
    indexing.refresh(practice)
    return concept


def ask(words: str, results: int = 0, times: int = 1, opened_at: int = 0) -> LoggedQuery:
    asked = log.asked(words, interface="en")
    for _time in range(times):
        log.count(asked, results)
    if opened_at:
        log.count_opened(asked.id, opened_at)
    return LoggedQuery.objects.get(pk=asked.id)


def shown(client: Client, query: str = "") -> list[str]:
    response = client.get(f"{PAGE}?{query}")
    assert response.status_code == 200
    return [one.get("typed", one["language"]) for one in response.context["rows"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["wiretap", "the quixotry"]),
        ("show=frequent", ["training", "wiretap", "shelter", "the quixotry", "مأوى"]),
        ("show=unopened", ["shelter", "مأوى"]),
        ("show=languages", ["en", "ar"]),
        ("show=frequent&language=ar", ["مأوى"]),
    ],
)
def test_four_read_outs(
    as_user: Browser, coordinator: User, query: str, expected: list[str]
) -> None:
    ask("training", results=4, times=5, opened_at=2)
    ask("shelter", results=3, times=2)
    ask("wiretap", times=3)
    ask("the quixotry")
    ask("مأوى", results=1)

    assert shown(as_user(coordinator), query) == expected


def test_the_same_words_are_one_row_over_days_and_filters(
    as_user: Browser, coordinator: User
) -> None:
    ask("wiretap")
    log.count(log.asked("wiretap", interface="en", filters="country=ma"), 0)

    rows = as_user(coordinator).get(PAGE).context["rows"]

    assert [(one["asked"], one["vain"]) for one in rows] == [(2, 2)]


@pytest.mark.parametrize("query", ["show=everything", "days=31", "language=xx", "days=%00"])
def test_an_address_that_names_no_read_out_is_refused(
    as_user: Browser, coordinator: User, query: str
) -> None:
    assert as_user(coordinator).get(f"{PAGE}?{query}").status_code == 400


def test_only_coordinators_read_the_log(as_user: Browser, reviewer: User, member: User) -> None:
    line = ask("wiretap")

    for user in (reviewer, member):
        client = as_user(user)
        assert client.get(PAGE).status_code in (302, 403)
        client.post(f"{PAGE}{line.pk}/", {"remove": "1"})
    assert LoggedQuery.objects.count() == 1


def test_what_found_nothing_becomes_a_synonym_in_one_step(
    as_user: Browser, coordinator: User, visitor: Client, hotlines: Concept
) -> None:
    assert "A number to call" not in visitor.get("/search/?q=quixotry").content.decode()
    line = LoggedQuery.objects.get()

    response = as_user(coordinator).post(f"{PAGE}{line.pk}/", {"into": "hotlines"}, follow=True)

    assert "“quixotry” now finds “Hotlines”." in response.content.decode()
    assert hotlines.labels.filter(text="quixotry", kind="synonym", language="en").exists()
    assert list(response.context["rows"]) == []
    assert "A number to call" in visitor.get("/search/?q=quixotry").content.decode()


def test_a_name_added_to_a_concept_finds_at_once(
    as_user: Browser, coordinator: User, visitor: Client, hotlines: Concept
) -> None:
    save(as_user(coordinator), hotlines, row("quixotry"))

    assert "A number to call" in visitor.get("/search/?q=quixotry").content.decode()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"into": "nothing of this"}, "into"),
        ({"into": ""}, "into"),
        ({"into": "hotlines", "text": "Hotlines"}, "text"),
        ({"into": "hotlines", "text": f"{log.HIDDEN} call"}, "text"),
        ({"into": "hotlines", "language": "xx"}, "language"),
        ({"into": "hotlines", "kind": "preferred"}, "kind"),
    ],
)
@pytest.mark.usefixtures("hotlines")
def test_what_cannot_be_a_synonym_is_said_beside_the_field(
    as_user: Browser, coordinator: User, typed: dict[str, str], field: str
) -> None:
    line = ask("wiretap")

    response = as_user(coordinator).post(f"{PAGE}{line.pk}/", typed)

    assert list(response.context["form"].errors) == [field]
    assert response.context["form"]["into"].value() == typed["into"]
    line.refresh_from_db()
    assert line.settled_at is None


def test_what_needs_nothing_leaves_the_list_and_stays_in_the_log(
    as_user: Browser, coordinator: User
) -> None:
    line = ask("asdfgh")
    client = as_user(coordinator)

    client.post(f"{PAGE}{line.pk}/", {"settle": "1"})

    assert shown(client) == []
    assert shown(client, "show=frequent") == ["asdfgh"]


def test_words_that_say_too_much_are_deleted(as_user: Browser, coordinator: User) -> None:
    line = ask("somebody of the village")

    as_user(coordinator).post(f"{PAGE}{line.pk}/", {"remove": "1"})

    assert not LoggedQuery.objects.exists()


def test_the_page_needs_as_many_queries_for_one_as_for_three(
    as_user: Browser, coordinator: User, django_assert_num_queries: Any
) -> None:
    client = as_user(coordinator)
    for words in (["wiretap"], ["quixotry", "asdfgh"]):
        for one in words:
            ask(one)
        with django_assert_num_queries(6):
            client.get(PAGE)
