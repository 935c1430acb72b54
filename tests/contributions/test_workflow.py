"""The product table: what can be done with a text, by whom, in which state."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from contributions import drafts, workflow
from contributions.models import Contribution, Decision, Notification, Revision, SearchDocument
from contributions.workflow import Action, WrongStateError
from tests.factories.accounts import UserFactory
from tests.factories.contributions import archived, content, draft, published, sent

pytestmark = pytest.mark.django_db

# One row for each state of a text; "archived" is an approved text that is not shown any more.
STATES = (
    "draft", "submitted", "in_review", "changes_requested", "approved", "archived", "declined",
    "withdrawn",
)  # fmt: skip
ROLES = ("member", "focal", "reviewer", "coordinator", "administrator")

# What each may do with the own text. Being more than a member adds nothing to it …
OWN = {
    "draft": {"submit", "withdraw"},
    "submitted": {"withdraw"},
    "in_review": {"withdraw"},
    "changes_requested": {"submit", "withdraw"},
    "approved": set(),
    "archived": set(),
    "declined": {"resume"},
    "withdrawn": {"resume"},
}
# … except that coordinators archive and restore, also what they wrote …
OWN_OF_COORDINATORS = OWN | {"approved": {"archive"}, "archived": {"restore"}}
# … and that focal points publish efforts of the own country.
OWN_EFFORTS_OF_FOCAL_POINTS = OWN | {
    state: OWN[state] | {"publish"}
    for state in ("draft", "submitted", "in_review", "changes_requested")
}
# With the text of somebody else.
OTHERS: dict[str, dict[str, set[str]]] = {
    "member": {},
    "focal": {},
    "reviewer": {
        "submitted": {"review", "request_changes"},
        "in_review": {"request_changes"},
    },
    "coordinator": {
        "submitted": {"review", "request_changes", "approve", "decline"},
        "in_review": {"request_changes", "approve", "decline"},
        "approved": {"archive"},
        "archived": {"restore"},
    },
}
OTHERS["administrator"] = OTHERS["coordinator"]
NOTE = "Because of a reason."


def person(role: str) -> User:
    if role == "member":
        return UserFactory()
    if role == "focal":
        return UserFactory(speaks_for="MA")
    return UserFactory(role=role)


def in_state(state: str, kind: str, by: User, **changes: Any) -> Revision:
    """A text of `by` in the state, brought there by the workflow itself."""
    other = UserFactory(role="coordinator")
    if state == "draft":
        return draft(kind, by=by, **changes)
    if state in ("approved", "archived"):
        make = published if state == "approved" else archived
        live = make(kind, by=by, approver=other, **changes).live if state == "approved" else None
        live = live or make(kind, by=by, **changes).live
        assert live is not None
        return Revision.objects.select_related("contribution").get(pk=live.pk)
    if state == "withdrawn":
        revision = draft(kind, by=by, **changes)
        workflow.perform("withdraw", revision, by=by)
        return revision
    revision = sent(kind, by=by, **changes)
    step = {"in_review": "review", "changes_requested": "request_changes", "declined": "decline"}
    if state in step:
        workflow.perform(step[state], revision, by=other, note=NOTE)
    return revision


def expected(state: str, role: str, kind: str, *, own: bool) -> set[str]:
    if not own:
        return OTHERS[role].get(state, set())
    if role in ("coordinator", "administrator"):
        return OWN_OF_COORDINATORS[state]
    if role == "focal" and kind == "effort":
        return OWN_EFFORTS_OF_FOCAL_POINTS[state]
    return OWN[state]


@pytest.mark.parametrize("kind", ["practice", "lesson", "effort"])
@pytest.mark.parametrize("own", [True, False], ids=["own", "others"])
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", STATES)
def test_who_may_do_what_when(state: str, role: str, own: bool, kind: str) -> None:
    """What is available is what the table says, and everything else is refused when tried."""
    actor = person(role)
    revision = in_state(state, kind, actor if own else UserFactory())
    before = Revision.objects.values().get(pk=revision.pk)

    available = workflow.available(actor, revision)
    for action in set(Action) - set(available):
        with pytest.raises((PermissionDenied, WrongStateError)):
            workflow.perform(action, revision, by=actor, note=NOTE)

    assert {action.value for action in available} == expected(state, role, kind, own=own)
    assert Revision.objects.values().get(pk=revision.pk) == before


@pytest.mark.parametrize(
    ("action", "state", "by", "becomes"),
    [
        ("submit", "draft", "author", "submitted"),
        ("submit", "changes_requested", "author", "submitted"),
        ("withdraw", "draft", "author", "withdrawn"),
        ("withdraw", "submitted", "author", "withdrawn"),
        ("withdraw", "in_review", "author", "withdrawn"),
        ("resume", "withdrawn", "author", "draft"),
        ("resume", "declined", "author", "draft"),
        ("review", "submitted", "reviewer", "in_review"),
        ("request_changes", "submitted", "reviewer", "changes_requested"),
        ("request_changes", "in_review", "reviewer", "changes_requested"),
        ("approve", "submitted", "coordinator", "approved"),
        ("approve", "in_review", "coordinator", "approved"),
        ("decline", "in_review", "coordinator", "declined"),
    ],
)
def test_each_step_leads_where_it_says_and_is_kept(
    action: str, state: str, by: str, becomes: str, author: User
) -> None:
    revision = in_state(state, "practice", author)
    actor = author if by == "author" else UserFactory(role=by)

    decision = workflow.perform(action, revision, by=actor, note=f" {NOTE}\x00 ")

    revision.refresh_from_db()
    assert revision.state == becomes
    assert (decision.from_state, decision.to_state) == (state, becomes)
    assert (decision.by, decision.note, decision.revision) == (actor, NOTE, revision)
    assert revision.contribution.open_state == (becomes if revision.is_open else "")


@pytest.mark.parametrize("action", ["request_changes", "decline"])
@pytest.mark.parametrize("note", ["", "  \n", "\x00"])
def test_a_refusal_needs_a_reason(action: str, note: str, coordinator: User) -> None:
    revision = sent()

    with pytest.raises(ValidationError) as refused:
        workflow.perform(action, revision, by=coordinator, note=note)

    assert refused.value.message_dict["note"]
    revision.refresh_from_db()
    assert revision.state == "submitted"
    assert not Decision.objects.filter(action=action).exists()


def test_archiving_needs_a_reason_and_restoring_none(coordinator: User) -> None:
    live = published().live
    assert live is not None

    with pytest.raises(ValidationError):
        workflow.perform("archive", live, by=coordinator)
    workflow.perform("archive", live, by=coordinator, note=NOTE)
    assert Contribution.objects.get().status == "archived"
    workflow.perform("restore", live, by=coordinator)

    assert Contribution.objects.get().status == "published"


@pytest.mark.parametrize("lacking", ["title", "summary", "crime_scope", "consent_to_publish"])
def test_an_incomplete_text_is_not_sent(lacking: str, author: User) -> None:
    revision = draft(by=author, **{lacking: ""})

    with pytest.raises(ValidationError) as refused:
        workflow.perform("submit", revision, by=author)

    assert set(refused.value.message_dict) == {lacking}
    revision.refresh_from_db()
    assert revision.state == "draft"


def test_what_the_coordinator_sets_is_checked_too(coordinator: User) -> None:
    revision = sent(operational_detail="yes", visibility="members")

    with pytest.raises(ValidationError):
        workflow.perform("approve", revision, by=coordinator, changes={"visibility": "public"})

    revision.refresh_from_db()
    assert revision.content["visibility"] == "members"
    assert not Contribution.objects.get().is_published


def test_approval_writes_the_live_row_its_relations_and_the_search_document(
    coordinator: User,
) -> None:
    revision = sent(objectives=["5"], countries=["MA", "NE"])

    workflow.perform("approve", revision, by=coordinator, changes={"visibility": "members"})

    contribution = Contribution.objects.get()
    assert contribution.live == revision
    assert (contribution.status, contribution.visibility) == ("published", "members")
    assert contribution.title == content()["title"]
    assert sorted(contribution.objective_numbers) == [(3, True), (5, False)]
    assert {country.pk for country in contribution.countries.all()} == {"MA", "NE"}
    assert [r.statement for r in contribution.practice.results.all()] == [
        "Every court is represented."
    ]
    assert SearchDocument.objects.filter(contribution=contribution).count() == 1
    assert revision.version == 1


def test_the_old_version_stays_while_a_new_one_waits_and_rows_are_replaced(
    author: User, coordinator: User
) -> None:
    contribution = published(by=author)
    second = drafts.revise(contribution, by=author)
    drafts.save(second, {"title": "Second", "results": [{"statement": "New"}]}, by=author, lock=0)
    workflow.perform("submit", second, by=author)
    contribution.refresh_from_db()
    assert (contribution.title, contribution.open_state) == (content()["title"], "submitted")

    workflow.perform("approve", second, by=coordinator)

    contribution.refresh_from_db()
    assert (contribution.title, contribution.open_state) == ("Second", "")
    assert [r.statement for r in contribution.practice.results.all()] == ["New"]
    assert second.version == 2


def test_declining_a_new_version_leaves_the_published_one(author: User, coordinator: User) -> None:
    contribution = published(by=author)
    second = drafts.revise(contribution, by=author)
    workflow.perform("submit", second, by=author)

    workflow.perform("decline", second, by=coordinator, note=NOTE)

    contribution.refresh_from_db()
    assert (contribution.status, contribution.open_state) == ("published", "")


def test_archived_texts_leave_the_search(coordinator: User) -> None:
    archived()

    assert SearchDocument.objects.count() == 0


@pytest.mark.parametrize(
    ("countries", "may"),
    [(["MA"], True), (["NE"], False), (["MA", "NE"], False), ([], False), (["MA", "XX"], False)],
)
def test_a_focal_point_publishes_for_the_own_country_only(
    focal_point_morocco: User, countries: list[str], may: bool
) -> None:
    revision = draft("effort", by=focal_point_morocco, countries=countries)

    assert (Action.PUBLISH in workflow.available(focal_point_morocco, revision)) == may


def test_an_effort_cannot_be_carried_over_to_the_own_country(focal_point_morocco: User) -> None:
    """Published for Niger after review, then rewritten as Morocco's: it goes to review."""
    contribution = published("effort", by=focal_point_morocco, countries=["NE"])
    revision = drafts.revise(contribution, by=focal_point_morocco)
    drafts.save(revision, {"countries": ["MA"]}, by=focal_point_morocco, lock=0)
    revision.refresh_from_db()
    revision = Revision.objects.select_related("contribution").get(pk=revision.pk)

    assert Action.PUBLISH not in workflow.available(focal_point_morocco, revision)


