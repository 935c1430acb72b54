"""The web addresses of a text, and whether they answer: asked by a task, never in a request."""

from __future__ import annotations

import re
import time
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext
from django_tasks import task

from accounts.models import User
from contributions.content import texts_in
from contributions.findings import Finding
from contributions.models import Revision
from contributions.sentence import isolated
from review import calling
from review.models import LinkCheck

MAX_LINKS = 40
MAX_LENGTH = 2_000
DEADLINE = 90.0  # seconds for all addresses of a text
_ADDRESS = re.compile(r"https?://[^\s<>\"'“”«»()\[\]]+", re.I)
_TAIL = ".,;:!?…،؛。"


def addresses(content: Any) -> list[str]:
    """The web addresses in all texts of a content, each once, in their order; at most MAX_LINKS."""
    found: dict[str, None] = {}
    for text in texts_in(content):
        for address in _ADDRESS.findall(text):
            if len(address) <= MAX_LENGTH:
                found[address.rstrip(_TAIL)] = None
    return list(found)[:MAX_LINKS]


def check_later(revision: Revision, by: User) -> None:
    """Queue the check, where there is something to check and the site may go out."""
    if can_try(revision):
        check_links.enqueue(revision.pk)


def can_try(revision: Revision) -> bool:
    return settings.CHECK_LINKS and bool(addresses(revision.content))


def check(revision: Revision) -> int:
    """Ask every address and keep the answers; how many were asked. Takes up to DEADLINE."""
    wanted = addresses(revision.content)
    ends = time.monotonic() + DEADLINE
    answers = {url: calling.ask(url) for url in wanted if time.monotonic() < ends}
    now = timezone.now()
    LinkCheck.objects.filter(revision=revision).exclude(url__in=wanted).delete()
    LinkCheck.objects.bulk_create(
        [
            LinkCheck(revision=revision, url=url, result=a.result, status=a.status, checked_at=now)
            for url, a in answers.items()
        ],
        update_conflicts=True,
        unique_fields=["revision", "url"],
        update_fields=["result", "status", "checked_at"],
    )
    return len(answers)


@task()
def check_links(revision_id: int) -> None:
    """Try the links of one text; a second run writes the newer answers."""
    revision = Revision.objects.filter(pk=revision_id).first()
    if revision is not None:
        check(revision)


def findings(revision: Revision) -> list[Finding]:
    """Lines for the list of checks. One query."""
    wanted = addresses(revision.content)
    if not wanted:
        return []
    known = {row.url: row for row in LinkCheck.objects.filter(revision=revision)}
    found = [
        Finding("look", _t("The link %(url)s %(says)s.") % {
            "url": isolated(known[url].url), "says": known[url].get_result_display(),
        })
        for url in wanted
        if url in known and known[url].result != LinkCheck.Result.ANSWERS
    ]  # fmt: skip
    unknown = sum(url not in known for url in wanted)
    if unknown:
        text = ngettext(
            "%d link has not been tried yet.", "%d links have not been tried yet.", unknown
        )
        found.append(Finding("look", text % unknown))
    return found or [Finding("fine", _t("All links answer."))]
