"""A focal point stands behind a version of a record about the own country, or takes that back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, OuterRef
from django.utils import timezone

from accounts.models import User
from contributions import at_once, notifications, permissions
from contributions.models import Contribution, Decision, Endorsement, Notification, Revision
from countries.models import Country


def _build(row: at_once.Row) -> Endorsement:
    return Endorsement(
        country=Country(iso2=row["iso2"], names=row["names"]),
        revision=Revision(pk=row["revision"], version=row["version"], number=row["number"]),
        created_at=datetime.fromisoformat(row["created_at"]),
        note=row["note"],
    )


# Hangs on the contribution of a page (at_once.load): asks nothing more.
SHOWN: Final = at_once.Relation(
    name="endorsements",
    rows=lambda: Endorsement.objects.shown().filter(contribution=OuterRef("pk")),
    columns=lambda: {
        "iso2": F("country_id"),
        "names": F("country__names"),
        "revision": F("revision_id"),
        "version": F("revision__version"),
        "number": F("revision__number"),
        "created_at": F("created_at"),
        "note": F("note"),
    },
    build=_build,
)


@dataclass(frozen=True)
class Line:
    """ "Endorsed by the focal point of Morocco", of which version, when."""

    country: str
    version: int | None
    when: datetime
    note: str
    is_current: bool  # the version that is shown now


def lines(contribution: Contribution) -> list[Line]:
    """Of each country the newest version it endorsed. No query after `at_once.load` with SHOWN."""
    newest: dict[str, Line] = {}
    for one in contribution.endorsements.all():
        newest.setdefault(
            one.country_id,
            Line(
                country=one.country.label(),
                version=one.revision.version,
                when=one.created_at,
                note=one.note,
                is_current=one.revision_id == contribution.live_id,
            ),
        )
    return list(newest.values())


def open_countries(revision: Revision, by: User) -> set[str]:
    """Codes of the countries for which the person may endorse this text and nobody has. One
    query."""
    standing = Endorsement.objects.standing().filter(revision=revision)
    return permissions.endorsable_countries(by, revision) - set(
        standing.values_list("country_id", flat=True)
    )


def endorsable(contribution: Contribution, by: User) -> Revision | None:
    """What the focal point may endorse now: the text that waits, else the published one."""
    waiting = contribution.revisions.waiting().first()
    for revision in (waiting, contribution.live):
        if revision is not None:
            revision.contribution = contribution
            if permissions.can_read(by, revision) and permissions.can_endorse(by, revision):
                return revision
    return None


@transaction.atomic
def endorse(
    revision: Revision, *, country: str, by: User, lock: int, note: str = ""
) -> Endorsement | None:
    """Endorse the text as it was read (`lock`). A second time changes nothing; None where the
    text was changed meanwhile. Raises PermissionDenied."""
    contribution = Contribution.objects.select_for_update().get(pk=revision.contribution_id)
    held = Revision.objects.get(pk=revision.pk)
    held.contribution = contribution
    if country not in permissions.endorsable_countries(by, held):
        raise PermissionDenied
    if not permissions.can_endorse(by, held):
        raise PermissionDenied
    if held.lock != lock:
        return None
    made, is_new = Endorsement.objects.get_or_create(
        contribution=contribution,
        revision=held,
        lock=lock,
        country_id=country,
        withdrawn_at=None,
        defaults={"by": by, "note": note.replace("\x00", "").strip()},
    )
    if is_new:
        decision = _record(made, "endorse", by)
        notifications.send(
            notifications.authors(contribution, but=by),
            Notification.Topic.ENDORSED,
            contribution,
            decision=decision,
            text=made.note,
        )
    return made


@transaction.atomic
def take_back(endorsement: Endorsement, *, by: User) -> None:
    """Who speaks for the country takes the endorsement back; a second time changes nothing.
    Raises PermissionDenied."""
    held = Endorsement.objects.select_for_update().get(pk=endorsement.pk)
    if not by.is_member or held.country_id not in by.focal_countries:
        raise PermissionDenied
    if held.withdrawn_at is None:
        held.withdrawn_at = timezone.now()
        held.save(update_fields=["withdrawn_at"])
        _record(held, "unendorse", by)


def _record(endorsement: Endorsement, action: str, by: User) -> Decision:
    """The step in the history of the contribution; the state of the text stays."""
    state = endorsement.revision.state
    return Decision.objects.create(
        contribution=endorsement.contribution,
        revision=endorsement.revision,
        action=action,
        from_state=state,
        to_state=state,
        by=by,
        note=endorsement.note,
        changes={"country": endorsement.country_id},
    )
