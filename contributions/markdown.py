"""Markdown of members' texts to safe HTML: the one place of the project that marks text as safe."""

from __future__ import annotations

from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

# No images: pictures come as checked files, never from elsewhere. No raw HTML.
PARSER = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")
TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "a", "h3", "code", "pre", "hr"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}


@lru_cache(maxsize=100)  # about 1 MB; a page has up to ten such texts, and the same ones
def render_markdown(text: str) -> SafeString:
    """HTML of `text`, twice guarded: the parser escapes HTML, the sanitiser keeps TAGS only.

    Every heading becomes an h3, so that a member's text cannot break the outline of the page.
    """
    tokens = PARSER.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h3"
    html = PARSER.renderer.render(tokens, PARSER.options, {})
    clean = nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="nofollow noopener"
    )
    return mark_safe(clean)  # noqa: S308 - cleaned by nh3 in the line above
