"""Status, preview, versions and differences: what they say and to whom."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from contributions import drafts, workflow
from contributions.models import Contribution, Revision
from tests.factories.accounts import UserFactory
from tests.factories.contributions import archived, content, draft, published, sent

pytestmark = pytest.mark.django_db

AsUser = Callable[[User], Client]


def path(contribution: Contribution, page: str) -> str:
    return f"/contributions/{contribution.code}/{page}/"


def next_version(contribution: Contribution, by: User, **changes: Any) -> Revision:
    """A new version, approved."""
    revision = drafts.revise(contribution, by=by)
    drafts.save(revision, changes, by=by, lock=revision.lock)
    workflow.perform("submit", revision, by=by)
    workflow.perform("approve", revision, by=UserFactory(role="coordinator"))
    contribution.refresh_from_db()
    return revision


# Status


@pytest.mark.parametrize(
    ("steps", "sentence", "buttons"),
    [
        ([], "A draft.", {"edit", "withdraw", "preview"}),
        ([("submit", "")], "Sent for review.", {"withdraw", "preview"}),
        ([("submit", ""), ("review", "")], "Somebody is reading it.", {"withdraw", "preview"}),
        (
            [("submit", ""), ("request_changes", "Say since when.")],
            "A change is asked for.",
            {"edit", "withdraw", "preview"},
        ),
        ([("submit", ""), ("decline", "Names a victim.")], "Declined.", {"resume"}),
        ([("submit", ""), ("approve", "")], "Published.", {"revise"}),
        ([("withdraw", "")], "Withdrawn.", {"resume"}),
    ],
)
def test_the_author_reads_what_happens_next_and_why(
    as_user: AsUser, author: User, coordinator: User, steps: Any, sentence: str, buttons: set[str]
) -> None:
    revision = draft(by=author)
    for action, note in steps:
        by = author if action in ("submit", "withdraw") else coordinator
        workflow.perform(action, revision, by=by, note=note)
    contribution = revision.contribution

    html = as_user(author).get(path(contribution, "status")).content.decode()

    assert sentence in html
    assert all(note in html for _action, note in steps)
    possible = {"edit", "withdraw", "resume", "revise", "preview"}
    shown = {page for page in possible if re.search(rf'"{path(contribution, page)}[?"]', html)}
    assert shown == buttons


def test_decisions_name_the_function_of_who_decided_never_the_name(
    as_user: AsUser, author: User
) -> None:
    decider = UserFactory(name="Somebody Private", function="Coordinator for Africa",
                          role="coordinator")  # fmt: skip
    revision = sent(by=author)
    workflow.perform("decline", revision, by=decider, note="No.")

    html = as_user(author).get(path(revision.contribution, "status")).content.decode()

    assert "Coordinator for Africa" in html
    assert "Somebody Private" not in html


def test_the_way_of_a_text_is_for_those_at_work(
    as_user: AsUser, author: User, member: User, reviewer: User, coordinator: User, visitor: Client
) -> None:
    waiting, live = sent(by=author).contribution, published(by=author)
    helper = UserFactory()
    live.co_authors.add(helper)

    def answers(user: User) -> tuple[int, int]:
        browser = as_user(user)
        return tuple(browser.get(path(c, "status")).status_code for c in (waiting, live))  # type: ignore[return-value]

    assert answers(author) == (200, 200)
    assert answers(reviewer) == (200, 200)
    assert answers(coordinator) == (200, 200)
    assert answers(helper) == (404, 200)
    assert answers(member) == (404, 403)
    assert visitor.get(path(live, "status")).status_code == 302


def test_the_status_of_a_withheld_author_does_not_name_the_function(
    as_user: AsUser, reviewer: User
) -> None:
    by = UserFactory(function="The only judge of the town")
    revision = sent("lesson", by=by, anonymous_to_members=True)

    html = as_user(reviewer).get(path(revision.contribution, "status")).content.decode()

    assert "Sent for review" in html
    assert "The only judge" not in html


# Withdrawing and taking up again


def test_withdrawing_asks_first_and_can_be_undone(as_user: AsUser, author: User) -> None:
    revision = draft(by=author)
    browser = as_user(author)

    asked = browser.get(path(revision.contribution, "withdraw"))
    revision.refresh_from_db()
    assert (asked.status_code, revision.state) == (200, "draft")
    done = browser.post(path(revision.contribution, "withdraw"))
    revision.refresh_from_db()
    assert (done.url, revision.state) == ("/mine/", "withdrawn")
    back = browser.post(path(revision.contribution, "resume"))

    revision.refresh_from_db()
    assert (back.url, revision.state) == (path(revision.contribution, "edit"), "draft")
    assert revision.content["title"] == content()["title"]


def test_pressing_a_step_twice_is_harmless(as_user: AsUser, author: User) -> None:
    revision = sent(by=author)
    browser = as_user(author)

    for page in ("withdraw", "withdraw", "resume", "resume", "revise", "revise"):
        assert browser.post(path(revision.contribution, page)).status_code == 302

    actions = list(revision.decisions.order_by("pk").values_list("action", flat=True))
    assert actions == ["submit", "withdraw", "resume"]


def test_withdrawing_a_new_version_leaves_the_published_one(
    as_user: AsUser, author: User, visitor: Client
) -> None:
    contribution = published(by=author)
    drafts.revise(contribution, by=author)

    as_user(author).post(path(contribution, "withdraw"))

    assert visitor.get(path(contribution, "versions")).status_code == 200
    contribution.refresh_from_db()
    assert (contribution.status, contribution.open_state) == ("published", "")


# Preview


def test_the_preview_shows_the_draft_in_words(as_user: AsUser, author: User) -> None:
    revision = draft(
        by=author, form="full", approach="1. **Ask** them\n2. Listen", target_groups=["judges"]
    )

    html = as_user(author).get(path(revision.contribution, "preview")).content.decode()

    assert "<strong>Ask</strong>" in html
    assert "Judges" in html
    assert "Every court is represented." in html
    assert "Trafficking in persons (TIP)" in html


def test_who_previews(
    as_user: AsUser, author: User, member: User, reviewer: User, coordinator: User
) -> None:
    begun, waiting = draft(by=author).contribution, sent(by=author).contribution

    def answers(user: User) -> list[int]:
        return [as_user(user).get(path(c, "preview")).status_code for c in (begun, waiting)]

    assert answers(author) == [200, 200]
    assert answers(member) == [404, 404]
    assert answers(reviewer) == [404, 200]
    assert answers(coordinator) == [200, 200]


def test_members_do_not_preview_the_next_version_of_what_they_read(
    as_user: AsUser, author: User, member: User
) -> None:
    contribution = published(by=author)
    drafts.revise(contribution, by=author)

    assert as_user(member).get(path(contribution, "preview")).status_code == 403


# Versions


def test_visitors_read_every_approved_version_at_its_address(visitor: Client, author: User) -> None:
    contribution = published(by=author, title="First title")
    next_version(contribution, author, title="Second title")
    drafts.save(drafts.revise(contribution, by=author), {"title": "Third, a draft"},
                by=author, lock=0)  # fmt: skip

    listed = visitor.get(path(contribution, "versions")).content.decode()
    first = visitor.get(f"{path(contribution, 'versions')}1/").content.decode()
    second = visitor.get(f"{path(contribution, 'versions')}2/").content.decode()

    assert "Version 1" in listed
    assert "Version 2" in listed
    assert "Text 3" not in listed
    assert "First title" in first
    assert "This is not what is shown now" in first
    assert "This is the version that is shown now." in second
    assert visitor.get(f"{path(contribution, 'versions')}3/").status_code == 404


def test_authors_also_see_what_is_not_approved(as_user: AsUser, author: User) -> None:
    contribution = published(by=author)
    drafts.revise(contribution, by=author)
    browser = as_user(author)

    assert "Text 2" in browser.get(path(contribution, "versions")).content.decode()
    assert browser.get(f"{path(contribution, 'versions')}2/").status_code == 200


def test_a_version_that_was_for_members_is_closed_to_visitors_everywhere(
    as_user: AsUser, visitor: Client, author: User, member: User
) -> None:
    contribution = published(by=author, visibility="members", summary="Only among us.")
    next_version(contribution, author, visibility="public", summary="For all.")

    assert "Version 1" not in visitor.get(path(contribution, "versions")).content.decode()
    assert visitor.get(f"{path(contribution, 'versions')}1/").status_code == 404
    assert visitor.get(f"{path(contribution, 'diff')}?from=1&to=2").status_code == 404
    assert visitor.get(path(contribution, "diff")).status_code == 404
    shown = as_user(member).get(f"{path(contribution, 'versions')}1/").content.decode()
    assert "Only among us." in shown


def test_versions_of_a_withheld_author_name_nobody(
    as_user: AsUser, visitor: Client, coordinator: User
) -> None:
    by = UserFactory(function="The only judge of the town")
    contribution = published("lesson", by=by, organisation="Court of the small town")
    next_version(contribution, by, anonymous_to_members=True, organisation="Court of X")

    pages = [
        visitor.get(path(contribution, "versions")), visitor.get(path(contribution, "diff")),
        *(visitor.get(f"{path(contribution, 'versions')}{number}/") for number in (1, 2)),
        as_user(UserFactory(role="reviewer")).get(f"{path(contribution, 'versions')}1/"),
    ]  # fmt: skip

    for page in pages:
        html = page.content.decode()
        assert page.status_code == 200
        for naming in ("The only judge", "Court of", by.name, by.email):
            assert naming not in html
    html = as_user(coordinator).get(f"{path(contribution, 'versions')}1/").content.decode()
    assert "The only judge of the town" in html


def test_what_is_archived_or_never_published_has_no_versions_for_others(
    as_user: AsUser, visitor: Client, member: User
) -> None:
    for contribution in (archived(), draft().contribution, sent().contribution):
        for browser in (visitor, as_user(member)):
            assert browser.get(path(contribution, "versions")).status_code == 404
            assert browser.get(f"{path(contribution, 'versions')}1/").status_code == 404


@pytest.mark.parametrize("number", ["0", "99", "9" * 30])
def test_numbers_that_are_no_version_are_not_found(visitor: Client, number: str) -> None:
    contribution = published()

    assert visitor.get(f"{path(contribution, 'versions')}{number}/").status_code == 404


# Differences


def test_differences_are_marked_word_by_word(visitor: Client, author: User) -> None:
    contribution = published(by=author, title="A network of prosecutors")
    next_version(contribution, author, title="A network of judges")

    html = visitor.get(path(contribution, "diff")).content.decode()

    assert "A network of " in html
    removed = html.index("<del>"), html.index("prosecutors")
    added = html.index("<ins>"), html.index("judges")
    assert removed == tuple(sorted(removed))
    assert added == tuple(sorted(added))
    assert "Summary" not in html.split("<dl", 1)[1]  # the same in both


def test_any_two_versions_can_be_compared(visitor: Client, author: User) -> None:
    contribution = published(by=author, title="One")
    next_version(contribution, author, title="Two")
    next_version(contribution, author, title="Three")
    page = path(contribution, "diff")

    html = visitor.get(page, {"from": 1, "to": 3}).content.decode()

    assert "One" in html
    assert "Two" not in html
    assert "Nothing changed" in visitor.get(page, {"from": 2, "to": 2}).content.decode()
    assert "Two" in visitor.get(page).content.decode()  # the two newest
    assert "One" in visitor.get(page, {"to": 2}).content.decode()


@pytest.mark.parametrize(
    "query", ["from=x", "from=1&to=99", "from=99999999999999999999", "to=1", "from=%FF", "to=-1"]
)
def test_odd_numbers_are_not_found(visitor: Client, author: User, query: str) -> None:
    contribution = published(by=author)
    next_version(contribution, author, title="Two")

    assert visitor.get(f"{path(contribution, 'diff')}?{query}").status_code == 404


def test_text_in_differences_is_escaped(visitor: Client, author: User) -> None:
    contribution = published(by=author, title="A <b>bold</b> title")
    next_version(contribution, author, title="A <script>alert(1)</script> title")

    html = visitor.get(path(contribution, "diff")).content.decode()

    assert "<script>alert" not in html
    assert "<b>bold" not in html


def test_pages_to_read_answer_head_and_refuse_writing(visitor: Client) -> None:
    contribution = published()

    for page in ("versions", "versions/1"):
        assert visitor.head(path(contribution, page)).status_code == 200
        assert visitor.post(path(contribution, page)).status_code == 405
    assert visitor.post(path(contribution, "diff")).status_code == 405


def test_versions_cost_the_same_however_many(
    visitor: Client, author: User, django_assert_num_queries: Any
) -> None:
    one, three = published(by=author), published(by=author)
    for title in ("Two", "Three"):
        next_version(three, author, title=title)

    for contribution in (one, three):
        with django_assert_num_queries(2):  # the contribution, its versions
            visitor.get(path(contribution, "versions"))
