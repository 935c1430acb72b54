"""What a crash leaves on the disk is found by its age and by having no row, and nothing else is."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from contributions.files import attaching, checking, sweeping
from contributions.models import Revision, StoredFile
from tests.contributions.test_files import pdf
from tests.factories.contributions import draft

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in which the attached files lie."""
    folder = tmp_path / "files"
    monkeypatch.setattr(sweeping, "attachment_storage", lambda: FileSystemStorage(folder))
    return folder


def put(disk: Path, name: str, age: timedelta) -> Path:
    file = disk / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"%PDF-1.7")
    seconds = (timezone.now() - age).timestamp()
    os.utime(file, (seconds, seconds))
    return file


def place(key: UUID) -> str:
    return f"{key.hex[:2]}/{key.hex}"


def known(revision: Revision, name: str = "") -> StoredFile:
    stored = StoredFile(
        contribution=revision.contribution, name="a.pdf", media_type="application/pdf", size=8,
        uploaded_by=revision.author,
    )  # fmt: skip
    stored.file.name = name or place(stored.pk)
    stored.save(force_insert=True)
    return stored


def run(*options: str) -> str:
    said = StringIO()
    call_command("remove_stray_files", *options, stdout=said)
    return said.getvalue()


def test_only_old_files_without_a_row_are_deleted(disk: Path, author: User) -> None:
    revision = draft(by=author)
    stray = put(disk, place(uuid4()), 25 * HOUR)
    retried = put(disk, place(uuid4()) + "_Ab3dEf9", 25 * HOUR)
    kept = [
        put(disk, place(uuid4()), 23 * HOUR),  # perhaps an upload that has not ended
        put(disk, str(known(revision).file.name), 25 * HOUR),
        put(disk, str(known(revision, place(uuid4()) + "_Zz9").file.name), 25 * HOUR),
        put(disk, "keep.txt", 25 * HOUR),
        put(disk, f"backup/{uuid4().hex}", 25 * HOUR),
        put(disk, "ab/notes.txt", 25 * HOUR),
    ]

    assert run("--dry-run").splitlines()[-1] == "2 would be deleted"
    assert stray.exists()
    assert run() == "2 deleted\n"

    assert [file.exists() for file in (stray, retried)] == [False, False]
    assert all(file.exists() for file in kept)


def test_where_nothing_was_ever_attached_nothing_is_deleted(disk: Path) -> None:
    assert run() == "0 deleted\n"


def test_a_storage_that_meets_the_wrong_database_is_left_alone(
    disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "MOST", 2)
    files = [put(disk, place(uuid4()), 25 * HOUR) for _ in range(3)]

    with pytest.raises(sweeping.TooManyStraysError):
        sweeping.sweep(timezone.now())
    with pytest.raises(CommandError, match="right database"):
        run()
    assert all(file.exists() for file in files)

    assert run("--all") == "3 deleted\n"


def test_an_upload_that_died_before_its_row_leaves_no_file_for_good(
    disk: Path, author: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = FileSystemStorage(disk)
    monkeypatch.setattr(StoredFile._meta.get_field("file"), "storage", storage)
    revision = draft(by=author)
    before: datetime = timezone.now()

    def killed(*args: object, **kwargs: object) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(StoredFile, "save", killed)
    with pytest.raises(ConnectionResetError):
        attaching.attach(
            revision, checking.check("a.pdf", pdf()), by=author, name="a.pdf",
            row={"title": "A", "language": "en", "credit": ""},
        )  # fmt: skip
    assert len(list(disk.rglob("*"))) == 2  # a folder and a file

    assert sweeping.sweep(before + 20 * HOUR) == 0
    assert sweeping.sweep(before + 25 * HOUR) == 1
