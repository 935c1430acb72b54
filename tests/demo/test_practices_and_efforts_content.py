"""The demo practices and efforts say what the workshop report says, in their own words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
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
    "content",
}  # fmt: skip
COMMON_KEYS = {
    "form", "title", "summary", "objectives", "primary_objective", "crime_scope",
    "crime_scope_reason", "countries", "international", "subnational_area", "original_language",
    "visibility", "organisation", "resource_person_function", "consent_to_publish", "licence",
    "tags", "source_kind", "source_text", "source_url", "links", "no_identifying_details",
    "operational_detail",
}  # fmt: skip
PRACTICE_KEYS = COMMON_KEYS | {
    "practice_type", "maturity", "challenge_addressed", "context", "route_role",
    "forms_of_exploitation", "smuggling_aspects", "target_groups", "beneficiaries",
    "stakeholders", "approach", "building_blocks", "start_date", "end_date",
    "implementation_status", "cost_band", "resources_needed", "legal_basis", "results",
    "evidence_level", "success_factors", "constraints", "how_overcome", "what_did_not_work",
    "sustainability", "replicability", "marker_human_rights", "marker_human_rights_reason",
    "marker_gender", "marker_gender_reason", "marker_age", "marker_age_reason",
    "marker_society", "marker_society_reason",
}  # fmt: skip
EFFORT_KEYS = COMMON_KEYS | {
    "effort_type", "status", "milestones", "adopting_body", "lead_body", "stakeholders",
    "valid_from", "valid_to", "monitoring_mechanism", "indicators", "support_received",
    "challenges", "next_steps",
}  # fmt: skip
CONTENT_KEYS = {"practice": PRACTICE_KEYS, "effort": EFFORT_KEYS}
ROW_KEYS = {
    "links": {"title", "url"},
    "stakeholders": {"name", "kind", "role", "lead"},
    "building_blocks": {"title", "description", "enabling_factors"},
    "results": {"statement", "impact_level", "indicator", "baseline", "value", "year", "source"},
    "milestones": {"date", "label"},
    "indicators": {"name", "unit", "value", "year", "source"},
}
CHOICES = {
    "form": "report",
    "crime_scope": "TIP SOM BOTH",
    "visibility": "public members coordinators",
    "source_kind": "event_session",
    "operational_detail": "no yes",
    "practice_type": "law policy institution procedure training investigation identification"
    " referral shelter awareness technology network partnership",
    "maturity": "",
    "implementation_status": "planned running completed suspended",
    "evidence_level": "claim",
    "marker_gender": "none mainstreamed responsive theory_of_change",
    "effort_type": "law strategy guideline coordination_body unit training_programme project"
    " campaign service agreement central_authority ratification data",
    "status": "announced drafting adopted in_force implementing evaluated lapsed repealed",
    "monitoring_mechanism": "none internal participatory",
}
STAKEHOLDER_KINDS = {
    "ministry", "law_enforcement", "judiciary", "ngo", "private", "international", "youth",
    "other", "",
}  # fmt: skip

# Said in the room about a situation that may have changed, or about helping victims
# through a messenger: for members until the focal point has looked at it.
FOR_MEMBERS = {
    "practice:NE-tot-prosecutors-judges",
    "practice:MA-whatsapp-after-training",
    "effort:NE-tot-prosecutors-judges",
    "effort:KG-programme-against-tip",
}
# Remarks that no public entry may repeat, neither in its words nor in its quotations.
NOT_IN_PUBLIC = (
    "no law or policy",
    "lack of coordination",
    "learned and acknowledged",
    "child recruitment",
    "boko haram",
)

# Names of bodies and sessions may be long and have to be exact.
NAMES = {"organisation", "lead_body", "adopting_body", "name", "source_text"}
SHINGLE = 12


def entries_of(kind: str) -> list[Entry]:
    loaded: list[Entry] = json.loads((DEMO / f"{kind}s.json").read_text(encoding="utf-8"))
    return loaded


PRACTICES = entries_of("practice")
EFFORTS = entries_of("effort")
EVERY = PRACTICES + EFFORTS
PUBLIC = [entry for entry in EVERY if entry["content"]["visibility"] == "public"]


def name_of(entry: Entry) -> str:
    return str(entry["source_key"])


def normalised(text: str) -> str:
    return " ".join(text.split())


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def prose(value: Any, key: str = "") -> Iterator[str]:
    """Every text of an entry except the names of bodies and sessions."""
    if isinstance(value, dict):
        for inner_key, inner in value.items():
            yield from prose(inner, inner_key)
    elif isinstance(value, list):
        for inner in value:
            yield from prose(inner, key)
    elif isinstance(value, str) and key not in NAMES:
        yield value


@pytest.fixture(scope="module")
def report() -> str:
    if not REPORT.exists():
        pytest.skip("the workshop report is not kept beside this project")
    return normalised(REPORT.read_text(encoding="utf-8"))


def test_the_report_gives_at_least_26_practices_and_20_efforts() -> None:
    assert len(PRACTICES) >= 26
    assert len(EFFORTS) >= 20


def test_no_two_entries_share_a_source_key() -> None:
    keys = [name_of(entry) for entry in EVERY]

    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize("entry", EVERY, ids=name_of)
def test_an_entry_has_exactly_the_keys_its_kind_knows(entry: Entry) -> None:
    assert set(entry) == ENTRY_KEYS
    assert name_of(entry).split(":")[0] == entry["kind"]
    assert set(entry["content"]) == CONTENT_KEYS[entry["kind"]]
    for field, keys in ROW_KEYS.items():
        for row in entry["content"].get(field, []):
            assert set(row) == keys, field
            assert all(isinstance(value, str) for value in row.values()), field


@pytest.mark.parametrize("entry", EVERY, ids=name_of)
def test_choices_are_known_ones_or_left_open(entry: Entry) -> None:
    content = entry["content"]
    wrong = {
        field: content[field]
        for field, known in CHOICES.items()
        if field in content and content[field] not in {"", *known.split()}
    }

    assert wrong == {}
    assert {row["kind"] for row in content["stakeholders"]} <= STAKEHOLDER_KINDS


@pytest.mark.parametrize("entry", EVERY, ids=name_of)
def test_title_and_summary_fit_a_phone(entry: Entry) -> None:
    content = entry["content"]

    assert 0 < len(content["title"]) <= 80
    assert 0 < len(content["summary"].split()) <= 60


@pytest.mark.parametrize("entry", EVERY, ids=name_of)
def test_the_first_objective_is_the_primary_one(entry: Entry) -> None:
    content = entry["content"]

    assert content["primary_objective"] == (content["objectives"] or [""])[0]
    assert set(content["objectives"]) <= set("123456")


@pytest.mark.parametrize("entry", EVERY, ids=name_of)
def test_an_entry_belongs_to_a_country_or_is_international(entry: Entry) -> None:
    content = entry["content"]

    if entry["kind"] == "effort":
        assert len(content["countries"]) == 1
        assert not content["international"]
    else:
        assert content["countries"] or content["international"]


@pytest.mark.parametrize("entry", PRACTICES, ids=name_of)
def test_a_reported_result_is_a_claim_and_names_its_source(entry: Entry) -> None:
    results = entry["content"]["results"]

    assert entry["content"]["evidence_level"] == ("claim" if results else "")
    assert all(row["source"] for row in results)


def test_only_entries_that_need_it_are_kept_for_members() -> None:
    kept = {name_of(entry) for entry in EVERY if entry["content"]["visibility"] != "public"}

    assert kept == FOR_MEMBERS


@pytest.mark.parametrize("entry", PUBLIC, ids=name_of)
def test_public_entries_leave_sensitive_remarks_out(entry: Entry) -> None:
    everything = json.dumps(entry, ensure_ascii=False).casefold()

    assert [remark for remark in NOT_IN_PUBLIC if remark in everything] == []


def test_the_doubtful_years_of_the_kyrgyz_programme_stay_open() -> None:
    programme = next(e for e in EFFORTS if name_of(e) == "effort:KG-programme-against-tip")

    assert programme["content"]["valid_from"] == ""
    assert programme["content"]["valid_to"] == ""
    assert not re.search(r"20(10|17|20)", json.dumps(programme["content"]))
    assert "years" in programme["doubt_note"]


@pytest.mark.parametrize("entry", EVERY, ids=name_of)
def test_tags_are_concepts_of_the_vocabulary(entry: Entry) -> None:
    if not CONCEPTS.exists():
        pytest.skip("the vocabulary has no concepts yet")
    known = set(re.findall(r'"slug":\s*"([^"]+)"', CONCEPTS.read_text(encoding="utf-8")))
    tags = entry["content"]["tags"]

    assert set(tags) <= known
    assert len(tags) == len(set(tags))
    assert 2 <= len(tags) <= 6


@pytest.mark.parametrize("entry", EVERY, ids=name_of)
def test_quotations_are_the_exact_words_of_the_report(entry: Entry, report: str) -> None:
    quotations = [entry["quote"], *entry["more_quotes"]]

    assert [quote for quote in quotations if normalised(quote) not in report] == []


@pytest.mark.parametrize("entry", EVERY, ids=name_of)
def test_the_content_is_not_copied_from_the_report(entry: Entry, report: str) -> None:
    said = words(report)
    shingles = {tuple(said[i : i + SHINGLE]) for i in range(len(said) - SHINGLE + 1)}
    copied = [
        " ".join(written[i : i + SHINGLE])
        for written in map(words, prose(entry["content"]))
        for i in range(len(written) - SHINGLE + 1)
        if tuple(written[i : i + SHINGLE]) in shingles
    ]

    assert copied == []