def test_publishing_directly_checks_the_content(focal_point_morocco: User) -> None:
    revision = draft("effort", by=focal_point_morocco, title="")

    with pytest.raises(ValidationError):
        workflow.perform("publish", revision, by=focal_point_morocco)

    assert not Contribution.objects.get().is_published


def test_nobody_decides_on_what_they_helped_to_write(coordinator: User) -> None:
    revision = sent()
    revision.contribution.co_authors.add(coordinator)

    assert workflow.available(coordinator, revision) == [Action.WITHDRAW]
    with pytest.raises(PermissionDenied):
        workflow.perform("approve", revision, by=coordinator)


def test_a_coordinator_who_begins_a_new_version_does_not_approve_it(coordinator: User) -> None:
    contribution = published()
    revision = drafts.revise(contribution, by=coordinator)
    workflow.perform("submit", revision, by=coordinator)

    assert Action.APPROVE not in workflow.available(coordinator, revision)
    assert Action.APPROVE in workflow.available(UserFactory(role="coordinator"), revision)


def test_a_member_who_left_can_do_nothing(author: User) -> None:
    author.is_active = False
    author.save()
    revision = Revision.objects.select_related("contribution").get(pk=draft(by=UserFactory()).pk)
    Contribution.objects.update(owner=author)
    Revision.objects.update(author=author)
    revision.refresh_from_db()

    assert workflow.available(author, revision) == []


