"""Filters for texts that people wrote: their direction, their Markdown, their dates."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from django import template
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from contributions.markdown import render_markdown

register = template.Library()

# Content languages that Django's own list does not have.
RIGHT_TO_LEFT = {"ps", "sd"}
PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


@register.filter
@lru_cache(maxsize=128)
def dir_of(language: str | None) -> str:
    """Direction of a language code: "rtl" or "ltr"; an empty or unknown code is "ltr"."""
    code = (language or "").lower()
    if code.split("-")[0] in RIGHT_TO_LEFT:
        return "rtl"
    try:
        return "rtl" if get_language_info(code)["bidi"] else "ltr"
    except KeyError:
        return "ltr"


@register.filter
def markdown(text: str | None) -> SafeString:
    return render_markdown(text or "")


@register.filter
def partial_date(value: str | None) -> str:
    """A year, month or day ("2018", "2018-05", "2018-05-21") in words of the active language.

    Whatever is no such date comes back as it is: people's texts are shown, not judged.
    """
    found = PARTIAL_DATE.fullmatch(value or "")
    if found is None:
        return value or ""
    year, month, day = found.groups()
    if month is None:
        return year
    try:
        moment = date(int(year), int(month), int(day or 1))
    except ValueError:
        return found.group()
    return format_date(moment, "j F Y" if day else "F Y")


@register.filter
def how_long(since: datetime | None, depth: int = 2) -> str:
    """How long ago that was ("2 hours, 5 minutes"), of at most `depth` units.

    Where Django would say "0 minutes": "less than a minute", which also fits before "ago" and
    after "for".
    """
    if since is None:
        return ""
    if timezone.now() - since < timedelta(minutes=1):
        return _("less than a minute")
    return timesince(since, depth=depth)
