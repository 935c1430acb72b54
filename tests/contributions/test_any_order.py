"""Whatever is done, in any order, wherever it breaks off: one live version, no text lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from contributions import drafts, workflow
from contributions.models import Contribution, Revision, SearchDocument
from contributions.workflow import WrongStateError
from tests.factories.contributions import content

pytestmark = pytest.mark.django_db

BY_AUTHOR = ("submit", "withdraw", "resume", "confirm")
BY_COORDINATOR = ("review", "request_changes", "approve", "decline", "archive", "restore", "close")
STEPS = ("save", "autosave", "revise", *BY_AUTHOR, *BY_COORDINATOR)
REFUSALS = (PermissionDenied, ValidationError, WrongStateError, drafts.StaleFormError)


class PowerCutError(Exception):
    """The program ends here."""


class _Cut:
    """Breaks off before the statement of this number; 0: never."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self, execute: Callable[..., Any], sql: str, *args: Any) -> Any:
        # What ends a transaction comes from the database itself when the program is gone.
        if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            self.left -= 1
            if self.left == 0:
                raise PowerCutError
        return execute(sql, *args)


class _World:
    """One practice, its author and a coordinator; what the author was told is kept."""

    def __init__(self, author: User, coordinator: User) -> None:
        self.author, self.coordinator = author, coordinator
        begun = drafts.begin("practice", by=author, content=content())
        self.contribution = begun.contribution
        self.kept = {begun.pk: content()["title"]}
        self.saves = 0

    def do(self, step: str, cut_at: int) -> None:
        """One step, if it is accepted and the power stays."""
        try:
            with connection.execute_wrapper(_Cut(cut_at)):
                self._do(step)
        except (*REFUSALS, PowerCutError):
            pass

    def _do(self, step: str) -> None:
        fresh = Contribution.objects.get(pk=self.contribution.pk)
        newest = fresh.revisions.order_by("-number")[0]
        if step in ("save", "autosave"):
            self.saves += 1
            title = f"Network of courts, text {self.saves}"
            half = {"title": title, "summary": "", "countries": ["??"], "results": [{}]}
            typed = half if step == "autosave" else content() | {"title": title}
            drafts.save(newest, typed, by=self.author, lock=newest.lock)
            self.kept[newest.pk] = title
        elif step == "revise":
            begun = drafts.revise(fresh, by=self.author)
            self.kept.setdefault(begun.pk, begun.title)
        else:
            about = fresh.live if step in ("archive", "restore", "confirm") else newest
            if step == "close":
                about = fresh.revisions.filter(version=1).first()
            by = self.author if step in BY_AUTHOR else self.coordinator
            workflow.perform(step, about or newest, by=by, note="Because it is so.")

    def check(self) -> None:
        fresh = Contribution.objects.get(pk=self.contribution.pk)
        texts = {revision.pk: revision for revision in fresh.revisions.all()}
        assert {pk: texts[pk].title for pk in self.kept} == self.kept
        approved = sorted(
            (one for one in texts.values() if one.state == Revision.State.APPROVED),
            key=lambda one: one.version or 0,
        )
        decided = fresh.decisions.filter(action="approve").count()
        assert [one.version for one in approved] == list(range(1, decided + 1))
        assert fresh.live == (approved[-1] if approved else None)
        if fresh.live:
            assert (fresh.title, fresh.live.closed_at) == (fresh.live.title, None)
        assert (fresh.status == Contribution.Status.DRAFT) == (not approved)
        found = SearchDocument.objects.filter(contribution=fresh, document__title=fresh.title)
        assert found.count() == SearchDocument.objects.count() == int(fresh.status == "published")
        assert [one.state for one in texts.values() if one.is_open] == [
            state for state in [fresh.open_state] if state
        ]


@given(st.lists(st.tuples(st.sampled_from(STEPS), st.just(0) | st.integers(1, 90)), max_size=14))
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_one_live_version_that_was_approved_and_no_text_lost(
    author: User, coordinator: User, steps: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        world = _World(author, coordinator)
        for step, cut_at in steps:
            world.do(step, cut_at)
            world.check()
        transaction.set_rollback(True)


def test_the_way_through_comes_to_an_approved_version(author: User, coordinator: User) -> None:
    """So that the property speaks of more than refusals."""
    world = _World(author, coordinator)

    for step in ("submit", "request_changes", "save", "submit", "approve", "revise", "autosave"):
        world.do(step, 0)
        world.check()
    for step in ("save", "submit", "approve", "close", "archive", "restore", "confirm"):
        world.do(step, 0)
        world.check()

    fresh = Contribution.objects.get(pk=world.contribution.pk)
    assert [fresh.status, fresh.title] == ["published", "Network of courts, text 3"]
    assert fresh.revisions.get(version=1).closed_at is not None


@pytest.mark.parametrize("step", ["approve", "archive"])
def test_a_cut_at_any_statement_leaves_nothing_half_done(
    author: User, coordinator: User, step: str
) -> None:
    world = _World(author, coordinator)
    for before in ("submit", "approve", "archive")[: ("submit", "approve", "archive").index(step)]:
        world.do(before, 0)

    def state() -> tuple[Any, ...]:
        fresh = Contribution.objects.get(pk=world.contribution.pk)
        return (fresh.status, fresh.open_state, fresh.live_id, fresh.decisions.count())

    begun, cut_at = state(), 1
    while state() == begun:
        world.do(step, cut_at)
        world.check()
        cut_at += 2
        assert cut_at < 300

    assert cut_at > 10  # it was cut off many times before it came through
