"""The demo lessons and challenges say what the workshop report says, in their own words."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

Entry = dict[str, Any]

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "copkb" / "demo"
CONCEPTS = ROOT / "vocabulary" / "data" / "concepts.json"
REPORT = ROOT.parent / "shared" / "report" / "report.txt"

ENTRY_KEYS = {
    "source_key", "kind", "published_on", "quote", "more_quotes", "doubtful", "doubt_note",
    "practice_keys", "content",
}  # fmt: skip
# The summary of a lesson is its statement, so there is no key for it.
CONTENT_KEYS = {
    "form", "title", "statement", "objectives", "primary_objective", "crime_scope",
    "crime_scope_reason", "countries", "international", "subnational_area", "original_language",
    "visibility", "organisation", "resource_person_function", "consent_to_publish", "licence",
    "tags", "source_kind", "source_text", "source_url", "links", "no_identifying_details",
    "operational_detail", "lesson_type", "what_happened", "cause", "recommendation", "applies_to",
    "source_contribution", "anonymous_to_members",
}  # fmt: skip
FLAGS = {
    "international", "consent_to_publish", "no_identifying_details", "anonymous_to_members",
}  # fmt: skip
LISTS = {"objectives", "countries", "tags", "links", "applies_to"}
CHOICES = {
    "form": "report",
    "crime_scope": "TIP SOM BOTH",
    "visibility": "public members coordinators",
    "source_kind": "event_session",
    "operational_detail": "no",
    "lesson_type": "worked did_not_work challenge recommended",
}
PRACTICE_TYPES = {
    "law", "policy", "institution", "procedure", "training", "investigation", "identification",
    "referral", "shelter", "awareness", "technology", "network", "partnership",
}  # fmt: skip
# What is written in our words; the names of bodies and sessions have to be exact.
PROSE = ("title", "statement", "what_happened", "cause", "recommendation", "crime_scope_reason")

# Said in the room about a situation that may have changed, or about helping victims
# through a messenger: for members until the focal point has looked at it.
FOR_MEMBERS = {
    "lesson:child-recruitment",
    "challenge:child-recruitment",
    "lesson:coordination-lacking",
    "challenge:coordination-gaps",
    "lesson:first-policy-with-support",
    "challenge:no-law-or-policy-on-som",
    "lesson:need-to-improve-assistance",
    "lesson:whatsapp-after-training",
}
# Remarks that no public entry may repeat, neither in its words nor in its quotations.
NOT_IN_PUBLIC = (
    "no law or policy",
    "lack of coordination",
    "learned and acknowledged",
    "child recruitment",
    "timely assistance",
)
MAX_STATEMENT_WORDS = 45
SHINGLE = 12

LESSONS: list[Entry] = json.loads((DEMO / "lessons.json").read_text(encoding="utf-8"))
PUBLIC = [entry for entry in LESSONS if entry["content"]["visibility"] == "public"]


def name_of(entry: Entry) -> str:
    return str(entry["source_key"])


def normalised(text: str) -> str:
    return " ".join(text.split())


def shingles(text: str) -> set[str]:
    """Every run of so many words that it can only be copied."""
    words = re.findall(r"\w+", text.casefold())
    return {" ".join(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)}


@pytest.fixture(scope="module")
def report() -> str:
    if not REPORT.exists():
        pytest.skip("the workshop report is not kept beside this project")
    return normalised(REPORT.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def report_shingles(report: str) -> set[str]:
    return shingles(report)


def test_the_report_gives_at_least_60_lessons_and_challenges() -> None:
    assert len(LESSONS) >= 60


def test_no_two_entries_share_a_source_key_or_a_title() -> None:
    keys = [name_of(entry) for entry in LESSONS]
    titles = [entry["content"]["title"] for entry in LESSONS]

    assert sorted(keys) == sorted(set(keys))
    assert sorted(titles) == sorted(set(titles))


@pytest.mark.parametrize("entry", LESSONS, ids=name_of)
def test_an_entry_has_exactly_the_keys_of_a_lesson(entry: Entry) -> None:
    assert set(entry) == ENTRY_KEYS
    assert entry["kind"] == "lesson"
    assert set(entry["content"]) == CONTENT_KEYS
    for key, value in entry["content"].items():
        expected = bool if key in FLAGS else list if key in LISTS else str
        assert type(value) is expected, key


@pytest.mark.parametrize("entry", LESSONS, ids=name_of)
def test_choices_are_known_ones_or_left_open(entry: Entry) -> None:
    content = entry["content"]
    wrong = {
        field: content[field]
        for field, known in CHOICES.items()
        if content[field] not in {"", *known.split()}
    }

    assert wrong == {}
    assert set(content["applies_to"]) <= PRACTICE_TYPES


@pytest.mark.parametrize("entry", LESSONS, ids=name_of)
def test_what_a_reader_needs_is_there(entry: Entry) -> None:
    content = entry["content"]

    assert 0 < len(content["title"]) <= 80
    assert content["lesson_type"]
    assert content["what_happened"]
    assert content["recommendation"]
    assert content["source_text"]


@pytest.mark.parametrize("entry", LESSONS, ids=name_of)
def test_the_statement_is_one_sentence_within_the_limit(entry: Entry) -> None:
    statement = entry["content"]["statement"]

    assert re.fullmatch(r"[A-Z][^.!?;\n]+\.", statement)
    assert len(statement.split()) <= MAX_STATEMENT_WORDS


@pytest.mark.parametrize("entry", LESSONS, ids=name_of)
def test_a_challenge_says_that_it_is_one(entry: Entry) -> None:
    if name_of(entry).startswith("challenge:"):
        assert entry["content"]["lesson_type"] == "challenge"


@pytest.mark.parametrize("entry", LESSONS, ids=name_of)
def test_a_lesson_of_the_whole_has_no_main_objective(entry: Entry) -> None:
    content = entry["content"]
    of_the_whole = len(content["objectives"]) == 6

    assert content["objectives"]
    assert set(content["objectives"]) <= set("123456")
    assert content["primary_objective"] == ("" if of_the_whole else content["objectives"][0])


@pytest.mark.parametrize("entry", LESSONS, ids=name_of)
def test_a_lesson_without_a_country_is_international(entry: Entry) -> None:
    assert entry["content"]["international"] is not bool(entry["content"]["countries"])


@pytest.mark.parametrize("entry", LESSONS, ids=name_of)
def test_both_crimes_come_with_a_reason(entry: Entry) -> None:
    content = entry["content"]

    assert (content["crime_scope"] == "BOTH") is bool(content["crime_scope_reason"])


@pytest.mark.parametrize("entry", LESSONS, ids=name_of)
def test_a_question_to_the_focal_point_rests_on_a_doubt(entry: Entry) -> None:
    assert entry["doubtful"] or not entry["doubt_note"]


def test_only_entries_that_need_it_are_kept_for_members() -> None:
    kept = {name_of(entry) for entry in LESSONS if entry["content"]["visibility"] != "public"}

    assert kept == FOR_MEMBERS


@pytest.mark.parametrize("entry", PUBLIC, ids=name_of)
def test_public_entries_leave_sensitive_remarks_out(entry: Entry) -> None:
    everything = json.dumps(entry, ensure_ascii=False).casefold()

    assert [remark for remark in NOT_IN_PUBLIC if remark in everything] == []


@pytest.mark.parametrize("entry", LESSONS, ids=name_of)
def test_the_remark_on_an_armed_group_is_in_no_entry(entry: Entry) -> None:
    assert not re.search(r"boko|nigeria", json.dumps(entry, ensure_ascii=False).casefold())


@pytest.mark.parametrize("entry", LESSONS, ids=name_of)
def test_practices_it_is_linked_to_exist(entry: Entry) -> None:
    practices = DEMO / "practices.json"
    if not practices.exists():
        pytest.skip("the demo practices are not written yet")
    known = {name_of(other) for other in json.loads(practices.read_text(encoding="utf-8"))}

    assert {f"practice:{key}" for key in entry["practice_keys"]} <= known


@pytest.mark.parametrize("entry", LESSONS, ids=name_of)
def test_tags_are_concepts_of_the_vocabulary(entry: Entry) -> None:
    tags = entry["content"]["tags"]
    assert 2 <= len(tags) <= 5
    assert len(tags) == len(set(tags))
    if not CONCEPTS.exists():
        pytest.skip("the vocabulary has no concepts yet")

    known = set(re.findall(r'"slug":\s*"([^"]+)"', CONCEPTS.read_text(encoding="utf-8")))
    assert set(tags) <= known


@pytest.mark.parametrize("entry", LESSONS, ids=name_of)
def test_quotations_are_the_exact_words_of_the_report(entry: Entry, report: str) -> None:
    quotations = [entry["quote"], *entry["more_quotes"]]

    assert [quote for quote in quotations if normalised(quote) not in report] == []


@pytest.mark.parametrize("entry", LESSONS, ids=name_of)
def test_the_text_is_not_copied_from_the_report(entry: Entry, report_shingles: set[str]) -> None:
    texts = [*(entry["content"][field] for field in PROSE), entry["doubt_note"]]

    assert [run for text in texts for run in shingles(text) & report_shingles] == []


@pytest.mark.parametrize("name", ["call.json", "waiting.json"])
def test_the_call_and_what_waits_quote_the_report(name: str, report: str) -> None:
    found = json.loads((DEMO / name).read_text(encoding="utf-8"))
    entries = found if isinstance(found, list) else [found]
    quotes = [q for entry in entries for q in entry.get("quotes", [entry.get("quote")])]

    assert [quote for quote in quotes if normalised(quote) not in report] == []
