"""Texts of older editions open in today's form; approved ones stay as they were approved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from contributions import drafts, editions, kinds, rendering, workflow
from contributions.editions import Step
from contributions.models import Revision
from tests.factories.contributions import content, draft, published
from tests.factories.editions import one_edition_further

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]


def rename(old: dict[str, Any]) -> dict[str, Any]:
    """“Context” used to be asked as “setting”, and “weather” was asked."""
    if "setting" in old:
        old["context"] = old.pop("setting")
    old.pop("weather", None)
    return old


NEXT = Step(rename, retired={"weather": "What was the weather like?", "setting": "Setting"})


@pytest.fixture
def new_form() -> Iterator[kinds.Kind]:
    """A practice form that is one edition further than what is stored."""
    with one_edition_further("practice", NEXT) as kind:
        yield kind


def old_draft(by: User, **changes: Any) -> Revision:
    revision = draft(by=by, **{"setting": "A large country.", "weather": "Rain."} | changes)
    Revision.objects.filter(pk=revision.pk).update(edition=2)
    revision.refresh_from_db()
    return revision


def test_the_edition_counts_the_steps(new_form: kinds.Kind) -> None:
    assert new_form.edition == 3
    assert kinds.get("lesson").edition == 2


def test_an_old_draft_opens_in_todays_form(
    new_form: kinds.Kind, as_user: AsUser, author: User
) -> None:
    revision = old_draft(author, form="full")

    html = as_user(author).get(f"/contributions/{revision.contribution.code}/edit/?part=how")

    assert "A large country." in html.content.decode()
    revision.refresh_from_db()
    assert revision.edition == 2  # looking writes nothing


def test_saving_keeps_it_in_todays_shape(new_form: kinds.Kind, author: User) -> None:
    revision = old_draft(author)

    saved = drafts.save(revision, {"title": "New"}, by=author, lock=0)

    assert saved.edition == 3
    assert saved.content["context"] == "A large country."
    assert saved.content["title"] == "New"
    assert "setting" not in saved.content


def test_a_draft_that_is_begun_again_is_of_todays_edition(
    new_form: kinds.Kind, author: User
) -> None:
    first = drafts.begin_once("practice", by=author, content={"form": "snapshot"})
    Revision.objects.filter(pk=first.pk).update(edition=1)

    again = drafts.begin_once("practice", by=author, content={"form": "full"})

    again.refresh_from_db()
    assert again == first
    assert again.edition == 3


def test_a_text_that_waited_while_the_form_changed_is_published_in_todays_shape(
    new_form: kinds.Kind, author: User, coordinator: User
) -> None:
    revision = old_draft(author)
    Revision.objects.filter(pk=revision.pk).update(state="submitted")
    revision.refresh_from_db()

    workflow.perform("approve", revision, by=coordinator)

    assert revision.contribution.practice.context == "A large country."
    assert revision.edition == 3


def test_an_approved_version_stays_and_is_shown_as_it_was(
    new_form: kinds.Kind, as_user: AsUser, author: User, visitor: Client
) -> None:
    contribution = published(by=author)
    old = contribution.live
    assert old is not None
    Revision.objects.filter(pk=old.pk).update(
        content=old.content | {"weather": "Rain.", "setting": "A large country."}, edition=2
    )

    html = visitor.get(f"/contributions/{contribution.code}/versions/1/").content.decode()

    assert "Asked in an earlier form" in html
    assert "What was the weather like?" in html
    assert "Rain." in html
    old.refresh_from_db()
    assert old.content["weather"] == "Rain."
    as_user(author).post(f"/contributions/{contribution.code}/revise/")
    new = contribution.revisions.get(state="draft")
    assert (new.edition, new.content["context"]) == (3, "A large country.")
    assert "weather" not in new.content


def test_what_is_no_longer_asked_is_shown_as_taken_out(new_form: kinds.Kind) -> None:
    old = content() | {"weather": "Rain."}
    before, after = rendering.several(new_form, [old, content()])

    assert before[-1].fields[0].text == "Rain."
    assert after[-1].fields[0].text == ""
    assert rendering.filled(after)[-1].title != before[-1].title


def test_a_step_gets_a_copy_of_rows_too() -> None:
    def without_rows(old: dict[str, Any]) -> dict[str, Any]:
        old["results"].clear()
        return old

    before = kinds.get("practice")
    stored = content()

    editions.upgraded(replace(before, steps=(Step(without_rows),)), stored, 1)

    assert stored["results"] == content()["results"]


def test_todays_content_is_left_alone() -> None:
    kind = kinds.get("practice")
    now = content()

    assert editions.upgraded(kind, now, kind.edition) is now


JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=20) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(
    st.dictionaries(st.text(max_size=12), JSON), st.sampled_from(["practice", "lesson", "effort"])
)
def test_any_content_of_any_edition_comes_up_and_loses_nothing(
    typed: dict[str, Any], name: str
) -> None:
    kind = kinds.get(name)
    for edition in range(1, kind.edition + 1):
        up = editions.upgraded(kind, typed, edition)
        assert up.items() >= typed.items() or {k: up.get(k) for k in typed} == typed


def test_the_first_edition_gains_room_for_files() -> None:
    assert editions.upgraded(kinds.get("lesson"), {"title": "x"}, 1) == {
        "title": "x",
        "attachments": [],
    }
