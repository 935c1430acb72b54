"""The vocabulary file is complete and sound, and a broken one is refused with reasons."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from search.folding import fold
from vocabulary import catalogue
from vocabulary.models import Concept

ENTRIES = catalogue.read()
# Acronyms that two concepts share in one language, on purpose: {(language, folded acronym)}.
SHARED_ACRONYMS: set[tuple[str, str]] = set()
# Concepts whose name is a proper name, or a word that two languages share.
LATIN = re.compile(r"[A-Za-z]")
LATIN_PROPER_NAMES = {"WhatsApp", "GLO.ACT"}
SAME_IN_ENGLISH_AND_FRENCH = {
    "agriculture", "corruption", "education", "extradition", "innovation", "interpol",
    "legislation", "police", "prevention", "servitude", "sport",
}  # fmt: skip
FORMS_OF_EXPLOITATION = {
    "sexual-exploitation", "forced-labour", "slavery", "servitude", "removal-of-organs",
    "forced-criminality", "exploitation-of-begging", "forced-marriage",
    "online-child-sexual-exploitation", "armed-groups-recruitment",
}  # fmt: skip
SMUGGLING_ASPECTS = {
    "smuggling-by-land", "smuggling-by-sea", "smuggling-by-air", "document-fraud",
    "aggravated-smuggling",
}  # fmt: skip
FIELD_ACRONYMS = {
    "TIP": "trafficking-in-persons",
    "SOM": "smuggling-of-migrants",
    "NRM": "national-referral-mechanism",
    "MLA": "mutual-legal-assistance",
    "JIT": "joint-investigation-teams",
    "ToT": "training-of-trainers",
    "NAP": "national-action-plan",
    "SOP": "standard-operating-procedures",
    "UNTOC": "untoc",
    "BID": "best-interests-determination",
}


def test_there_are_at_least_250_concepts_in_every_group() -> None:
    assert len(ENTRIES) >= 250
    assert {entry.group for entry in ENTRIES} == set(Concept.Group.values)


def test_every_form_of_exploitation_and_aspect_of_smuggling_is_a_concept() -> None:
    slugs = {entry.slug for entry in ENTRIES}

    assert slugs >= FORMS_OF_EXPLOITATION | SMUGGLING_ASPECTS


@pytest.mark.parametrize(("acronym", "slug"), FIELD_ACRONYMS.items())
def test_the_fields_acronyms_are_known(acronym: str, slug: str) -> None:
    bearers = [
        entry.slug
        for entry in ENTRIES
        for label in entry.labels
        if (label.language, label.kind, label.text) == ("en", "acronym", acronym)
    ]

    assert bearers == [slug]


def test_no_acronym_means_two_things_in_one_language() -> None:
    bearers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for entry in ENTRIES:
        for label in entry.labels:
            if label.kind == "acronym":
                bearers[label.language, fold(label.text)].add(entry.slug)

    assert {key: slugs for key, slugs in bearers.items() if len(slugs) > 1}.keys() == (
        SHARED_ACRONYMS
    )


def test_no_label_names_two_concepts_in_one_language() -> None:
    bearers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for entry in ENTRIES:
        for label in entry.labels:
            if label.kind != "acronym":
                bearers[label.language, fold(label.text)].add(entry.slug)

    assert {key: slugs for key, slugs in bearers.items() if len(slugs) > 1} == {}


def test_labels_are_in_the_script_of_their_language() -> None:
    foreign = []
    for entry in ENTRIES:
        for label in entry.labels:
            text = label.text
            for name in LATIN_PROPER_NAMES:
                text = text.replace(name, "")
            is_latin = bool(LATIN.search(text))
            if label.kind != "acronym" and is_latin != (label.language in {"en", "fr", "es", "pt"}):
                foreign.append((entry.slug, label.language, label.text))

    assert foreign == []


@pytest.mark.parametrize("language", ["fr", "es", "pt"])
def test_translations_are_not_copies_of_the_english(language: str) -> None:
    copies = {
        entry.slug
        for entry in ENTRIES
        for label in entry.labels
        if (label.language, label.kind) == (language, "preferred")
        and fold(label.text) == fold(entry.name)
    }

    assert copies <= (SAME_IN_ENGLISH_AND_FRENCH if language == "fr" else {"interpol"})


def test_the_file_is_sorted_and_formatted_for_review() -> None:
    text = catalogue.PATH.read_text(encoding="utf-8")
    blocks = json.loads(text)
    groups = list(Concept.Group.values)

    assert text == json.dumps(blocks, ensure_ascii=False, indent=2) + "\n"
    assert blocks == sorted(blocks, key=lambda b: (groups.index(b["group"]), b["slug"]))


LANGUAGES = ("en", "fr", "es", "pt", "ru", "ar", "zh")


def block(slug: str, **changes: Any) -> dict[str, Any]:
    return {
        "slug": slug,
        "group": "theme",
        "labels": {language: f"{slug} {language}" for language in LANGUAGES},
        "scope_note": "A sentence.",
        "source": "GLO.ACT community",
        **changes,
    }


def faults(tmp_path: Path, *blocks: object) -> str:
    path = tmp_path / "concepts.json"
    path.write_text(json.dumps(blocks), encoding="utf-8")
    with pytest.raises(catalogue.CatalogueError) as caught:
        catalogue.read(path)
    return str(caught.value)


def without(slug: str, key: str) -> dict[str, Any]:
    return {k: v for k, v in block(slug).items() if k != key}


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        (without("one", "scope_note"), "concept 1 (one): 'scope_note' is missing"),
        (without("one", "slug"), "concept 1 (without slug): 'slug' is missing"),
        (block("one", colour="red"), "concept 1 (one): unknown keys colour"),
        (block("one", labels=["One"]), "concept 1 (one): ['One'] is not a table of languages"),
        (block("one", related="two"), "concept 1 (one): 'two' is not a list"),
        (block("one", source=" "), "concept 1 (one): ' ' is not a text"),
        (block("One Two"), "One Two: the slug is not lower-case words and hyphens"),
        (block("one", group="colour"), "one: unknown group colour"),
        (block("one", synonyms={"xx": ["Uno"]}), "one: unknown languages xx"),
        (block("one", labels={"en": "One"}), "one: no label in fr, es, pt, ru, ar, zh"),
        (block("one", source="x" * 201), f"one: “{'x' * 20}…” is longer than 200 characters"),
        (block("one", synonyms={"fr": ["ONE fr"]}), "one: the label “one fr” stands 2 times in fr"),
        (block("one", broader="two"), "one: broader concept two does not exist"),
        (block("one", related=["two"]), "one: related concept two does not exist"),
        (block("one", related=["one"]), "one: related to itself"),
        (block("one", broader="one"), "one: its broader concepts lead back to it"),
    ],
)
def test_a_fault_is_named_with_its_concept(
    tmp_path: Path, broken: dict[str, Any], fault: str
) -> None:
    assert fault in faults(tmp_path, broken).splitlines()


def test_something_that_is_no_concept_is_named_by_its_place(tmp_path: Path) -> None:
    assert faults(tmp_path, block("one"), "two").startswith("concept 2 (without slug): ")


def test_repeated_slugs_and_names_are_named(tmp_path: Path) -> None:
    assert faults(tmp_path, block("one"), block("one")).splitlines() == [
        "the slug “one” stands 2 times",
        "the English label “one en” stands 2 times",
    ]


def test_a_circle_of_broader_concepts_is_named(tmp_path: Path) -> None:
    circle = faults(tmp_path, block("one", broader="two"), block("two", broader="one"))

    assert circle.splitlines() == [
        "one: its broader concepts lead back to it",
        "two: its broader concepts lead back to it",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[{", "concepts.json is not JSON in UTF-8"),
        ("{}", "concepts.json is not a list of concepts"),
    ],
)
def test_a_file_that_is_no_list_is_refused(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "concepts.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(catalogue.CatalogueError, match=fault):
        catalogue.read(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(catalogue.CatalogueError, match=r"none\.json cannot be read"):
        catalogue.read(tmp_path / "none.json")
