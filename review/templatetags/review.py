"""How the pages of the review name people and show what changed."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _t

from contributions import differences
from review import reading
from review.models import Look

register = template.Library()


@register.filter
def reviewer_words(person: object) -> str:
    """A reviewer as other reviewers see them."""
    return reading.reviewer_words(person)  # type: ignore[arg-type]  # templates have no types


@register.filter
def with_marks(parts: Iterable[differences.Part]) -> SafeString:
    """A changed text with what was added and removed. A thousand pieces: they are put together
    by hand, for a template or a formatter would take ten times as long."""
    marks = {"removed": _mark("del", _t("removed:")), "added": _mark("ins", _t("added:"))}
    pieces = []
    for sign, words in parts:
        before, after = marks.get(sign, ("", ""))
        pieces.append(f"{before}{escape(words)}{after}")
    return SafeString("".join(pieces))


def _mark(tag: str, word: str) -> tuple[str, str]:
    """Begin and end of it; the word is for screen readers, in the language of the page."""
    said = format_html('<span class="mod-sr" lang="{}">{} </span>', get_language(), word)
    return f"<{tag}>{said}", f"</{tag}>"


@register.filter
def with_labels(rows: Iterable[list[tuple[str, str]]]) -> SafeString:
    """Rows of a version in words, each cell behind the name of its column; for the same reason
    without a template."""
    language = escape(get_language() or "")
    lines = (
        " · ".join(
            f'<small><bdi lang="{language}">{escape(label)}:</bdi></small> {escape(text)}'
            for label, text in row
        )
        for row in rows
    )
    return SafeString("".join(f"<li>{line}</li>" for line in lines))


@register.filter
def look_words(look: Look) -> str:
    """Who looks at it and since when."""
    return reading.look_words(look)
