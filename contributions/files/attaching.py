"""Attaching a file to a draft, and who may read one."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction

from accounts.models import User
from contributions import drafts, permissions
from contributions.content import clean_text, rows_of
from contributions.files.checking import Checked
from contributions.models import Contribution, Revision, StoredFile
from contributions.models.attachment import FILES

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

MOST: Final = 10
# A file that no version names any more may still stand on somebody's open page.
KEPT_UNUSED: Final = timedelta(days=30)


class TooManyFilesError(Exception):
    """A contribution has as many files as it may."""


@transaction.atomic
def attach(
    revision: Revision, checked: Checked, *, by: User, name: str, row: dict[str, str]
) -> StoredFile:
    """Keep the file and name it in the draft, after those that are there.

    `row` has title, language and credit. A file that the draft has already is not kept twice, so
    that whoever never got the answer may send it again: it is called as it was called last.
    Raises PermissionDenied, TooManyFilesError, and what `drafts.save` raises; nothing is kept then.
    """
    if not permissions.can_edit(by, revision.contribution):
        raise PermissionDenied
    revision = Revision.objects.select_for_update().get(pk=revision.pk)
    rows = rows_of(revision.content, FILES)
    if there := _there(revision, checked):
        key = str(there.pk)
        renamed = [old | row if old.get("file") == key else old for old in rows]
        if renamed != rows:
            drafts.save(revision, {FILES: renamed}, by=by, lock=revision.lock)
        return there
    if len(rows) >= MOST:
        raise TooManyFilesError
    stored = StoredFile(
        contribution_id=revision.contribution_id,
        name=_plain_name(name),
        media_type=checked.media_type,
        size=len(checked.data),
        uploaded_by=by,
    )
    added = [*rows, {"file": str(stored.pk), **row}]
    # First what may be refused: the disk takes nothing back.
    drafts.save(revision, {FILES: added}, by=by, lock=revision.lock)
    stored.file.save(stored.name, ContentFile(checked.data), save=False)
    stored.save(force_insert=True)
    return stored


def _there(revision: Revision, checked: Checked) -> StoredFile | None:
    """The file that the draft names and that holds the same bytes."""
    alike = [stored for stored, _row in revision.files() if stored.size == len(checked.data)]
    return next((stored for stored in alike if _bytes(stored) == checked.data), None)


def _bytes(stored: StoredFile) -> bytes | None:
    try:
        with stored.file.open("rb") as opened:
            return bytes(opened.read())
    except FileNotFoundError:
        return None


def _plain_name(name: str) -> str:
    """The last part of a path, without what file systems and headers trip over, at most 150."""
    bare = PurePosixPath(clean_text(name).replace("\\", "/")).name
    kept = "".join(char for char in bare if char.isprintable() and char not in '"<>:|?*;')
    stem, dot, suffix = kept.rpartition(".")
    return f"{stem[: 150 - len(suffix) - 1]}{dot}{suffix}"


def readable(user: User | AnonymousUser, code: str, key: UUID) -> StoredFile | None:
    """The file, if the person sees the record and a version of it that names the file.

    One query for what is published, up to four more otherwise.
    """
    contribution = Contribution.objects.visible_to(user).filter(code=code).first()
    if contribution is None:
        return None
    stored = contribution.files.filter(pk=key).first()
    if stored is None:
        return None
    if contribution.is_published and contribution.attachments.filter(file=stored).exists():
        return stored
    if stored.uploaded_by_id == user.pk:
        return stored
    for revision in contribution.revisions.filter(**_naming(key)):
        revision.contribution = contribution
        if permissions.can_read(user, revision):
            return stored
    return None


def purge(now: datetime) -> int:
    """Delete files that no version names and that are old enough; returns how many. Two queries
    for each old file: run it once a day."""
    count = 0
    for stored in StoredFile.objects.filter(uploaded_at__lt=now - KEPT_UNUSED):
        versions = Revision.objects.filter(contribution=stored.contribution_id)
        if versions.filter(**_naming(stored.pk)).exists():
            continue
        with transaction.atomic():
            stored.delete()
            transaction.on_commit(partial(stored.file.storage.delete, str(stored.file.name)))
        count += 1
    return count


def _naming(key: UUID) -> dict[str, Any]:
    """The condition on versions that name this file."""
    return {f"content__{FILES}__contains": [{"file": str(key)}]}
