"""How the pages of the review name people."""

from __future__ import annotations

from django import template

from review import reading
from review.models import Look

register = template.Library()


@register.filter
def reviewer_words(person: object) -> str:
    """A reviewer as other reviewers see them."""
    return reading.reviewer_words(person)  # type: ignore[arg-type]  # templates have no types


@register.filter
def look_words(look: Look) -> str:
    """Who looks at it and since when."""
    return reading.look_words(look)
