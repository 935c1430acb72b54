"""{% kept key … %}: markup that depends on its key alone, kept in the process's memory.

The key has to hold everything the part inside shows; the language is added here. So nothing ever
has to be thrown away because something changed: another state is another key (ADR 0011).
"""

from __future__ import annotations

import zlib
from hashlib import blake2b
from typing import Any, Final

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from contributions.memory import Memory

register = template.Library()

# Bytes for each process, packed: of three hundred pages of records, or some thousand filters.
MOST: Final = 2_000_000
_kept: Memory[SafeString | bytes] = Memory(MOST, len)
# What is shorter is hardly made smaller.
_PACKED_FROM: Final = 2_000


class KeptNode(template.Node):
    def __init__(self, place: str, keys: list[FilterExpression], nodelist: NodeList) -> None:
        self.place = place
        self.keys = keys
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        parts = [key.resolve(context) for key in self.keys]
        if not parts[0]:
            return self.nodelist.render(context)
        key = _digest(self.place, get_language(), parts)
        return _unpacked(_kept.get(key, lambda: _packed(self.nodelist.render(context))))


def _digest(*parts: Any) -> bytes:
    return blake2b(repr(parts).encode(), digest_size=16).digest()


def find(place: str, *keys: Any) -> SafeString | None:
    """What the tag keeps in the active language, if it does."""
    found = _kept.find(_digest(place, get_language(), list(keys)))
    return None if found is None else _unpacked(found)


def _packed(markup: SafeString) -> SafeString | bytes:
    return zlib.compress(markup.encode(), 4) if len(markup) >= _PACKED_FROM else markup


def _unpacked(kept: SafeString | bytes) -> SafeString:
    return SafeString(zlib.decompress(kept).decode()) if isinstance(kept, bytes) else kept


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """{% kept place key … %} … {% endkept %}; `place` names the part, quoted. Where the first key
    is empty, nothing is kept. No {% csrf_token %} inside, nor anything else of one person."""
    _name, place, *keys = token.split_contents()
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(place.strip('"'), [parser.compile_filter(key) for key in keys], nodelist)
