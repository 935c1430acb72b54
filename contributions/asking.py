"""What of a search goes into the log of queries (search.log), and what does not count as one."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from contributions.browse import Results
from search import log

_ROBOTS: Final = re.compile(
    r"bot\b|crawl|spider|slurp|headless|monitor|curl|wget|python-|preview", re.IGNORECASE
)


def note(request: HttpRequest, results: Results) -> str:
    """Count the search, if it is one; the address that counts an opened result, else empty.

    Words are needed: filters alone are browsing. One query where it counts.
    """
    selection = results.selection
    if not selection.q or request.method != "GET" or _is_robot(request):
        return ""
    kind = [("kind", selection.kind)] if selection.kind else []
    asked = log.asked(
        selection.q,
        interface=(get_language() or "en").split("-")[0],
        filters=urlencode([*kind, *selection.pairs]),
    )
    if not any(map(str.isalnum, asked.folded)):
        return ""
    if selection.page == 1 and not selection.sort and not _looked_before(request):
        log.count(asked, results.listing.total)
    return reverse("search_opened", args=[asked.id])


def _is_robot(request: HttpRequest) -> bool:
    fetched_ahead = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return "prefetch" in fetched_ahead or bool(
        _ROBOTS.search(request.headers.get("User-Agent", ""))
    )


def _looked_before(request: HttpRequest) -> bool:
    """Reloaded (browsers then ask for a fresh copy), gone back to, or looked at from the admin."""
    control = request.headers.get("Cache-Control", "")
    before = urlsplit(request.headers.get("Referer", "")).path
    return (
        "max-age=0" in control or "no-cache" in control or before.startswith(reverse("admin:index"))
    )
