"""manage.py record_bounces: read returned mails and mark what came back.

Without a path one mail is read from standard input, as a mail server's pipe gives it; otherwise
the path is a maildir or an mbox file. Reading a mail again changes nothing.
"""

from __future__ import annotations

import mailbox
import sys
from argparse import ArgumentParser
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import bounces

MAX_BYTES = 10_000_000


class Command(BaseCommand):
    help = "Mark mails that came back, from standard input, a maildir or an mbox file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", nargs="?", help="a maildir or an mbox file; else one mail")
        parser.add_argument("--delete", action="store_true", help="remove the mails that were read")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["path"] is None:
            read, marked = 1, self._record(sys.stdin.buffer.read(MAX_BYTES))
        else:
            read, marked = self._read(_box(Path(options["path"])), delete=options["delete"])
        self.stdout.write(f"{read} read, {marked} mails marked as returned")

    def _read(self, box: mailbox.Mailbox[Any], *, delete: bool) -> tuple[int, int]:
        read, marked = 0, 0
        box.lock()
        try:
            for key in list(box.keys()):
                marked += self._record(box.get_bytes(key)[:MAX_BYTES])
                read += 1
                if delete:
                    box.remove(key)
            box.flush()
        finally:
            box.close()
        return read, marked

    def _record(self, raw: bytes) -> int:
        return len(bounces.record(message_from_bytes(raw, policy=policy.compat32)))


def _box(path: Path) -> mailbox.Mailbox[Any]:
    if path.is_dir() and (path / "new").is_dir():
        return mailbox.Maildir(path, create=False)
    if path.is_file():
        return mailbox.mbox(path, create=False)
    raise CommandError(f"{path} is neither a maildir nor an mbox file.")
