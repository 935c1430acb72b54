"""Calls in their order, page by page; their theme in the words of the vocabulary."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from calls import views, workflow
from calls.models import Call
from contributions import curating
from contributions import workflow as contributions_workflow
from contributions.models import Revision
from tests.factories.accounts import UserFactory
from tests.factories.calls import call, opened
from tests.factories.contributions import content
from vocabulary.models import Concept

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]


def days(number: int) -> Any:
    return timezone.now() + timedelta(days=number)


def over(by: User, slug: str, ago: int) -> Call:
    made = opened(by, slug=slug)
    Call.objects.filter(pk=made.pk).update(deadline=days(-ago), opened_at=days(-ago - 9))
    return made


def concept(slug: str) -> Concept:
    return Concept.objects.get(slug=slug)


# Order and pages


def test_open_ones_stand_first_the_nearest_deadline_on_top(coordinator: User) -> None:
    over(coordinator, "long-over", 90)
    over(coordinator, "just-over", 1)
    call(coordinator, slug="prepared", deadline=days(400))
    opened(coordinator, slug="later", deadline=days(300))
    opened(coordinator, slug="sooner", deadline=days(3))
    workflow.close_call(opened(coordinator, slug="ended", deadline=days(500)), by=coordinator)

    assert list(Call.objects.in_order().values_list("slug", flat=True)) == [
        "sooner", "later", "prepared", "ended", "just-over", "long-over",
    ]  # fmt: skip


def test_an_open_call_is_on_the_first_page_however_many_are_over(
    as_user: AsUser, coordinator: User, member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PER_PAGE", 3)
    for number in range(4):
        over(coordinator, f"over-{number}", number + 1)
    opened(coordinator, slug="open-now", deadline=days(1))
    client = as_user(member)

    first = client.get("/calls/").content.decode()
    second = client.get("/calls/?page=2").content.decode()

    def shown(html: str) -> list[str]:
        return [slug for slug in slugs if f"/calls/{slug}/" in html]

    slugs = ["open-now", *(f"over-{number}" for number in range(4))]
    assert shown(first) == ["open-now", "over-0", "over-1"]
    assert "?page=2" in first
    assert shown(second) == ["over-2", "over-3"]
    assert "No call is open." not in second
    assert client.get("/calls/?page=nonsense").status_code == 200


def test_what_came_is_shown_page_by_page(
    as_user: AsUser, coordinator: User, member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PER_PAGE", 2)
    made = opened(coordinator)
    for number in range(3):
        revision = workflow.answer(made, by=UserFactory())
        revision.content = content(title=f"Answer number {number}")
        revision.save()
        contributions_workflow.perform("submit", revision, by=revision.author)
        contributions_workflow.perform("approve", revision, by=coordinator)
    client = as_user(member)

    pages = [client.get(f"/calls/first-hours/?page={n}").content.decode() for n in (1, 2)]

    def shown(html: str) -> list[int]:
        return [number for number in range(3) if f"Answer number {number}" in html]

    assert [shown(html) for html in pages] == [[1, 2], [0]]


# Theme


def test_coordinators_choose_the_theme_among_accepted_tags(
    as_user: AsUser, coordinator: User, member: User
) -> None:
    proposed = Concept.objects.propose("Caravans", "en", member)
    made = call(coordinator)
    client = as_user(coordinator)
    page = f"/admin/calls/call/{made.pk}/change/"
    html = client.get(page).content.decode()
    assert f'name="themes" value="{concept("victim-identification").pk}"' in html
    assert f'name="themes" value="{proposed.pk}"' not in html

    def save(*themes: Concept) -> str:
        posted = {
            "slug": "first-hours", "kind": "practice", "themes": [one.pk for one in themes],
            "deadline": "2030-05-31T23:59", "time_zone": "UTC",
            "texts-TOTAL_FORMS": "0", "texts-INITIAL_FORMS": "0",
        }  # fmt: skip
        return client.post(page, posted, follow=True).content.decode()

    assert "Select a valid choice" in save(proposed)
    assert made.themes.count() == 0
    save(concept("victim-identification"))
    assert made.theme() == [concept("victim-identification")]


def test_the_theme_stands_in_the_list_and_on_the_page_in_the_readers_language(
    as_user: AsUser, coordinator: User
) -> None:
    theme = concept("victim-identification")
    opened(coordinator).themes.add(theme)
    french = as_user(UserFactory(language="fr"))

    label = theme.label("fr")
    assert label != theme.label("en")
    for page in ("/calls/", "/calls/first-hours/"):
        html = french.get(page).content.decode()
        assert f'lang="fr" dir="ltr">{label}<' in html
    assert '<a class="chip" href="/tags/victim-identification/">' in html


def test_what_answers_begins_with_the_theme_as_tags(coordinator: User) -> None:
    theme = concept("victim-identification")
    made = opened(coordinator)
    made.themes.add(theme)

    revision = workflow.answer(made, by=UserFactory(language="fr"))

    assert revision.content["tags"] == [theme.label("fr")]
    assert Revision.objects.count() == 1


def test_a_theme_that_was_merged_is_shown_as_what_it_was_merged_into(
    as_user: AsUser, coordinator: User, member: User
) -> None:
    proposed = Concept.objects.propose("Finding victims", "en", member)
    curating.accept(proposed, by=coordinator)
    gone = Concept.objects.propose("Passing fashion", "en", member)
    curating.accept(gone, by=coordinator)
    made = opened(coordinator)
    made.themes.add(proposed, gone)
    target = concept("victim-identification")

    curating.merge(proposed, into=target, by=coordinator)
    curating.reject(gone, by=coordinator, note="Too vague.")

    assert Call.objects.get().theme() == [target]
    form: Any = as_user(coordinator).get(f"/admin/calls/call/{made.pk}/change/").context
    assert form["adminform"].form.initial["themes"] == [target]


def test_the_page_says_when_the_form_has_changed_since(
    as_user: AsUser, coordinator: User, member: User
) -> None:
    opened(coordinator)
    client = as_user(member)
    assert "the form has changed" not in client.get("/calls/first-hours/").content.decode()

    Call.objects.update(edition=1)

    assert "now 2: the form has changed" in client.get("/calls/first-hours/").content.decode()


def test_the_address_of_the_questions_is_not_given_to_a_call(
    as_user: AsUser, coordinator: User
) -> None:
    posted = {
        "slug": "ask", "kind": "practice", "deadline": "2030-05-31T23:59",
        "time_zone": "UTC", "texts-TOTAL_FORMS": "0", "texts-INITIAL_FORMS": "0",
    }  # fmt: skip

    response = as_user(coordinator).post("/admin/calls/call/add/", posted)

    assert "this one is taken" in response.content.decode()
    assert not Call.objects.exists()
