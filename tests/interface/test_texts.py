"""Texts of members: safe HTML, right direction, honest dates."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from contributions.markdown import ATTRIBUTES, TAGS, render_markdown
from contributions.templatetags.text import dir_of, partial_date


class Collector(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(tag, name) for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]


HOSTILE = st.lists(
    st.sampled_from(
        ["<script>", "</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))",
         "[b](data:text/html,x)", "![c](https://e.example/x.png)", "<a href=", "\"'><svg onload=a>",
         "`", "```", "\n", "\n\n", "# ", "> ", "- ", "1. ", "**", "text", "سلام", "\x00", "&lt;",
         "[d]: javascript:x\n[d]", "<style>", "<!--", "https://e.example", "<https://e.example>"]
    ),
    max_size=30,
).map("".join)  # fmt: skip


@given(HOSTILE)
def test_markdown_never_lets_anything_but_plain_text_marks_through(text: str) -> None:
    found = Collector(render_markdown(text))

    assert found.tags <= TAGS
    allowed = {(tag, name) for tag, names in ATTRIBUTES.items() for name in names} | {("a", "rel")}
    assert found.attributes <= allowed
    assert all(
        link.split(":")[0] in {"http", "https", "mailto"} for link in found.links if ":" in link
    )


def test_markdown_keeps_steps_lists_and_links() -> None:
    html = render_markdown("1. One\n2. **Two**\n\n[text](https://example.org/)")

    assert "<ol>" in html
    assert "<strong>Two</strong>" in html
    assert '<a href="https://example.org/" rel="nofollow noopener">text</a>' in html


def test_html_of_a_member_is_shown_as_typed() -> None:
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in render_markdown("<script>alert(1)</script>")


def test_headings_of_a_member_cannot_outrank_the_page() -> None:
    html = render_markdown("# Big\n\n###### Small")

    assert html.count("<h3>") == 2


def test_a_hundred_thousand_characters_are_read() -> None:
    assert len(render_markdown("word " * 20_000)) >= 99_000
    assert render_markdown(">" * 100_000)


@pytest.mark.parametrize(
    ("language", "direction"),
    [("ar", "rtl"), ("fa", "rtl"), ("ur", "rtl"), ("ps", "rtl"), ("en", "ltr"), ("zh", "ltr"),
     ("pt-br", "ltr"), ("ar-eg", "rtl"), ("", "ltr"), (None, "ltr"), ("xx", "ltr")],
)  # fmt: skip
def test_direction_of_a_language(language: str | None, direction: str) -> None:
    assert dir_of(language) == direction


@pytest.mark.parametrize(
    ("value", "words"),
    [("2018", "2018"), ("2018-05", "May 2018"), ("2018-05-21", "21 May 2018"),
     ("", ""), (None, ""), ("spring 2018", "spring 2018"), ("2018-13", "2018-13"),
     ("2018-02-30", "2018-02-30")],
)  # fmt: skip
def test_a_date_is_as_exact_as_it_was_told(value: str | None, words: str) -> None:
    with translation.override("en"):
        assert partial_date(value) == words


def test_months_are_in_the_language_of_the_page() -> None:
    with translation.override("fr"):
        assert partial_date("2018-05") == "mai 2018"
    with translation.override("ar"):
        assert partial_date("2018-05") == "مايو 2018"
