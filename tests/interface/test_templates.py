"""Templates stay tidy: nothing inline, nothing unused, inputs named, everything translated."""

from __future__ import annotations

import re
import sysconfig
from pathlib import Path

import pytest
from django.template import engines

from tests.interface.sources import pages, partials, python, templates

# Django finds these by their name.
BY_NAME = {
    "400.html", "403.html", "404.html", "500.html", "admin/contributions/revision/change_list.html",
}  # fmt: skip
# The mail page belongs to mails, where nothing but inline style works.
VISIBLE = re.compile(r">([^<>{}]*[A-Za-z]{3,}[^<>{}]*)<")


def offenders(pattern: str) -> dict[str, list[str]]:
    """Pages in which the pattern is found, with what was found."""
    found = {name: re.findall(pattern, text) for name, text in pages().items()}
    return {name: places for name, places in found.items() if places}


@pytest.mark.parametrize(
    "pattern",
    [
        r"\sstyle\s*=.{20}",
        r"<style\b.{20}",
        r"<script\b(?![^>]*\bsrc=)[^>]*>",
        r"\son[a-z]+\s*=\s*[\"'].{20}",
        r"javascript:.{20}",
    ],
)
def test_no_style_or_script_inside_a_page(pattern: str) -> None:
    assert offenders(pattern) == {}


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?:src|srcset|data)=[\"'](?:https?:)?//.{20}",
        r"<link\b[^>]*href=[\"'](?:https?:)?//[^>]*>",
    ],
)
def test_no_page_loads_anything_from_elsewhere(pattern: str) -> None:
    assert offenders(pattern) == {}


def test_every_template_compiles() -> None:
    for name in templates():
        engines["django"].get_template(name)


def test_every_partial_names_its_inputs_in_its_first_line() -> None:
    first_lines = {name: text.splitlines()[0] for name, text in partials().items()}

    assert {n: line for n, line in first_lines.items() if not line.startswith("{# Inputs: ")} == {}


def test_no_template_lies_about_unused() -> None:
    spoken = python() + "".join(templates().values())
    installed = Path(sysconfig.get_paths()["purelib"])

    def is_used(name: str) -> bool:
        quoted = f'"{name}"' in spoken or f"'{name}'" in spoken
        # Some code puts the name together from a folder, a name and an ending.
        stem = Path(name).stem
        made = f'"{stem}"' in spoken and f"{Path(name).parent.as_posix()}/" in spoken
        replaces = any(installed.glob(f"*/templates/{name}")) or any(
            installed.glob(f"*/*/templates/{name}")
        )
        return quoted or made or replaces or name in BY_NAME

    assert [name for name in templates() if not is_used(name)] == []


def test_the_components_page_shows_every_partial() -> None:
    """Directly, inside another partial, or as a part of the base page around it."""
    seen: set[str] = set()
    todo = ["copkb/components.html", "base.html"]
    known = templates()
    while todo:
        for name in re.findall(r'include "([^"]+)"', known[todo.pop()]):
            if name not in seen:
                seen.add(name)
                todo.append(name)

    assert set(partials()) - seen == set()


def test_no_words_outside_translation() -> None:
    """Between tags stand only translated words; "TIP", codes and numbers are shorter or data."""
    untranslated = {}
    for name, page in pages().items():
        text = re.sub(r"\{#.*?#\}", "", page)
        text = re.sub(r"\{% blocktranslate.*?endblocktranslate %\}", "", text, flags=re.S)
        text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.S)
        untranslated[name] = VISIBLE.findall(text)
    del untranslated["copkb/components.html"]  # for developers, in English

    assert {name: words for name, words in untranslated.items() if words} == {}
