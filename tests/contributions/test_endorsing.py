"""Focal points hear of what is written about their country, and endorse it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from contributions import drafts, endorsing, workflow
from contributions.models import Contribution, Decision, Endorsement, Notification, Revision
from tests.factories.accounts import UserFactory
from tests.factories.contributions import draft, published, sent

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]


def page(of: Contribution | Revision, name: str = "endorse") -> str:
    contribution = of.contribution if isinstance(of, Revision) else of
    return f"/contributions/{contribution.code}/{name}/"


def form(revision: Revision, **changes: Any) -> dict[str, Any]:
    revision.refresh_from_db()
    typed = {"country": "MA", "note": "", "revision": revision.pk, "lock": revision.lock}
    return typed | changes


def live(contribution: Contribution) -> Revision:
    assert contribution.live is not None
    return contribution.live


def test_focal_points_hear_of_what_is_sent_about_their_country(focal_point_morocco: User) -> None:
    niger = UserFactory(speaks_for="NE")
    sent(countries=["MA", "PK"])
    sent("lesson", countries=["MA"], anonymous_to_members=True)
    sent("effort", by=focal_point_morocco, countries=["MA"])

    told = Notification.objects.filter(topic="country")
    assert [line.recipient for line in told] == [focal_point_morocco]
    assert not Notification.objects.filter(recipient=niger).exists()


def test_it_is_read_endorsed_and_said_on_the_page_when_published(
    as_user: AsUser, visitor: Client, focal_point_morocco: User, coordinator: User, author: User
) -> None:
    revision = sent(by=author)
    client = as_user(focal_point_morocco)
    assert client.get(page(revision, "preview")).status_code == 200

    client.post(page(revision), form(revision, note="Known to the ministry."))
    workflow.perform("approve", revision, by=coordinator)
    html = visitor.get(f"/practices/{revision.contribution.code}/").content.decode()

    assert "Endorsed by the focal point of Morocco" in html
    assert "Known to the ministry." in html
    told = Notification.objects.get(topic="endorsed")
    assert told.recipient == author
    assert Decision.objects.get(action="endorse").by == focal_point_morocco


def test_a_new_version_says_which_one_was_endorsed(
    visitor: Client, focal_point_morocco: User, coordinator: User, author: User
) -> None:
    contribution = published(by=author)
    first = live(contribution)
    endorsing.endorse(first, country="MA", by=focal_point_morocco, lock=first.lock)
    second = drafts.revise(contribution, by=author)
    workflow.perform("submit", second, by=author)
    workflow.perform("approve", second, by=coordinator)

    html = visitor.get(f"/practices/{contribution.code}/").content.decode()

    assert "endorsed version 1, not the one shown now" in html


def test_a_text_changed_since_is_not_endorsed(
    as_user: AsUser, focal_point_morocco: User, coordinator: User, author: User
) -> None:
    revision = sent(by=author)
    old = form(revision)
    endorsing.endorse(revision, country="MA", by=focal_point_morocco, lock=revision.lock)
    workflow.perform("request_changes", revision, by=coordinator, note="Shorter.")
    drafts.save(revision, {"title": "Rewritten"}, by=author, lock=revision.lock)
    workflow.perform("submit", revision, by=author)

    html = as_user(focal_point_morocco).post(page(revision), old).content.decode()

    assert "The text was changed while you read it." in html
    assert not Endorsement.objects.standing().exists()


def test_it_is_taken_back_by_who_speaks_for_the_country(
    as_user: AsUser, focal_point_morocco: User, visitor: Client
) -> None:
    contribution = published()
    revision = live(contribution)
    one = endorsing.endorse(revision, country="MA", by=focal_point_morocco, lock=revision.lock)
    assert one is not None
    back = f"{page(contribution)}{one.pk}/back/"

    assert as_user(UserFactory(speaks_for="NE")).post(back).status_code == 403
    as_user(UserFactory(speaks_for="MA")).post(back)

    html = visitor.get(f"/practices/{contribution.code}/").content.decode()
    assert "Endorsed by" not in html
    again = endorsing.endorse(revision, country="MA", by=focal_point_morocco, lock=revision.lock)
    assert again != one


@pytest.mark.parametrize(
    ("who", "answer"), [("member", 403), ("reviewer", 403), ("coordinator", 403), ("NE", 403)]
)
def test_others_do_not_endorse(as_user: AsUser, who: str, answer: int) -> None:
    contribution = published()
    person = (
        UserFactory(speaks_for="NE")
        if who == "NE"
        else (UserFactory() if who == "member" else UserFactory(role=who))
    )

    response = as_user(person).post(page(contribution), form(live(contribution)))

    assert response.status_code == answer
    assert not Endorsement.objects.exists()


def test_nobody_endorses_the_own_text_or_a_draft(
    as_user: AsUser, focal_point_morocco: User
) -> None:
    own = published("effort", by=focal_point_morocco)
    unsent = draft()

    client = as_user(focal_point_morocco)
    assert client.post(page(own), form(live(own))).status_code == 403
    assert client.get(page(unsent)).status_code == 404


def test_a_second_click_endorses_once(as_user: AsUser, focal_point_morocco: User) -> None:
    contribution = published()
    client = as_user(focal_point_morocco)
    for _click in range(2):
        client.post(page(contribution), form(live(contribution)))

    assert Endorsement.objects.count() == 1
    assert "Take it back" in client.get(page(contribution)).content.decode()


@pytest.mark.parametrize("changes", [{"country": "NE"}, {"lock": "x"}, {"note": "x" * 1001}])
def test_bad_input_is_answered(
    as_user: AsUser, focal_point_morocco: User, changes: dict[str, Any]
) -> None:
    contribution = published()

    response = as_user(focal_point_morocco).post(
        page(contribution), form(live(contribution), **changes)
    )

    assert response.status_code == 200
    assert not Endorsement.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_no_more_for_endorsements(
    visitor: Client, rows: int, django_assert_num_queries: Any
) -> None:
    countries = ["MA", "NE", "PK"]
    contribution = published(countries=countries)
    revision = live(contribution)
    for code in countries[:rows]:
        by = UserFactory(speaks_for=code)
        endorsing.endorse(revision, country=code, by=by, lock=revision.lock)
    address = f"/practices/{contribution.code}/"

    with django_assert_num_queries(4):  # a sign of the page, the record, what is near, its cards
        html = visitor.get(address).content.decode()

    assert html.count("Endorsed by the focal point") == rows
