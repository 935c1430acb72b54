"""{% kept key … %}: markup that depends on its key alone, kept in the process's memory.

The key has to hold everything the part inside shows; the language is added here. So nothing ever
has to be thrown away because something changed: another state is another key (ADR 0011).
"""

from __future__ import annotations

from collections import OrderedDict
from hashlib import blake2b
from typing import Any, Final

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

# A card is about 2 KB, so all of it at most about 4 MB for each process.
MOST: Final = 2000
_kept: OrderedDict[bytes, SafeString] = OrderedDict()


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
        found = _kept.get(key)
        if found is None:
            found = _kept[key] = self.nodelist.render(context)
            if len(_kept) > MOST:
                _kept.popitem(last=False)
        return found


def _digest(*parts: Any) -> bytes:
    return blake2b(repr(parts).encode(), digest_size=16).digest()


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """{% kept place key … %} … {% endkept %}; `place` names the part, quoted. Where the first key
    is empty, nothing is kept. No {% csrf_token %} inside, nor anything else of one person."""
    _name, place, *keys = token.split_contents()
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(place, [parser.compile_filter(key) for key in keys], nodelist)
