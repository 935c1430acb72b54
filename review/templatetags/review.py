"""How the pages of the review name people and show what changed."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
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
    """A changed text with what was added and removed. Hundreds of pieces: a template would take
    ten times as long."""
    return format_html_join("", "{}", ((_piece(sign, words),) for sign, words in parts))


def _piece(sign: str, words: str) -> str:
    if sign == "removed":
        return format_html("<del>{}{}</del>", _said(_t("removed:")), words)
    if sign == "added":
        return format_html("<ins>{}{}</ins>", _said(_t("added:")), words)
    return words


def _said(word: str) -> SafeString:
    """For screen readers, in the language of the page."""
    return format_html('<span class="mod-sr" lang="{}">{} </span>', get_language(), word)


@register.filter
def look_words(look: Look) -> str:
    """Who looks at it and since when."""
    return reading.look_words(look)
