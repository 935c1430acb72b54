"""Beginning, saving and revising: codes, locks, what stays and what does not."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import User
from contributions import drafts, workflow
from contributions.models import Contribution
from tests.factories.accounts import UserFactory
from tests.factories.contributions import archived, content, draft, published, sent

pytestmark = pytest.mark.django_db


def test_a_draft_begins_with_what_is_known_of_the_author(author: User) -> None:
    revision = drafts.begin("practice", by=author)

    assert revision.content["countries"] == ["MA"]
    assert revision.content["organisation"] == author.organisation
    assert revision.content["visibility"] == "members"
    assert (revision.number, revision.lock, revision.state) == (1, 0, "draft")
    assert revision.contribution.open_state == "draft"


def test_a_draft_is_in_the_language_of_its_author() -> None:
    revision = drafts.begin("practice", by=UserFactory(language="fr"))

    assert (revision.content["original_language"], revision.language) == ("fr", "fr")


def test_codes_count_each_kind_for_itself_beyond_four_digits(author: User) -> None:
    first = drafts.begin("practice", by=author).contribution
    Contribution.objects.filter(pk=first.pk).update(code="PR-9999")

    assert drafts.begin("practice", by=author).contribution.code == "PR-10000"
    assert drafts.begin("lesson", by=author).contribution.code == "LE-0001"
    assert drafts.begin("effort", by=author).contribution.code == "EF-0001"


def test_saving_keeps_what_the_page_did_not_show(author: User) -> None:
    revision = draft(by=author)

    saved = drafts.save(revision, {"title": "New"}, by=author, lock=0)

    assert saved.content == revision.content | {"title": "New"}
    assert saved.lock == 1
    assert saved.updated_at > revision.updated_at


def test_a_stale_save_writes_nothing_and_brings_what_is_saved(author: User) -> None:
    revision = draft(by=author)
    drafts.save(revision, {"title": "Theirs"}, by=author, lock=0)

    with pytest.raises(drafts.StaleFormError) as stale:
        drafts.save(revision, {"title": "Mine"}, by=author, lock=0)

    assert stale.value.revision.title == "Theirs"
    revision.refresh_from_db()
    assert (revision.title, revision.lock) == ("Theirs", 1)


@pytest.mark.parametrize("lock", [-1, 1, 99])
def test_no_other_number_than_the_last_is_accepted(author: User, lock: int) -> None:
    with pytest.raises(drafts.StaleFormError):
        drafts.save(draft(by=author), {"title": "x"}, by=author, lock=lock)


def test_a_repeated_save_is_harmless(author: User) -> None:
    revision = draft(by=author)

    for _again in range(2):
        drafts.save(revision, {"title": "Once"}, by=author, lock=0)

    revision.refresh_from_db()
    assert revision.lock == 1


@pytest.mark.parametrize("language", ["ar", "xx", ""])
def test_the_version_is_in_the_language_it_says_if_we_know_it(author: User, language: str) -> None:
    saved = drafts.save(draft(by=author), {"original_language": language}, by=author, lock=0)

    assert saved.language == ("ar" if language == "ar" else "en")
    assert saved.content["original_language"] == language


def test_others_save_nothing(author: User, member: User, coordinator: User) -> None:
    revision = draft(by=author)

    for other in (member, coordinator):
        with pytest.raises(PermissionDenied):
            drafts.save(revision, {"title": "x"}, by=other, lock=0)


def test_nothing_is_saved_into_what_waits(author: User) -> None:
    with pytest.raises(workflow.WrongStateError):
        drafts.save(sent(by=author), {"title": "x"}, by=author, lock=0)


def test_a_new_version_begins_with_the_live_text(author: User) -> None:
    contribution = published(by=author)

    revision = drafts.revise(contribution, by=author)

    assert contribution.live is not None
    assert revision.content == contribution.live.content
    assert (revision.number, revision.based_on_id) == (2, contribution.live_id)
    contribution.refresh_from_db()
    assert (contribution.open_state, contribution.status) == ("draft", "published")


def test_revising_twice_gives_the_same_version(author: User) -> None:
    contribution = published(by=author)

    assert drafts.revise(contribution, by=author) == drafts.revise(contribution, by=author)


def test_there_is_no_second_version_while_one_waits(author: User) -> None:
    contribution = published(by=author)
    workflow.perform("submit", drafts.revise(contribution, by=author), by=author)

    with pytest.raises(workflow.WrongStateError):
        drafts.revise(contribution, by=author)


def test_who_may_begin_a_new_version(
    author: User, member: User, reviewer: User, coordinator: User
) -> None:
    contribution = published(by=author)

    for other in (member, reviewer):
        with pytest.raises(PermissionDenied):
            drafts.revise(contribution, by=other)
    assert drafts.revise(contribution, by=coordinator).author == coordinator


def test_coordinators_leave_archived_texts_to_their_authors(
    author: User, coordinator: User
) -> None:
    with pytest.raises(PermissionDenied):
        drafts.revise(archived(by=author), by=coordinator)


def test_content_of_the_factories_is_complete() -> None:
    """The tests above stand on it."""
    assert {kind: sent(kind).state for kind in ("practice", "lesson", "effort")} == {
        "practice": "submitted", "lesson": "submitted", "effort": "submitted",
    }  # fmt: skip
    assert content()["form"] == "snapshot"
