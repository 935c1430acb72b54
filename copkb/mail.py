"""The demo's mail: kept in a folder, shown at /demo/mail/, and told in the console."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

MAX_KEPT = 200


def folder() -> Path:
    """Where the demo keeps its mails."""
    return Path(settings.DATA_DIR) / "mail"


class DemoMailBackend(BaseEmailBackend):
    """Writes each mail to a file instead of sending it; nothing leaves the machine."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder().mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = timezone.now().strftime("%Y%m%d-%H%M%S-%f") + ".txt"
            text = f"To: {', '.join(message.to)}\nSubject: {message.subject}\n\n{message.body}\n"
            (folder() / name).write_text(text, encoding="utf-8")
            print(f"--- mail (demo, not sent)\n{text}---", flush=True)  # noqa: T201
        for old in sorted(folder().glob("*.txt"))[:-MAX_KEPT]:
            old.unlink(missing_ok=True)
        return len(email_messages)


def kept() -> list[dict[str, str]]:
    """The demo's mails, newest first: when, to, subject, body."""
    mails = []
    for path in sorted(folder().glob("*.txt"), reverse=True)[:MAX_KEPT]:
        head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
        fields = dict(line.partition(": ")[::2] for line in head.splitlines())
        mails.append(
            {"to": fields.get("To", ""), "subject": fields.get("Subject", ""), "body": body}
        )
    return mails
