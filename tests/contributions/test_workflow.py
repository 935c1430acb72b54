"""The product table: what can be done with a text, by whom, in which state."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from contributions import answering, drafts, history, workflow
from contributions.models import (
    Contribution,
    Decision,
    Notification,
    Point,
    Revision,
    SearchDocument,
)
from contributions.workflow import Action, WrongStateError
from countries.models import Country
from tests.factories.accounts import UserFactory
from tests.factories.contributions import archived, content, draft, published, sent

pytestmark = pytest.mark.django_db

# One row for each state of a text. "recommended" and "advised_against" wait, and somebody from
# elsewhere has said what they would decide; "archived" is an approved text that is not shown any
# more, "old" one with a newer version, "closed" an old one that only coordinators open.
STATES = (
    "draft", "submitted", "in_review", "recommended", "advised_against", "changes_requested",
    "approved", "archived", "old", "closed", "declined", "withdrawn",
)  # fmt: skip
WAITING = ("submitted", "in_review", "recommended", "advised_against")
ROLES = ("member", "focal", "reviewer", "coordinator", "administrator")

# What each may do with the own text. Being more than a member adds nothing to it …
OWN = {
    "draft": {"submit", "withdraw"},
    **{state: {"withdraw"} for state in WAITING},
    "changes_requested": {"submit", "withdraw"},
    "approved": {"confirm"},
    "archived": set(),
    "old": set(),
    "closed": set(),
    "declined": {"resume"},
    "withdrawn": {"resume"},
}
# … except that coordinators take away, also what they wrote; somebody else shows it again …
OWN_OF_COORDINATORS = OWN | {"approved": {"archive", "confirm"}, "old": {"close"}}
# … and that focal points publish efforts of the own country.
OWN_EFFORTS_OF_FOCAL_POINTS = OWN | {
    state: OWN[state] | {"publish"} for state in ("draft", "changes_requested", *WAITING)
}
# With the text of somebody else, about another country …
OTHERS: dict[str, dict[str, set[str]]] = {
    "member": {},
    "focal": {},
    "reviewer": {
        state: {"request_changes", "recommend", "advise_against"} for state in WAITING
    },
    "coordinator": {
        **{
            state: {"request_changes", "recommend", "advise_against", "approve", "decline"}
            for state in WAITING
        },
        "approved": {"archive", "confirm"},
        "archived": {"restore"},
        "old": {"close"},
        "closed": {"reopen"},
    },
}  # fmt: skip
# … and about the own country: nobody recommends, nobody decides alone, nobody shows it again.
OTHERS_OF_OWN_COUNTRY: dict[str, dict[str, set[str]]] = {
    "member": {},
    "focal": {"approved": {"confirm"}},
    "reviewer": {state: {"request_changes"} for state in WAITING},
    "coordinator": {
        "submitted": {"request_changes"},
        "in_review": {"request_changes"},
        "recommended": {"request_changes", "approve"},
        "advised_against": {"request_changes", "decline"},
        "approved": {"archive", "confirm"},
        "old": {"close"},
    },
}
for table in (OTHERS, OTHERS_OF_OWN_COUNTRY):
    for role in ("reviewer", "coordinator"):
        table[role]["submitted"] = table[role]["submitted"] | {"review"}
    table["administrator"] = table["coordinator"]
NOTE = "Because of a reason."


def person(role: str, country: str) -> User:
    home = Country.objects.get(pk=country)
    if role == "member":
        return UserFactory(country=home)
    if role == "focal":
        return UserFactory(country=home, speaks_for=country)
    return UserFactory(role=role, country=home)


def in_state(state: str, kind: str, by: User, **changes: Any) -> Revision:
    """A text of `by` about Morocco in the state, brought there by the workflow itself."""
    other = UserFactory(role="coordinator")
    if state == "draft":
        return draft(kind, by=by, **changes)
    if state in ("approved", "archived", "old", "closed"):
        return _once_published(state, kind, by, other, **changes)
    if state == "withdrawn":
        revision = draft(kind, by=by, **changes)
        workflow.perform("withdraw", revision, by=by)
        return revision
    revision = sent(kind, by=by, **changes)
    step = {
        "in_review": "review", "changes_requested": "request_changes", "declined": "decline",
        "recommended": "recommend", "advised_against": "advise_against",
    }  # fmt: skip
    if state in ("recommended", "advised_against"):
        workflow.perform("review", revision, by=other)
    if state in step:
        workflow.perform(step[state], revision, by=other, note=NOTE)
    return revision


def _once_published(state: str, kind: str, by: User, other: User, **changes: Any) -> Revision:
    make = archived if state == "archived" else published
    contribution = make(kind, by=by, approver=other, **changes)
    first = contribution.live
    assert first is not None
    if state in ("old", "closed"):
        second = drafts.revise(contribution, by=by)
        workflow.perform("submit", second, by=by)
        workflow.perform("approve", second, by=other)
    if state == "closed":
        workflow.perform("close", first, by=other, note=NOTE)
    return Revision.objects.select_related("contribution").get(pk=first.pk)


def expected(state: str, role: str, kind: str, *, whose: str, country: str) -> set[str]:
    if whose == "others":
        table = OTHERS_OF_OWN_COUNTRY if country == "MA" else OTHERS
        return table[role].get(state, set())
    if role in ("coordinator", "administrator"):
        return OWN_OF_COORDINATORS[state]
    if role == "focal" and kind == "effort" and country == "MA":
        return OWN_EFFORTS_OF_FOCAL_POINTS[state]
    return OWN[state]


@pytest.mark.parametrize("kind", ["practice", "lesson", "effort"])
@pytest.mark.parametrize("country", ["MA", "NE"])
@pytest.mark.parametrize("whose", ["own", "others"])
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", STATES)
def test_who_may_do_what_when(state: str, role: str, whose: str, country: str, kind: str) -> None:
    """What is available is what the table says, and everything else is refused when tried.
    `country` is the actor's; the texts are about Morocco."""
    actor = person(role, country)
    revision = in_state(state, kind, actor if whose == "own" else UserFactory())
    before = Revision.objects.values().get(pk=revision.pk)

    available = workflow.available(actor, revision)
    for action in set(Action) - set(available):
        with pytest.raises((PermissionDenied, WrongStateError)):
            workflow.perform(action, revision, by=actor, note=NOTE)

    wanted = expected(state, role, kind, whose=whose, country=country)
    assert {action.value for action in available} == wanted
    assert Revision.objects.values().get(pk=revision.pk) == before


