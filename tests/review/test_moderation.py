"""The page of one submission in the admin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.models import User
from contributions import drafts, workflow
from contributions.models import Notification, Revision
from tests.factories.accounts import UserFactory
from tests.factories.contributions import content, published, sent

pytestmark = pytest.mark.django_db

QUEUE = "/admin/contributions/revision/"
AsUser = Callable[[User], Client]


def page(revision: Revision) -> str:
    return f"{QUEUE}{revision.pk}/moderate/"


def decision(revision: Revision, action: str, **more: Any) -> dict[str, Any]:
    return {
        "action": action, "note": "", "visibility": "public", "maturity": "", "tags": "",
        "coordinator_note": "", "lock": revision.lock,
    } | more  # fmt: skip


@pytest.mark.parametrize("role", ["member", "focal_point_morocco"])
def test_the_queue_is_closed_to_others(
    as_user: AsUser, request: pytest.FixtureRequest, role: str
) -> None:
    revision = sent()
    client = as_user(request.getfixturevalue(role))

    assert client.get(QUEUE).status_code in (302, 403)
    assert client.get(page(revision)).status_code in (302, 403)
    assert client.post(page(revision), decision(revision, "approve")).status_code in (302, 403)
    revision.refresh_from_db()
    assert revision.state == "submitted"


def test_one_page_shows_text_checks_differences_and_history(
    as_user: AsUser, coordinator: User, author: User
) -> None:
    contribution = published(by=author, approver=coordinator, title="Ten prosecutors")
    revision = drafts.revise(contribution, by=author)
    revision = drafts.save(
        revision, {"title": "Twelve <b>prosecutors", "summary": "Write to a@b.org."},
        by=author, lock=revision.lock,
    )  # fmt: skip
    workflow.perform("submit", revision, by=author)

    html = as_user(coordinator).get(page(revision)).content.decode()

    assert '<del><span class="mod-sr" lang="en">removed: </span>Ten prosecutors</del>' in html
    assert (
        '<ins><span class="mod-sr" lang="en">added: </span>Twelve &lt;b&gt;prosecutors</ins>'
        in html
    )
    assert "may hold an e-mail address" in html
    assert "Approved and published" in html
    assert "version 1 stays public until you decide" in html


def test_publishing_sets_maturity_visibility_and_tags_and_tells_the_author(
    as_user: AsUser, coordinator: User, author: User
) -> None:
    revision = sent(by=author)
    data = decision(
        revision, "approve", maturity="promising", visibility="members", tags="prosecutors"
    )

    response = as_user(coordinator).post(page(revision), data)

    assert response.status_code == 302
    contribution = revision.contribution
    contribution.refresh_from_db()
    assert contribution.status == "published"
    assert contribution.visibility == "members"
    assert contribution.practice.maturity == "promising"
    assert [tag.slug for tag in contribution.tags.all()] == ["prosecutors"]
    told = Notification.objects.get(recipient=author)
    assert told.decision is not None
    assert told.decision.changes == {
        "maturity": "promising", "visibility": "members", "tags": ["prosecutors"],
    }  # fmt: skip
    assert [message.to for message in mail.outbox][-1] == [author.email]


@pytest.mark.parametrize("action", ["request_changes", "decline"])
def test_a_refusal_needs_a_reason_and_the_author_reads_it(
    as_user: AsUser, coordinator: User, author: User, action: str
) -> None:
    revision = sent(by=author)
    client = as_user(coordinator)

    silent = client.post(page(revision), decision(revision, action, coordinator_note="Mine"))

    assert silent.status_code == 200
    assert "Give the reason. The author reads it." in silent.content.decode()
    assert ">Mine</textarea>" in silent.content.decode().replace("\n", "")
    revision.refresh_from_db()
    assert revision.state == "submitted"

    client.post(page(revision), decision(revision, action, note="Which court do you mean?"))

    told = Notification.objects.get(recipient=author)
    assert told.text == "Which court do you mean?"


def test_nobody_decides_on_own_text(as_user: AsUser, coordinator: User) -> None:
    revision = sent(by=coordinator)

    html = as_user(coordinator).get(page(revision)).content.decode()
    as_user(coordinator).post(page(revision), decision(revision, "approve"))

    assert "This is your own text" in html
    revision.refresh_from_db()
    assert revision.state == "submitted"


def test_a_reviewer_returns_but_does_not_publish(as_user: AsUser, reviewer: User) -> None:
    revision = sent()
    client = as_user(reviewer)

    client.post(page(revision), decision(revision, "approve"))
    revision.refresh_from_db()
    assert revision.state == "submitted"

    client.post(page(revision), decision(revision, "request_changes", note="Add the year."))
    revision.refresh_from_db()
    assert revision.state == "changes_requested"


def test_what_changed_after_it_was_read_is_not_decided(
    as_user: AsUser, coordinator: User, author: User
) -> None:
    revision = sent(by=author)
    read = decision(revision, "approve")
    workflow.perform("withdraw", revision, by=author)
    workflow.perform("resume", revision, by=author)
    drafts.save(revision, content(title="Something else"), by=author, lock=revision.lock)
    revision.refresh_from_db()
    workflow.perform("submit", revision, by=author)

    response = as_user(coordinator).post(page(revision), read)

    assert "The author changed the text while you read it" in response.content.decode()
    revision.refresh_from_db()
    assert revision.state == "submitted"


def test_save_and_next_opens_the_one_that_waits_longest(as_user: AsUser, coordinator: User) -> None:
    now, later = sent(title="Now"), sent(title="Later")

    response = as_user(coordinator).post(
        page(now), decision(now, "approve", _next="Save and open the next")
    )

    assert response.headers["Location"] == page(later)


def test_save_and_next_passes_by_own_texts(as_user: AsUser, coordinator: User) -> None:
    now, _own, later = sent(), sent(by=coordinator), sent()

    response = as_user(coordinator).post(page(now), decision(now, "review", _next="1"))

    assert response.headers["Location"] == page(later)


def test_reviewers_are_asked_only_what_they_may_set(as_user: AsUser, reviewer: User) -> None:
    revision = sent(title="Kept")
    revision.contribution.coordinator_note = "Ask the ministry first."
    revision.contribution.save()
    client = as_user(reviewer)

    html = client.get(page(revision)).content.decode()
    client.post(page(revision), decision(revision, "review", coordinator_note="Mine"))

    for name in ("maturity", "visibility", "tags", "coordinator_note"):
        assert f'name="{name}"' not in html
    assert "Ask the ministry first." not in html
    revision.contribution.refresh_from_db()
    assert revision.contribution.coordinator_note == "Ask the ministry first."


@pytest.mark.parametrize("dies", ["before its end", "after its end"])
def test_a_decision_and_the_note_with_it_are_kept_both_or_neither(
    as_user: AsUser, coordinator: User, monkeypatch: pytest.MonkeyPatch, dies: str
) -> None:
    revision = sent()
    perform = workflow.perform

    def killed(*args: Any, **kwargs: Any) -> None:
        if dies == "after its end":
            perform(*args, **kwargs)
        raise ConnectionResetError

    if dies == "after its end":
        monkeypatch.setattr(workflow, "perform", killed)
    else:
        monkeypatch.setattr(workflow.notifications, "tell", killed)
    with pytest.raises(ConnectionResetError):
        as_user(coordinator).post(
            page(revision), decision(revision, "review", coordinator_note="Ask the ministry.")
        )

    revision.refresh_from_db()
    revision.contribution.refresh_from_db()
    kept = (revision.state, revision.contribution.coordinator_note)
    assert kept == (
        ("in_review", "Ask the ministry.") if dies == "after its end" else ("submitted", "")
    )


def test_only_coordinators_write_their_note(reviewer: User) -> None:
    revision = sent()

    with pytest.raises(PermissionDenied):
        workflow.perform("review", revision, by=reviewer, coordinator_note="Mine")

    revision.refresh_from_db()
    assert revision.state == "submitted"


def test_a_preview_shows_the_open_version_of_each_language(
    as_user: AsUser, coordinator: User, author: User
) -> None:
    english = sent(by=author, title="Ten prosecutors")
    french = Revision.objects.create(
        contribution=english.contribution, number=2, author=author, language="fr",
        state="submitted", submitted_at=english.submitted_at, edition=english.edition,
        content=english.content | {"title": "Dix procureurs", "original_language": "fr"},
    )  # fmt: skip
    client, address = (
        as_user(coordinator), f"/contributions/{english.contribution.code}/preview/"
    )  # fmt: skip

    for query, title in (("", "Ten prosecutors"), ("?n=2", "Dix procureurs"),
                         ("?n=1", "Ten prosecutors"), ("?n=x", "Ten prosecutors")):  # fmt: skip
        assert f">{title}</h1>" in client.get(address + query).content.decode(), query
    assert f"{address}?n=2" in client.get(page(french)).content.decode()


def test_a_recommendation_does_not_claim_that_the_author_was_told(
    as_user: AsUser, reviewer: User
) -> None:
    revision = sent()

    html = as_user(reviewer).post(page(revision), decision(revision, "recommend"), follow=True)

    said = html.content.decode()
    assert "Coordinators have been told, the author has not." in said
    assert "The author has been told." not in said


def test_it_can_be_read_as_readers_will_see_it(as_user: AsUser, reviewer: User) -> None:
    revision = sent(title="As they will read it")
    client, address = as_user(reviewer), f"/contributions/{revision.contribution.code}/preview/"

    assert f'href="{address}?n=1"' in client.get(page(revision)).content.decode()
    assert "As they will read it" in client.get(address).content.decode()


def test_a_withheld_author_is_not_named_to_reviewers(as_user: AsUser, reviewer: User) -> None:
    author = UserFactory(name="Amina Unique", function="Judge of Fez")
    revision = sent("lesson", by=author, anonymous_to_members=True)
    client = as_user(reviewer)

    for address in (QUEUE, page(revision), "/admin/contributions/contribution/"):
        html = client.get(address).content.decode()
        assert "Amina Unique" not in html
        assert "Judge of Fez" not in html


def test_fields_that_would_name_a_withheld_author_are_for_coordinators(
    as_user: AsUser, reviewer: User, coordinator: User
) -> None:
    revision = sent("lesson", anonymous_to_members=True, organisation="Court of Unique")

    assert "Court of Unique" not in as_user(reviewer).get(page(revision)).content.decode()
    assert "Court of Unique" in as_user(coordinator).get(page(revision)).content.decode()
