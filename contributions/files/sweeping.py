"""Files that no row points to: the process died between the disk and the database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from django.core.files.storage import Storage
from django.utils import timezone

from contributions.models import StoredFile
from contributions.models.attachment import attachment_storage

# The transaction that will point to a file ends long before.
KEPT_STRAY: Final = timedelta(days=1)
# Crashes leave a handful; more than that is rather a storage that meets the wrong database.
MOST: Final = 100
# Only what an upload writes (attachment._path, with what a storage adds to a name that is taken);
# whatever else lies there is somebody else's.
_FOLDER: Final = re.compile(r"[0-9a-f]{2}")
_NAME: Final = re.compile(r"[0-9a-f]{32}(_\w+)?")


class TooManyStraysError(Exception):
    """More files than crashes leave: somebody should look before they are deleted."""


def sweep(now: datetime) -> int:
    """Delete files that no row points to and that are older than a day; returns how many. A
    listing and a query for each folder (at most 256). Raises TooManyStraysError, and deletes
    nothing then."""
    found = list(strays(now))
    if len(found) > MOST:
        raise TooManyStraysError(len(found))
    return remove(found)


def remove(names: Iterable[str]) -> int:
    """Delete these files; returns how many."""
    storage = attachment_storage()
    count = 0
    for name in names:
        storage.delete(name)
        count += 1
    return count


def strays(now: datetime) -> Iterator[str]:
    """The names of such files, folder by folder."""
    storage = attachment_storage()
    for folder in sorted(_listed(storage, "")[0]):
        if _FOLDER.fullmatch(folder):
            yield from _strays_in(storage, folder, now - KEPT_STRAY)


def _strays_in(storage: Storage, folder: str, before: datetime) -> list[str]:
    there = [f"{folder}/{name}" for name in _listed(storage, folder)[1] if _NAME.fullmatch(name)]
    old = [name for name in there if _changed_before(storage, name, before)]
    if not old:
        return []
    # Asked last: what an upload wrote before is old by now, and its row is there or never will be.
    pointed = StoredFile.objects.filter(file__startswith=f"{folder}/")
    kept = set(pointed.values_list("file", flat=True))
    return sorted(set(old) - kept)


def _changed_before(storage: Storage, name: str, before: datetime) -> bool:
    try:
        changed = storage.get_modified_time(name)
    except FileNotFoundError:  # another run was faster
        return False
    return (changed if timezone.is_aware(changed) else timezone.make_aware(changed)) < before


def _listed(storage: Storage, folder: str) -> tuple[list[str], list[str]]:
    """Folders and files; nothing where nothing was ever attached."""
    try:
        return storage.listdir(folder)
    except FileNotFoundError:
        return [], []
