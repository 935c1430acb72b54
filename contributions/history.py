"""Versions and decisions of a contribution as people read them; what each of them may see of it
is asked of `permissions`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _t

from accounts.models import User
from contributions import differences, kinds, permissions, rendering
from contributions.models import Contribution, Decision, Revision

State = Revision.State
# Where somebody asked to stay unnamed, these would name them.
_NAMING = frozenset({"organisation", "resource_person_function"})


@dataclass(frozen=True)
class Record:
    """A version as a page shows it."""

    title: str
    language: str
    author: str
    parts: list[rendering.ShownSection]


def record(revision: Revision, reader: User | AnonymousUser) -> Record:
    """The version in words. Queries: those of rendering, and the author's country."""
    kind = kinds.get(revision.contribution.kind)
    unnamed = not permissions.can_see_author(reader, revision)
    parts = rendering.filled(rendering.sections(kind, revision.content))
    if unnamed:
        parts = without_names(parts)
    return Record(
        title=revision.title or _t("Untitled"),
        language=revision.language,
        author=author_of(revision, reader),
        parts=[part for part in parts if part.fields],
    )


def without_names(parts: list[rendering.ShownSection]) -> list[rendering.ShownSection]:
    """The same without the fields that would name a withheld author."""
    return [
        rendering.ShownSection(part.title, [f for f in part.fields if f.name not in _NAMING])
        for part in parts
    ]


def author_of(revision: Revision, reader: User | AnonymousUser) -> str:
    """Function and country of who wrote it, or that the name is withheld."""
    if not permissions.can_see_author(reader, revision):
        return _t("Name withheld on request")
    return revision.author.public_function


def versions(contribution: Contribution, reader: User | AnonymousUser) -> list[Revision]:
    """The versions that the reader may open, newest first. One query."""
    found = contribution.revisions.select_related("author__country", "contribution__lesson")
    return [
        revision
        for revision in found.order_by("-number")
        if permissions.can_read(reader, _with(revision, contribution))
    ]


def _with(revision: Revision, contribution: Contribution) -> Revision:
    revision.contribution = contribution
    return revision


def changes(
    old: Revision, new: Revision, reader: User | AnonymousUser
) -> list[differences.FieldDifference]:
    """What is not the same in both, without what would name a withheld author."""
    found = differences.between(kinds.get(new.contribution.kind), old.content, new.content)
    named = permissions.can_see_author(reader, old) and permissions.can_see_author(reader, new)
    return [change for change in found if named or change.name not in _NAMING]


# The way of a text


@dataclass(frozen=True)
class Stage:
    """A station of the way: a knot, its name, what is known of it."""

    knot: str
    title: str | Promise
    text: str


def stages(revision: Revision) -> list[Stage]:
    """Sent, read, answered, published. One query (decisions)."""
    last = {d.action: d for d in revision.decisions.select_related("by").order_by("created_at")}
    if "publish" in last or "import" in last:
        return [_published(revision)]
    state = revision.state
    sent = state not in (State.DRAFT, State.WITHDRAWN)
    answer = max(
        (last[name] for name in ("request_changes", "approve", "decline") if name in last),
        key=lambda decision: (decision.created_at, decision.pk),
        default=None,
    )
    waits = state in Revision.WAITING_STATES
    return [
        Stage(
            "done" if sent else "none", _t("Sent"), _when(revision.submitted_at if sent else None)
        ),
        _reading(revision, last),
        Stage(
            "done" if answer and not waits else "none",
            _t("Answered"),
            _when(answer.created_at) if answer and not waits else _t("with reasons"),
        ),
        _published(revision),
    ]


def _reading(revision: Revision, last: dict[str, Decision]) -> Stage:
    if revision.state == State.IN_REVIEW:
        return Stage(
            "part", _t("Read"), _when(last["review"].created_at) if "review" in last else ""
        )
    if revision.state in (State.APPROVED, State.DECLINED, State.CHANGES_REQUESTED):
        return Stage("done", _t("Read"), "")
    return Stage("none", _t("Read"), _t("by a reviewer or a coordinator"))


def _published(revision: Revision) -> Stage:
    if revision.state == State.APPROVED:
        return Stage("done", _t("Published"), _when(revision.decided_at))
    if revision.state == State.DECLINED:
        return Stage("no", _t("Declined"), _when(revision.decided_at))
    if revision.contribution.is_published:
        return Stage("none", _t("Published"), _t("The version before stays in place."))
    return Stage("none", _t("Published"), "")


def _when(moment: datetime | None) -> str:
    return date_format(moment, "j F Y") if moment else ""


@dataclass(frozen=True)
class Step:
    """A decision in the history: what, who by function, when, why."""

    label: str
    who: str
    when: datetime
    note: str
    knot: str
    number: int


def steps(contribution: Contribution, reader: User) -> list[Step]:
    """All decisions, newest first; what reviewers say among themselves not to authors and not to
    others. One query, and one for the authors."""
    authors = {contribution.owner_id, *contribution.co_authors.values_list("pk", flat=True)}
    found = contribution.decisions.select_related("by__country", "revision")
    if reader.pk in authors or not reader.is_reviewer:
        found = found.exclude(action__in=Decision.INTERNAL)
    return [
        Step(
            label=decision.action_label,
            who=_t("Author")
            if decision.by_id in authors | {decision.revision.author_id}
            else decision.by.public_function,
            when=decision.created_at,
            note=decision.note,
            knot=_KNOTS.get(decision.action, "none"),
            number=decision.revision.number,
        )
        for decision in found.order_by("-created_at", "-pk")
    ]


_KNOTS = {
    "submit": "part",
    "review": "part",
    "request_changes": "plan",
    "approve": "done",
    "publish": "done",
    "import": "done",
    "decline": "no",
    "endorse": "done",
    "close": "no",
}
