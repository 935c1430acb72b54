"""How the inbox is put into mails: one line, or a digest; in the reader's language.

Every mail says how to get fewer: in its text, and in the headers of RFC 8058.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts.mailing import absolute, language_of
from accounts.models import Delivery, User
from contributions import unsubscribing
from contributions.models import Notification

# Of many lines that say the same of one text, so many excerpts stand in the digest.
EXCERPTS = 3


def of_line(line: Notification) -> EmailMultiAlternatives:
    """One line of the inbox."""
    with translation.override(language_of(line.recipient)):
        person = line.recipient
        names = ("notification_subject", "notification")
        return _mail(names, person, scope=line.topic, line=line)


def of_digest(person: User, lines: Iterable[Notification]) -> EmailMultiAlternatives:
    """All lines that are due, by topic and text."""
    with translation.override(language_of(person)):
        lines = list(lines)
        sections = _sections(lines)
        names = ("digest_subject", "digest")
        return _mail(names, person, scope=Delivery.DIGEST, sections=sections, count=len(lines))


def _mail(
    names: tuple[str, str], person: User, *, scope: str, **context: Any
) -> EmailMultiAlternatives:
    subject, name = names
    off = absolute(unsubscribing.address(person, scope))
    context |= {
        "site_url": settings.SITE_URL,
        "site_name": settings.SITE_NAME,
        "off": off,
        "choices": absolute(reverse("contributions:mail_choices")),
        "inbox": absolute(reverse("contributions:inbox")),
    }
    mail = EmailMultiAlternatives(
        subject=" ".join(render_to_string(f"mail/{subject}.txt", context).split()),
        body=render_to_string(f"mail/{name}.txt", context).strip(),
        to=[person.email],
        headers={
            "List-Unsubscribe": f"<{off}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    mail.attach_alternative(render_to_string(f"mail/{name}.html", context), "text/html")
    return mail


def _sections(lines: list[Notification]) -> list[dict[str, Any]]:
    """Topics in the order of the settings page; what says the same of one text is one entry."""
    topics: dict[str, dict[tuple[str, str], dict[str, Any]]] = {}
    for line in lines:
        sentence, path = line.sentence(), line.get_absolute_url()
        entries = topics.setdefault(line.topic, {})
        entry = entries.setdefault(
            (sentence, path.partition("#")[0]),
            {"sentence": sentence, "path": path, "texts": [], "more": 0},
        )
        if line.text and len(entry["texts"]) < EXCERPTS:
            entry["texts"].append(line.text)
        elif line.text:
            entry["more"] += 1
    return [
        {"label": Notification.Topic(topic).label, "entries": list(topics[topic].values())}
        for topic in Notification.Topic.values
        if topic in topics
    ]