# Four eyes


def test_a_recommendation_counts_for_the_text_as_it_was_sent_last(author: User) -> None:
    """Rewritten since, it needs the second person again."""
    moroccan = person("coordinator", "MA")
    revision = in_state("recommended", "practice", author)
    assert Action.APPROVE in workflow.available(moroccan, revision)

    workflow.perform("request_changes", revision, by=moroccan, note=NOTE)
    workflow.perform("submit", revision, by=author)

    assert Action.APPROVE not in workflow.available(moroccan, revision)
    with pytest.raises(PermissionDenied):
        workflow.perform("approve", revision, by=moroccan)


def test_an_international_record_is_no_countrys_own(author: User) -> None:
    moroccan = person("coordinator", "MA")
    alone = sent(by=author, countries=["MA", "NE"])
    shared = sent(by=author, countries=["MA", "NE"], international=True)

    assert Action.APPROVE not in workflow.available(moroccan, alone)
    assert Action.APPROVE in workflow.available(moroccan, shared)


def test_moving_a_record_to_another_country_does_not_escape_the_rule(author: User) -> None:
    """Published for Morocco, rewritten as Niger's: still Morocco's record."""
    contribution = published(by=author, countries=["MA"])
    revision = drafts.revise(contribution, by=author)
    drafts.save(revision, {"countries": ["NE"], "international": True}, by=author, lock=0)
    workflow.perform("submit", revision, by=author)

    for country in ("MA", "NE"):
        assert Action.APPROVE not in workflow.available(person("coordinator", country), revision)


def test_authors_do_not_read_what_reviewers_recommend(author: User, reviewer: User) -> None:
    revision = in_state("advised_against", "practice", author)

    def actions(reader: User) -> list[str]:
        return [step.label for step in history.steps(revision.contribution, reader)]

    assert actions(author) == ["Review begun", "Sent for review"]
    assert actions(reviewer) == ["Declining recommended", "Review begun", "Sent for review"]
    assert not Notification.objects.filter(decision__action="advise_against").exists()


# Points


def test_points_are_kept_with_the_request_and_count_as_its_reason(
    author: User, reviewer: User
) -> None:
    revision = sent(by=author)
    points = [("summary", "Say for whom."), ("results", "Add the year."), ("", "Shorter.")]

    decision = workflow.perform("request_changes", revision, by=reviewer, points=points)

    kept = Point.objects.of_text(revision)
    assert [(point.field, point.text, point.is_answered) for point in kept] == [
        ("summary", "Say for whom.", False), ("results", "Add the year.", False),
        ("", "Shorter.", False),
    ]  # fmt: skip
    assert decision.content == revision.content


def test_a_point_about_a_field_the_form_has_not_is_refused(reviewer: User) -> None:
    revision = sent()

    with pytest.raises(KeyError):
        workflow.perform("request_changes", revision, by=reviewer, points=[("owner", "Who?")])

    revision.refresh_from_db()
    assert revision.state == "submitted"


def test_a_text_is_sent_again_when_every_point_is_answered(author: User, reviewer: User) -> None:
    revision = sent(by=author)
    points = [("summary", "Say for whom."), ("results", "Add the year.")]
    workflow.perform("request_changes", revision, by=reviewer, points=points)
    first, second = Point.objects.of_text(revision)
    answering.keep(revision, {first.pk: ("For judges.", False)})

    with pytest.raises(ValidationError) as refused:
        workflow.perform("submit", revision, by=author)
    answering.keep(revision, {second.pk: ("", True)})
    workflow.perform("submit", revision, by=author)

    assert set(refused.value.message_dict) == {"points"}
    assert revision.state == "submitted"


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
        ("recommend", "submitted", "reviewer", "submitted"),
        ("advise_against", "in_review", "reviewer", "in_review"),
        ("close", "old", "coordinator", "approved"),
        ("reopen", "closed", "coordinator", "approved"),
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
    came_from = "approved" if state in ("old", "closed") else state
    assert (decision.from_state, decision.to_state) == (came_from, becomes)
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


def test_archiving_and_restoring_need_a_reason(coordinator: User) -> None:
    live = published().live
    assert live is not None

    with pytest.raises(ValidationError):
        workflow.perform("archive", live, by=coordinator)
    workflow.perform("archive", live, by=coordinator, note=NOTE)
    assert Contribution.objects.get().status == "archived"
    with pytest.raises(ValidationError):
        workflow.perform("restore", live, by=coordinator)
    workflow.perform("restore", live, by=coordinator, note=NOTE)

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
