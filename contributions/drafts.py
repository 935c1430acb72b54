"""Beginning, saving and revising texts; what people type is kept here, valid or not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import IntegerField, Max, QuerySet
from django.db.models.functions import Cast, Substr
from django.utils import timezone

from accounts.models import User
from contributions import editions, kinds, notifications, permissions
from contributions.models import Contribution, Notification, Revision
from contributions.models.revision import HOLD, KEEP_DISCARDED
from contributions.workflow import WrongStateError

# Numbers of codes are drawn under this lock, so that two beginners never get the same one.
_CODE_LOCK = 7_205_001
# Of a Word file: a form has fewer questions.
MOST_UNREAD = 100


class StaleFormError(Exception):
    """Somebody (or the same person elsewhere) saved since the form was opened."""

    def __init__(self, revision: Revision) -> None:
        super().__init__(revision.pk)
        self.revision = revision


class HeldError(StaleFormError):
    """Another author writes in it at this moment (`revision.held_by`)."""


@transaction.atomic
def begin(kind_name: str, *, by: User, content: dict[str, Any] | None = None) -> Revision:
    """Make an empty contribution of a kind and its first draft. KeyError for an unknown kind."""
    if not permissions.can_contribute(by):
        raise PermissionDenied
    kind = kinds.get(kind_name)
    started = kind.form.first_content(by) | (content or {})
    contribution = kind.model(
        kind=kind.name, code=_next_code(kind), owner=by, open_state=Revision.State.DRAFT
    )
    contribution.save(force_insert=True)
    return Revision.objects.create(
        contribution=contribution,
        number=1,
        author=by,
        content=started,
        edition=kind.edition,
        language=_language(started) or "en",
    )


@transaction.atomic
def begin_once(kind_name: str, *, by: User, content: dict[str, Any]) -> Revision:
    """Like `begin`, but the draft that the person began and never saved is taken up again.

    So a button pressed twice makes one draft, and looking at the form uses up no codes.
    """
    kind = kinds.get(kind_name)
    User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    begun = next((draft for draft in _never_saved(kind, by) if _is_bare(draft, kind, by)), None)
    if begun is None:
        return begin(kind_name, by=by, content=content)
    begun.content = kind.form.first_content(by) | content
    begun.edition = kind.edition
    begun.language = _language(begun.content) or begun.language
    begun.save(update_fields=["content", "edition", "language"])
    return begun


def _never_saved(kind: kinds.Kind, by: User) -> QuerySet[Revision]:
    """First drafts of this kind that the person began and that nobody saved since."""
    return (
        Revision.objects.filter(
            author=by,
            contribution__owner=by,
            contribution__kind=kind.name,
            number=1,
            state=Revision.State.DRAFT,
            lock=0,
            decisions__isnull=True,
        )
        .select_related("contribution")
        .order_by("pk")
    )


def _is_bare(draft: Revision, kind: kinds.Kind, by: User) -> bool:
    """Whether the draft holds nothing but what every draft of the person begins with."""
    first = kind.form.first_content(by)
    return all(
        value == first.get(name)
        for name, value in draft.content.items()
        if name not in ("form", "source_contribution")
    )


def _language(content: dict[str, Any]) -> str:
    """The language the content says it is written in, if it is one we know."""
    language = str(content.get("original_language") or "")
    known = dict(Revision._meta.get_field("language").flatchoices)
    return language if language in known else ""


def _next_code(kind: kinds.Kind) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CODE_LOCK])
    number = Cast(Substr("code", len(kind.prefix) + 2), IntegerField())
    last = Contribution.objects.filter(kind=kind.name).aggregate(last=Max(number))["last"] or 0
    return f"{kind.prefix}-{last + 1:04}"


@transaction.atomic
def save(
    revision: Revision,
    content: dict[str, Any],
    *,
    by: User,
    lock: int,
    answers: dict[str, Any] | None = None,
) -> Revision:
    """Keep what was typed, and the answers to the checks. `lock` is the number the form was opened
    with.

    Fields that the page did not show stay as they were. Whoever saves holds the draft for a
    while. Raises PermissionDenied, WrongStateError (no longer editable), HeldError (another
    author writes in it) and StaleFormError; nothing is written then.
    """
    held = (
        Revision.objects.select_for_update(of=("self",))
        .select_related("contribution")
        .get(pk=revision.pk)
    )
    if not permissions.can_edit(by, held.contribution):
        raise PermissionDenied
    if not held.is_editable:
        raise WrongStateError
    now = timezone.now()
    editions.bring_up(kinds.get(held.contribution.kind), held)
    merged = held.content | content
    is_stale = held.lock != lock
    if (
        merged == held.content and not answers and (is_stale or held.holder_but(by, now))
    ):  # nothing to write
        return held
    if held.holder_but(by, now):
        raise HeldError(held)
    if is_stale:
        raise StaleFormError(held)
    held.content = merged
    held.answers = held.answers | (answers or {})
    held.lock += 1
    held.updated_at = now
    held.language = _language(merged) or held.language
    _hold(held, by, now)
    held.save(
        update_fields=[
            "content", "answers", "edition", "lock", "updated_at", "language", "held_by",
            "held_since", "held_until",
        ]
    )  # fmt: skip
    return held


def _hold(revision: Revision, by: User, now: datetime) -> None:
    """Note who writes; a person who comes back after a silence begins anew."""
    went_on = revision.held_by_id == by.pk and revision.held_until and revision.held_until > now
    if not went_on:
        revision.held_by, revision.held_since = by, now
    revision.held_until = now + HOLD


@transaction.atomic
def take_over(revision: Revision, *, by: User) -> Revision:
    """Write in it from now on; who wrote until now is told, and what they type is kept.

    Raises PermissionDenied and WrongStateError. Taking over from nobody is fine.
    """
    held = (
        Revision.objects.select_for_update(of=("self",))
        .select_related("contribution")  # not held_by: it may change while this waits
        .get(pk=revision.pk)
    )
    if not permissions.can_edit(by, held.contribution):
        raise PermissionDenied
    if not held.is_editable:
        raise WrongStateError
    now = timezone.now()
    before = held.holder_but(by, now)
    _hold(held, by, now)
    held.save(update_fields=["held_by", "held_since", "held_until"])
    if before is not None:
        notifications.send(
            [before],
            Notification.Topic.TAKEN_OVER,
            held.contribution,
            text=by.public_function,
        )
    return held


def say_what_changed(revision: Revision, note: str) -> None:
    """Keep the sentence that readers see in the list of versions; nothing where it is no draft
    any more."""
    length = Revision._meta.get_field("change_note").max_length
    note = " ".join(note.split())[:length]
    if note != revision.change_note:
        revision.change_note = note
        Revision.objects.editable().filter(pk=revision.pk).update(change_note=note)


def say_unread(revision: Revision, lines: list[str], *, language: str) -> None:
    """Keep with the draft what of the last Word file could not be read, until somebody has seen to
    it; no lines where that is done. `language` is that of the sentences."""
    unread = {"language": language, "lines": lines[:MOST_UNREAD]} if lines else {}
    Revision.objects.editable().filter(pk=revision.pk).update(unread=unread)


@transaction.atomic
def revise(contribution: Contribution, *, by: User) -> Revision:
    """The open version of a contribution, or a new one begun from the live text.

    Raises PermissionDenied; WrongStateError where the open version waits for review.
    """
    locked = Contribution.objects.select_for_update().get(pk=contribution.pk)
    if not permissions.can_edit(by, locked):
        raise PermissionDenied
    current = locked.open_revision()
    if current is not None:
        if not current.is_editable:
            raise WrongStateError
        return current
    base = locked.live or locked.revisions.order_by("-number").first()
    kind = kinds.get(locked.kind)
    last = locked.revisions.aggregate(last=Max("number"))["last"] or 0
    revision = Revision.objects.create(
        contribution=locked,
        number=last + 1,
        author=by,
        based_on=base,
        language=locked.original_language,
        answers=base.answers if base else {},
        content=editions.upgraded(kind, base.content, base.edition)
        if base
        else kind.form.first_content(by),
        edition=kind.edition,
    )
    locked.open_state = Revision.State.DRAFT
    locked.save(update_fields=["open_state"])
    return revision


def purge(now: datetime) -> int:
    """Delete for good what has lain in the bin for thirty days; how many drafts that were.

    A contribution that has nothing but such drafts goes with them.
    """
    due = Revision.objects.discarded().filter(discarded_at__lte=now - KEEP_DISCARDED)
    return sum(_delete(pk) for pk in due.order_by("-pk").values_list("pk", flat=True))


@transaction.atomic
def _delete(pk: int) -> int:
    """Delete one draft, unless it was brought back meanwhile or a later version began from it."""
    revision = Revision.objects.select_for_update().filter(pk=pk).first()
    if (
        revision is None
        or revision.discarded_at is None
        or Revision.objects.filter(based_on=revision).exists()
    ):
        return 0
    contribution = Contribution.objects.select_for_update().get(pk=revision.contribution_id)
    revision.delete()
    if contribution.live_id is None and not contribution.revisions.exists():
        contribution.delete()
    return 1
