"""The catalogues of the interface: complete, in step with the source, safe to format."""

from __future__ import annotations

import ast
import functools
import gettext
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polib  # type: ignore[import-untyped]
import pytest
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
LANGUAGES = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
NOT_SEARCHED = {"var", "staticfiles", "tests", "node_modules"}  # as in script/messages

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\w+\}|</?\w[^>]*>")
NAMED = re.compile(r"%\(\w+\)[a-z]|\{\w+\}")
STRING = r"""[uU]?(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")"""
MARKED = re.compile(rf"(?<!\w)(\w*gettext|_)\(\s*({STRING}(?:\s*,\s*{STRING})*)")
FUNCTIONS = {
    f"{prefix}gettext{suffix}": prefix
    for prefix in ("", "n", "p", "np")
    for suffix in ("", "_lazy")
} | {"_": "", "_t": "", "gettext_noop": ""}


class Message(NamedTuple):
    """What the catalogue knows an entry by."""

    text: str
    plural: str = ""
    context: str = ""


def message(kind: str, words: list[str]) -> Message:
    """From the first arguments of a function of `gettext`, of this kind: "", "n", "p", "np"."""
    context = words.pop(0) if "p" in kind else ""
    return Message(words[0], words[1] if "n" in kind else "", context)


def in_python(source: str) -> Iterator[Message]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
        words = [
            argument.value
            for argument in node.args
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        ]
        if name in FUNCTIONS and words:
            yield message(FUNCTIONS[name], words)


def in_template(source: str) -> Iterator[Message]:
    for name, arguments in MARKED.findall(templatize(source)):
        words = [str(ast.literal_eval(found)) for found in re.findall(STRING, arguments)]
        yield message(FUNCTIONS[name], words)


def sources() -> Iterator[Path]:
    for top in ROOT.iterdir():
        if top.name in NOT_SEARCHED or top.name.startswith("."):
            continue
        for path in [top, *top.rglob("*")]:
            if path.suffix in {".py", ".html", ".txt"}:
                yield path


@functools.cache
def messages_in_the_source() -> frozenset[Message]:
    found: set[Message] = set()
    for path in sources():
        read = in_python if path.suffix == ".py" else in_template
        found.update(read(path.read_text(encoding="utf-8")))
    # A catalogue has one entry for “All 5” with a plural and without.
    counted = {entry._replace(plural="") for entry in found if entry.plural}
    return frozenset(entry for entry in found - counted if entry.text)


@pytest.fixture(params=LANGUAGES)
def catalogue(request: pytest.FixtureRequest) -> polib.POFile:
    return polib.pofile(str(ROOT / "locale" / request.param / "LC_MESSAGES" / "django.po"))


def translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def forms_for_one_number(catalogue: polib.POFile) -> set[int]:
    """Plural forms that say the number in their words: “one result”, “two results”."""
    plural = gettext.c2py(plural_rule(catalogue)[1])
    used = [plural(number) for number in range(1000)]
    return {form for form in set(used) if used.count(form) == 1}


def plural_rule(catalogue: polib.POFile) -> tuple[int, str]:
    found = re.match(r"nplurals=(\d); plural=(.+);$", catalogue.metadata["Plural-Forms"])
    assert found
    return int(found[1]), found[2]


def test_every_entry_is_translated(catalogue: polib.POFile) -> None:
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []
    assert [entry.msgid for entry in catalogue.obsolete_entries()] == []


def test_every_plural_form_is_filled(catalogue: polib.POFile) -> None:
    forms = set(range(plural_rule(catalogue)[0]))

    unfilled = [
        entry.msgid
        for entry in catalogue
        if entry.msgid_plural
        and (set(entry.msgstr_plural) != forms or not all(entry.msgstr_plural.values()))
    ]

    assert unfilled == []


def test_placeholders_agree(catalogue: polib.POFile) -> None:
    for entry in catalogue:
        wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        # A form for one number may leave the number out, if it has a name.
        optional = set(NAMED.findall(entry.msgid_plural))
        spelled = forms_for_one_number(catalogue) if optional else set()

        for form, text in enumerate(translations(entry)):
            got = set(PLACEHOLDER.findall(text))
            missing = wanted - got - (optional if form in spelled else set())
            assert (entry.msgid, missing, got - wanted) == (entry.msgid, set(), set())


def starts_with_space(text: str) -> bool:
    return text.startswith((" ", "\n"))  # French may put a no-break space before a colon


def ends_with_space(text: str) -> bool:
    return text.endswith((" ", "\n"))


def test_spaces_at_the_ends_are_kept(catalogue: polib.POFile) -> None:
    """Of marks between items of a list, say: “, ”."""
    changed = [
        entry.msgid
        for entry in catalogue
        for text in translations(entry)
        if any(edge(text) != edge(entry.msgid) for edge in (starts_with_space, ends_with_space))
    ]

    assert changed == []


def test_arabic_has_its_own_marks_and_western_digits() -> None:
    catalogue = polib.pofile(str(ROOT / "locale" / "ar" / "LC_MESSAGES" / "django.po"))

    foreign = [
        text
        for entry in catalogue
        for text in translations(entry)
        if re.search(r'[,;?“”٠-٩ـ]|"', PLACEHOLDER.sub("", text))
    ]

    assert foreign == []


def test_the_catalogue_has_what_the_source_says_and_nothing_else(
    catalogue: polib.POFile,
) -> None:
    """When this fails: run script/messages and translate what is new."""
    known = {Message(e.msgid, e.msgid_plural, e.msgctxt or "") for e in catalogue}
    said = messages_in_the_source()

    assert (sorted(said - known), sorted(known - said)) == ([], [])