def test_taking_up_again_waits_while_another_version_is_open(author: User) -> None:
    contribution = published(by=author)
    first = drafts.revise(contribution, by=author)
    workflow.perform("withdraw", first, by=author)
    drafts.revise(contribution, by=author)

    with pytest.raises(WrongStateError):
        workflow.perform("resume", first, by=author)


# Who is told


def told(topic: str = "") -> set[tuple[str, str]]:
    lines = Notification.objects.select_related("recipient", "decision")
    return {
        (line.recipient.email, line.decision.action if line.decision else "")
        for line in lines
        if not topic or line.topic == topic
    }


def test_reviewers_hear_that_a_text_waits_and_authors_do_not(
    reviewer: User, coordinator: User, member: User
) -> None:
    revision = draft(by=UserFactory(role="reviewer"))
    workflow.perform("submit", revision, by=revision.author)

    assert told() == {(reviewer.email, "submit"), (coordinator.email, "submit")}


@pytest.mark.parametrize("action", ["review", "request_changes", "approve", "decline"])
def test_all_authors_hear_of_each_decision_by_inbox_and_mail(
    action: str, author: User, coordinator: User
) -> None:
    helper = UserFactory(email="helper@example.org")
    revision = sent(by=author)
    revision.contribution.co_authors.add(helper)
    Notification.objects.all().delete()
    mail.outbox.clear()

    workflow.perform(action, revision, by=coordinator, note=NOTE)

    assert told("decision") == {(author.email, action), (helper.email, action)}
    assert sorted(m.to[0] for m in mail.outbox) == sorted([author.email, helper.email])
    assert all(NOTE in str(m.body) for m in mail.outbox)


def test_nothing_is_told_of_a_step_that_failed(coordinator: User) -> None:
    revision = sent()
    mail.outbox.clear()
    before = Notification.objects.count()

    with pytest.raises(ValidationError):
        workflow.perform("decline", revision, by=coordinator, note="")

    assert (Notification.objects.count(), mail.outbox) == (before, [])


def test_every_action_has_words() -> None:
    labels = [str(action.label) for action in Action]

    assert all(labels)
    assert len(set(labels)) == len(labels)
    assert set(Action) <= set(workflow.TRANSITIONS)
    assert {a.value for a in Action} <= set(Decision.DONE)
    assert all(a != b for a, b in itertools.combinations(Action, 2))
