"""{% card … %}: a line of a list."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from contributions import cards
from contributions.models import Contribution

register = template.Library()


@register.simple_tag
def card(shown: str | Contribution, **options: Any) -> SafeString:
    """`shown` is the text of a card (at_once.card_json) or a contribution of `at_once.cards`; the
    options are those of `cards.html`."""
    found = cards.read(shown) if isinstance(shown, str) else cards.of(shown)
    return cards.html(found, **options)
