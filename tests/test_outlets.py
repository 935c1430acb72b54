"""No outlet shows what a role may not see: every outlet, every role, over content that could leak.

Each text carries a word of its own. A role's pages must hold the words it may read somewhere, and
never one of the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from calls.models import Answer, Call
from contributions import answering, drafts, talking, workflow
from contributions.models import Contribution, Point
from discussion.models import Comment
from tests.factories.accounts import UserFactory
from tests.factories.contributions import archived, draft, published, sent

pytestmark = pytest.mark.django_db

KINDS = ("practice", "lesson", "effort")
# word → roles that may read it. "focal" speaks for Morocco, where everything happens.
READERS: dict[str, set[str]] = {
    "zpublic": {"visitor", "member", "author", "focal", "reviewer", "coordinator"},
    "zmembers": {"member", "author", "focal", "reviewer", "coordinator"},
    "zcoordinators": {"author", "focal", "coordinator"},
    "zdraft": {"author", "coordinator"},
    "zsent": {"author", "focal", "reviewer", "coordinator"},
    # Sent, and its author asks to stay unnamed.
    "zunnamed": {"author", "reviewer", "coordinator"},
    "zarchived": {"author", "coordinator"},
    # The text of a new version of a public contribution, still in review.
    "znewversion": {"author", "focal", "reviewer", "coordinator"},
    # An approved version with a newer one, then closed.
    "zclosed": {"coordinator"},
    "ztalk": {"author", "reviewer", "coordinator"},
    "zpoint": {"author", "reviewer", "coordinator"},
    "zanswer": {"author", "reviewer", "coordinator"},
    "zrecommendation": {"reviewer", "coordinator"},
    "zmemberscomment": {"member", "author", "focal", "reviewer", "coordinator"},
    "zpubliccomment": {"visitor", "member", "author", "focal", "reviewer", "coordinator"},
    "zhiddencomment": {"author", "coordinator"},
}
ROLES = ("visitor", "member", "author", "focal", "reviewer", "coordinator")
# A word as part of a text, where its kind follows it; not the reader's own question.
WORD = re.compile(r"\b(z[a-z]+)\b(?:</?mark>|\s)+(?:practice|lesson|effort|comment)\b")
QUESTION = "+".join(READERS)


def written(word: str, kind: str) -> dict[str, str]:
    """Content in which every free text holds the word."""
    text = f"{word} {kind}"
    found = {"title": f"{text} title", "what_happened": text, "recommendation": text}
    found |= {"challenge_addressed": text, "replicability": text, "organisation": text}
    found["statement" if kind == "lesson" else "summary"] = f"{text} summary."
    return found


@pytest.fixture
def content(author: User, coordinator: User) -> list[Contribution]:
    """Every kind in every standing, by one author, about Morocco."""
    made: list[Contribution] = []
    for kind in KINDS:
        for visibility in ("public", "members", "coordinators"):
            changes = written(f"z{visibility}", kind) | {"visibility": visibility}
            made.append(published(kind, by=author, approver=coordinator, **changes))
        made.append(draft(kind, by=author, **written("zdraft", kind)).contribution)
        made.append(sent(kind, by=author, **written("zsent", kind)).contribution)
        made.append(archived(kind, by=author, **written("zarchived", kind)))
    unnamed = written("zunnamed", "lesson")
    made.append(sent("lesson", by=author, anonymous_to_members=True, **unnamed).contribution)
    _close_a_version(made[1], author)
    _revise(made[0], author)
    _comment(made[0], author)
    _call(made)
    _review(made[0])
    return made


def _close_a_version(contribution: Contribution, author: User) -> None:
    old = drafts.revise(contribution, by=author)
    kept = old.content
    for changes in (written("zclosed", contribution.kind), kept):
        revision = drafts.revise(contribution, by=author)
        revision = drafts.save(revision, changes, by=author, lock=revision.lock)
        workflow.perform("submit", revision, by=author)
        workflow.perform("approve", revision, by=UserFactory(role="coordinator"))
    old.refresh_from_db()
    workflow.perform("close", old, by=UserFactory(role="coordinator"), note="It names somebody.")


def _review(contribution: Contribution) -> None:
    """A point, its answer, a message and a recommendation about the version that waits."""
    reviewer = UserFactory(role="reviewer")
    revision = contribution.revisions.waiting().get()
    points = [("summary", "zpoint comment")]
    workflow.perform("request_changes", revision, by=reviewer, points=points)
    point = Point.objects.get()
    answering.keep(revision, {point.pk: ("zanswer comment", True)})
    workflow.perform("submit", revision, by=revision.author)
    workflow.perform("recommend", revision, by=reviewer, note="zrecommendation comment")
    talking.say(contribution, by=reviewer, text="ztalk comment")


def _revise(contribution: Contribution, author: User) -> None:
    revision = drafts.revise(contribution, by=author)
    changes = written("znewversion", contribution.kind)
    revision = drafts.save(revision, changes, by=author, lock=revision.lock)
    workflow.perform("submit", revision, by=author)


def _comment(contribution: Contribution, author: User) -> None:
    for word, visibility in (("zmemberscomment", "members"), ("zpubliccomment", "public")):
        Comment.objects.create(
            contribution=contribution, author=author, text=f"{word} comment", visibility=visibility,
            token=uuid4(),
        )  # fmt: skip
    hidden = Comment.objects.create(
        contribution=contribution, author=author, text="zhiddencomment comment",
        visibility="public",
        token=uuid4(),
    )  # fmt: skip
    by = UserFactory(role="coordinator")
    Comment.objects.filter(pk=hidden.pk).update(
        hidden_at=hidden.created_at, hidden_by=by, hidden_reason="It named a person."
    )


CALL = "answered-by-all"


def _call(content: list[Contribution]) -> None:
    """A call that everything answers: its page lists what came."""
    call = Call.objects.create(
        slug=CALL, kind="practice", deadline=timezone.now() + timedelta(days=9),
        opened_at=timezone.now(), made_by=UserFactory(role="coordinator"),
    )  # fmt: skip
    for contribution in content:
        Answer.objects.create(call=call, contribution=contribution)


def outlets(content: list[Contribution]) -> Iterator[str]:
    """Every address that could show a text."""
    yield from ("/", "/practices/", "/lessons/", "/efforts/", "/countries/", "/countries/ma/")
    yield from ("/objectives/", "/objectives/3/", "/sitemap.xml", "/inbox/", "/mine/", "/tags/")
    yield f"/search/?q={QUESTION}"
    yield from (f"/search/all/{name}/?q={QUESTION}" for name in ("tag", "country"))
    yield from (f"/search/suggest/?q={word}" for word in READERS)
    yield from (f"/search/suggest/options/?q={word}" for word in READERS)
    yield from (f"/{kind}s/?q={QUESTION}" for kind in KINDS)
    codes = "&".join(f"p={item.code}" for item in content if item.kind == "practice")
    yield from (f"/practices/compare/?{codes}", f"/practices/compare/?p={content[1].code}")
    yield from ("/practices/?country=ma", "/practices/?objective=3", "/lessons/?sort=newest")
    for contribution in content:
        code = contribution.code
        yield f"/{contribution.kind}s/{code}/"
        for page in ("versions", "status", "preview", "edit", "talk", "endorse"):
            yield f"/contributions/{code}/{page}/"
        for revision in contribution.revisions.all():
            yield f"/contributions/{code}/versions/{revision.number}/"
            yield f"/contributions/{code}/v{revision.version or 99}/"
            yield f"/admin/contributions/revision/{revision.pk}/moderate/"
        yield f"/contributions/{code}/diff/?from=1&to=2"
        yield f"/admin/contributions/contribution/{contribution.pk}/change/"
    yield from ("/admin/contributions/contribution/", "/admin/contributions/revision/?state=all")
    yield from ("/admin/discussion/comment/", "/admin/copkb/auditentry/")
    yield from ("/calls/", f"/calls/{CALL}/", "/admin/calls/call/")


@pytest.mark.parametrize("role", ROLES)
def test_each_role_reads_what_it_may_and_nothing_else(
    role: str,
    content: list[Contribution],
    request: pytest.FixtureRequest,
    as_user: Callable[[User], Client],
) -> None:
    fixture = {"focal": "focal_point_morocco"}.get(role, role)
    found = request.getfixturevalue(fixture)
    client = found if isinstance(found, Client) else as_user(found)
    seen: dict[str, str] = {}

    for address in outlets(content):
        response = client.get(address)
        assert response.status_code < 500, address
        if response.status_code == 200:
            for word in WORD.findall(response.content.decode()):
                seen.setdefault(word, address)

    may = {word for word, roles in READERS.items() if role in roles}
    leaked = {
        word: address for word, address in seen.items() if word in READERS and word not in may
    }
    assert leaked == {}
    assert may <= set(seen), "what the role may read is found nowhere"


def test_a_withheld_author_is_named_nowhere_but_to_coordinators(
    as_user: Callable[[User], Client], member: User, reviewer: User, coordinator: User
) -> None:
    author = UserFactory(
        name="Znameofauthor", function="Zfunctionofauthor", email="zmailofauthor@example.org"
    )
    lesson = published("lesson", by=author, anonymous_to_members=True)
    draft_of_other = sent("lesson", by=author, anonymous_to_members=True).contribution
    signs = ("Znameofauthor", "Zfunctionofauthor", "zmailofauthor")

    for reader in (None, member, reviewer):
        client = as_user(reader) if reader else Client()
        for address in outlets([lesson, draft_of_other]):
            html = client.get(address).content.decode()
            assert not [sign for sign in signs if sign in html], (reader, address)
