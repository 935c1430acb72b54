"""Who sees a contribution and its versions: role × status × visibility × own country."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from contributions import drafts, permissions, workflow
from contributions.models import Contribution, Revision
from tests.factories.accounts import UserFactory
from tests.factories.contributions import archived, draft, published, sent

pytestmark = pytest.mark.django_db

VISIBILITIES = ("public", "members", "coordinators")
READERS = (
    "visitor", "member", "focal of its country", "focal of another", "reviewer", "coordinator",
    "administrator", "owner", "co-author", "former member",
)  # fmt: skip
ALWAYS = {"coordinator", "administrator", "owner", "co-author"}

# (state, visibility) -> who sees it besides those who always do.
SEEN: dict[tuple[str, str], set[str]] = {
    ("published", "public"): set(READERS) - ALWAYS,
    ("published", "members"): {
        "member", "focal of its country", "focal of another", "reviewer",
    },
    ("published", "coordinators"): {"focal of its country"},
    **{("draft", visibility): set() for visibility in VISIBILITIES},
    **{("waiting", v): {"reviewer", "focal of its country"} for v in VISIBILITIES},
    **{("archived", visibility): set() for visibility in VISIBILITIES},
}  # fmt: skip


def readers(owner: User, helper: User) -> dict[str, User | AnonymousUser]:
    return {
        "visitor": AnonymousUser(),
        "member": UserFactory(),
        "focal of its country": UserFactory(speaks_for="MA"),
        "focal of another": UserFactory(speaks_for="NE"),
        "reviewer": UserFactory(role="reviewer"),
        "coordinator": UserFactory(role="coordinator"),
        "administrator": UserFactory(role="administrator"),
        "owner": owner,
        "co-author": helper,
        "former member": UserFactory(is_active=False),
    }


def make(state: str, owner: User, **changes: Any) -> Contribution:
    if state == "published":
        return published(by=owner, **changes)
    if state == "archived":
        return archived(by=owner, **changes)
    revision = draft(by=owner, **changes) if state == "draft" else sent(by=owner, **changes)
    return Contribution.objects.get(pk=revision.contribution_id)


@pytest.mark.parametrize("visibility", VISIBILITIES)
@pytest.mark.parametrize("state", ["draft", "waiting", "published", "archived"])
def test_who_sees_a_contribution(state: str, visibility: str) -> None:
    owner, helper = UserFactory(), UserFactory()
    contribution = make(state, owner, visibility=visibility)
    contribution.co_authors.add(helper)

    found = {
        who
        for who, user in readers(owner, helper).items()
        if Contribution.objects.visible_to(user).filter(pk=contribution.pk).exists()
    }

    assert found == SEEN[state, visibility] | ALWAYS


def test_before_approval_the_asked_visibility_opens_nothing() -> None:
    """The row of a draft still says members; what the text asks for counts when it is approved."""
    revision = sent(visibility="public")

    assert not Contribution.objects.visible_to(UserFactory()).exists()
    assert not Contribution.objects.visible_to(AnonymousUser()).exists()
    assert revision.contribution.visibility == "members"


def test_nobody_is_counted_twice() -> None:
    owner = UserFactory(role="reviewer", speaks_for="MA")
    contribution = published(by=owner, countries=["MA", "NE", "PK"])
    contribution.co_authors.add(UserFactory(), UserFactory(), owner)

    assert list(Contribution.objects.visible_to(owner)) == [contribution]


def test_it_asks_one_query_more_at_most(django_assert_max_num_queries: Any) -> None:
    published()
    reader = User.objects.get(pk=UserFactory(speaks_for="NE").pk)

    with django_assert_max_num_queries(3):  # roles, countries, the list
        list(Contribution.objects.visible_to(reader))
    with django_assert_max_num_queries(1):
        list(Contribution.objects.visible_to(reader))


# Versions


def versions_of(*steps: dict[str, Any], owner: User) -> list[Revision]:
    """A contribution with one approved version for each of the steps."""
    contribution = published(by=owner, **steps[0])
    for changes in steps[1:]:
        revision = drafts.revise(contribution, by=owner)
        drafts.save(revision, changes, by=owner, lock=revision.lock)
        workflow.perform("submit", revision, by=owner)
        workflow.perform("approve", revision, by=UserFactory(role="coordinator"))
        contribution.refresh_from_db()
    return list(contribution.revisions.select_related("contribution").order_by("number"))


@pytest.mark.parametrize(
    ("visibility", "may"),
    [
        ("public", set(READERS)),
        ("members", SEEN["published", "members"] | ALWAYS),
        ("coordinators", {"focal of its country"} | ALWAYS),
    ],
)
def test_an_old_version_stays_with_those_it_was_for(visibility: str, may: set[str]) -> None:
    owner, helper = UserFactory(), UserFactory()
    old, _new = versions_of({"visibility": visibility}, {"visibility": "public"}, owner=owner)
    old.contribution.co_authors.add(helper)

    found = {who for who, user in readers(owner, helper).items() if permissions.can_read(user, old)}

    assert found == may


@pytest.mark.parametrize("state", ["draft", "submitted", "changes_requested"])
def test_versions_that_are_not_approved_are_for_those_at_work(state: str) -> None:
    owner, helper = UserFactory(), UserFactory()
    contribution = published(by=owner)
    contribution.co_authors.add(helper)
    revision = drafts.revise(contribution, by=owner)
    if state != "draft":
        workflow.perform("submit", revision, by=owner)
    if state == "changes_requested":
        other = UserFactory(role="coordinator")
        workflow.perform(state.replace("changes_requested", "request_changes"), revision,
                         by=other, note="Why?")  # fmt: skip
    revision.refresh_from_db()

    found = {
        who for who, user in readers(owner, helper).items() if permissions.can_read(user, revision)
    }

    at_work = {"reviewer", "focal of its country"} if state == "submitted" else set()
    assert found == ALWAYS | at_work


def test_a_focal_point_reads_nothing_of_another_countrys_waiting_text() -> None:
    """A record for coordinators, of Niger; its next version names Morocco too."""
    owner, morocco = UserFactory(), UserFactory(speaks_for="MA")
    contribution = published(by=owner, countries=["NE"], visibility="coordinators")
    revision = drafts.revise(contribution, by=owner)
    drafts.save(revision, {"countries": ["NE", "MA"]}, by=owner, lock=revision.lock)
    workflow.perform("submit", revision, by=owner)

    assert not Contribution.objects.visible_to(morocco).exists()


def test_where_the_author_stays_unnamed_focal_points_wait_for_the_publication() -> None:
    revision = sent("lesson", anonymous_to_members=True)
    morocco = UserFactory(speaks_for="MA")

    assert not Contribution.objects.visible_to(morocco).exists()
    assert not permissions.can_read(morocco, revision)


def test_a_closed_version_is_open_to_coordinators_only() -> None:
    owner, helper = UserFactory(), UserFactory()
    old, _new = versions_of({"visibility": "public"}, {"title": "Second"}, owner=owner)
    old.contribution.co_authors.add(helper)
    workflow.perform("close", old, by=UserFactory(role="coordinator"), note="It names a person.")

    found = {who for who, user in readers(owner, helper).items() if permissions.can_read(user, old)}

    assert found == {"coordinator", "administrator"}


def test_versions_of_what_is_archived_are_closed() -> None:
    owner = UserFactory()
    contribution = archived(by=owner)
    revision = contribution.live
    assert revision is not None

    assert permissions.can_read(owner, revision)
    assert not permissions.can_read(UserFactory(), revision)
    assert not permissions.can_read(AnonymousUser(), revision)


def test_operational_detail_is_never_open_to_visitors() -> None:
    revision = draft(visibility="public", operational_detail="yes")
    revision.state, revision.version = "approved", 1
    revision.contribution.status = "published"

    assert not permissions.can_read(AnonymousUser(), revision)
    assert permissions.can_read(UserFactory(), revision)


@pytest.mark.parametrize("asked_in", ["all", "old", "new"])
def test_a_withheld_author_is_told_to_coordinators_only(asked_in: str) -> None:
    owner = UserFactory()
    contribution = published("lesson", by=owner, anonymous_to_members=asked_in in ("all", "old"))
    second = drafts.revise(contribution, by=owner)
    drafts.save(second, {"anonymous_to_members": asked_in in ("all", "new")}, by=owner, lock=0)
    workflow.perform("submit", second, by=owner)
    workflow.perform("approve", second, by=UserFactory(role="coordinator"))

    old, new = Revision.objects.order_by("number").select_related("contribution__lesson")
    hidden = {
        "old": not permissions.can_see_author(UserFactory(), old),
        "new": not permissions.can_see_author(UserFactory(), new),
    }

    # Once the published version withholds it, all versions do.
    assert hidden == {"old": True, "new": asked_in != "old"}
    for revision in (old, new):
        assert not permissions.can_see_author(AnonymousUser(), revision) or asked_in == "old"
        assert not permissions.can_see_author(UserFactory(role="reviewer"), old)
        assert permissions.can_see_author(UserFactory(role="coordinator"), revision)
        assert permissions.can_see_author(owner, revision)
