"""The judged questions are complete, and point to records that exist."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "benchmarks" / "judged"
DEMO = ROOT / "copkb" / "demo"

LANGUAGES = ("en", "fr", "es", "pt", "ru", "ar", "zh")
KINDS = {"words", "phrase", "typo", "acronym", "cross", "variant"}
SCRIPTS = {"ru": "CYRILLIC", "ar": "ARABIC", "zh": "CJK"}


def questions() -> list[dict[str, str]]:
    lines = (FOLDER / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def grades() -> list[tuple[str, str, int]]:
    lines = (FOLDER / "qrels.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    return [(question, record, int(gain)) for question, record, gain in rows]


def records() -> dict[str, dict[str, Any]]:
    names = ("practices.json", "lessons.json", "efforts.json")
    entries = [e for n in names for e in json.loads((DEMO / n).read_text(encoding="utf-8"))]
    return {entry["source_key"]: entry for entry in entries}


def asked(language: str) -> list[dict[str, str]]:
    return [question for question in questions() if question["lang"] == language]


def test_each_question_says_its_id_language_kind_and_text() -> None:
    for question in questions():
        assert set(question) == {"id", "lang", "kind", "text"}, question
        assert question["lang"] in LANGUAGES, question
        assert question["kind"] in KINDS, question
        assert question["id"].startswith(f"{question['lang']}-"), question
        assert question["text"].strip() == question["text"] != "", question


def test_no_id_and_no_question_comes_twice() -> None:
    ids = Counter(question["id"] for question in questions())
    texts = Counter((question["lang"], question["text"]) for question in questions())

    assert [name for name, times in (ids + texts).items() if times > 1] == []


def test_there_are_at_least_126_questions() -> None:
    assert len(questions()) >= 126


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_eighteen_questions_and_every_kind(language: str) -> None:
    kinds = Counter(question["kind"] for question in asked(language))
    # The records are in English: an English question cannot cross languages.
    expected = KINDS - {"cross"} if language == "en" else KINDS

    assert kinds.total() >= 18
    assert set(kinds) == expected
    assert min(kinds.values()) >= 2


@pytest.mark.parametrize("language", SCRIPTS)
def test_questions_are_in_the_script_of_their_language(language: str) -> None:
    for question in asked(language):
        names = [unicodedata.name(letter, "") for letter in question["text"]]
        own = any(name.startswith(SCRIPTS[language]) for name in names)
        assert own or question["kind"] == "acronym", question


def test_phrases_have_quotation_marks() -> None:
    for question in questions():
        quoted = any(mark in question["text"] for mark in '"“«')
        assert quoted == (question["kind"] == "phrase"), question


@pytest.mark.parametrize(
    ("what", "letters"),
    [
        ("vowel signs", "\u064e\u064f\u0650\u0651\u0652"),
        ("tatweel", "\u0640"),
        ("Persian ya", "\u06cc"),
        ("Persian kaf", "\u06a9"),
        ("Arabic-Indic digits", "٠١٢٣٤٥٦٧٨٩"),
        ("Persian digits", "۰۱۲۳۴۵۶۷۸۹"),
    ],
)
def test_arabic_variants_have(what: str, letters: str) -> None:
    variants = [question["text"] for question in asked("ar") if question["kind"] == "variant"]

    assert any(letter in text for text in variants for letter in letters), what


@pytest.mark.parametrize("language", ["es", "pt"])
def test_accents_as_separate_characters_are_kept(language: str) -> None:
    texts = [question["text"] for question in asked(language)]

    assert any(unicodedata.normalize("NFC", text) != text for text in texts)


def test_grades_name_questions_and_records_that_exist() -> None:
    ids = {question["id"] for question in questions()}
    known = records()

    assert [row for row in grades() if row[0] not in ids] == []
    assert [row for row in grades() if row[1] not in known] == []


def test_grades_are_one_to_three_and_given_once() -> None:
    pairs = Counter((question, record) for question, record, _ in grades())

    assert {gain for _, _, gain in grades()} == {1, 2, 3}
    assert [pair for pair, times in pairs.items() if times > 1] == []


def test_every_question_has_an_answer_of_the_highest_grade() -> None:
    answered = {question for question, _, gain in grades() if gain == 3}

    assert [question["id"] for question in questions() if question["id"] not in answered] == []


def test_the_answers_cover_public_and_members_records_of_every_kind() -> None:
    known = records()
    best = [known[record] for _, record, gain in grades() if gain == 3]

    assert {entry["kind"] for entry in best} == {"practice", "lesson", "effort"}
    assert {entry["content"]["visibility"] for entry in best} == {"public", "members"}
