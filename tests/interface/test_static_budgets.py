"""What every reader has to load stays small, turns round by itself and comes from here."""

from __future__ import annotations

import gzip
import re

import pytest

from tests.interface.sources import STATIC, pages, symbols

KB = 1024
SCRIPTS = ("site.js", "form.js", "moderate.js", "review.js")
SHEETS = ("site.css", "moderate.css")
PHYSICAL = re.compile(
    r"(?:margin|padding|border)-(?:left|right|top|bottom)\b"
    r"|(?<![\w-])(?:left|right|top|bottom)\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)"
    r"|border-(?:top|bottom)-(?:left|right)-radius"
    r"|(?<![\w-])(?:min-|max-)?(?:width|height)\s*:(?![^{;]*\)\s*(?:and|,|\{))"
)


def packed(data: bytes) -> int:
    return len(gzip.compress(data, 9))


def test_the_style_sheet_is_at_most_40_kb_and_10_kb_packed() -> None:
    sheet = (STATIC / "site.css").read_bytes()

    assert len(sheet) <= 40 * KB
    assert packed(sheet) <= 10 * KB


def test_all_scripts_are_at_most_60_kb_and_20_kb_packed() -> None:
    scripts = [(STATIC / name).read_bytes() for name in SCRIPTS]

    assert sum(len(script) for script in scripts) <= 60 * KB
    assert sum(packed(script) for script in scripts) <= 20 * KB


def test_there_is_no_other_sheet_or_script() -> None:
    found = {path.name for path in STATIC.rglob("*") if path.suffix in {".css", ".js"}}

    assert found == {*SHEETS, *SCRIPTS}


@pytest.mark.parametrize("name", SHEETS)
def test_sheets_know_no_left_and_right(name: str) -> None:
    sheet = re.sub(r"/\*.*?\*/", "", (STATIC / name).read_text(), flags=re.S)

    assert PHYSICAL.findall(sheet) == []


@pytest.mark.parametrize("name", SHEETS)
def test_sheets_load_nothing(name: str) -> None:
    sheet = (STATIC / name).read_text()

    assert "@import" not in sheet
    assert "url(" not in sheet
    assert "@font-face" not in sheet


def test_every_class_of_a_template_is_in_the_sheet() -> None:
    sheet = (STATIC / "site.css").read_text()
    known = set(re.findall(r"\.([a-zA-Z][\w-]*)", sheet)) | {"plain"}
    without_tags = {
        name: re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", " ", text, flags=re.S)
        for name, text in pages().items()
        if not name.startswith("admin/")
    }

    unknown = {
        (name, css)
        for name, text in without_tags.items()
        for value in re.findall(r'class="([^"]*)"', text)
        for css in value.split()
        if css not in known and not css.endswith("-") and css not in {"o", "scope-tip"}
    }

    assert unknown == set()


def test_every_icon_that_is_used_is_in_the_sprite() -> None:
    named = {
        icon
        for text in pages().values()
        for icon in re.findall(r'_icon\.html" with name="([\w-]+)"', text)
        + re.findall(r'_note\.html"[^%]*\bicon="([\w-]+)"', text)
    }
    drawn = {name for text in pages().values() for name in re.findall(r"#([imk]-[\w-]+)\"", text)}

    assert {f"i-{icon}" for icon in named} | drawn <= symbols()
    assert named, "the pattern finds no icons: it does not fit the templates any more"


def test_knots_bars_and_meters_of_every_value_are_drawn() -> None:
    knots = {"k-done", "k-part", "k-none", "k-plan", "k-no"}

    assert knots | {f"mat-{n}" for n in range(1, 5)} | {f"mt-{n}" for n in range(4)} <= symbols()


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_script_says_nothing_of_its_own(name: str) -> None:
    """Sentences come translated from attributes; a capital and a space betray one in the script."""
    script = re.sub(r"//.*|/\*.*?\*/", "", (STATIC / name).read_text())
    strings = re.findall(r'"([^"\n]*)"', script)

    assert [text for text in strings if re.match(r"[A-Z][a-z]+ [a-z]", text)] == []


def test_the_project_keeps_the_licences_of_what_it_ships() -> None:
    licences = {path.name for path in (STATIC / "licences").iterdir()}

    assert licences == {"lucide.txt"}
