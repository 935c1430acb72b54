"""A record of 5,000 words, the longest that the forms accept, in two versions."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from contributions import drafts, workflow
from contributions.models import Contribution, Revision
from tests.factories.contributions import published

_WORDS = (
    "the", "prosecutors", "of", "every", "court", "meet", "twice", "a", "year", "and", "compare",
    "what", "they", "have", "learned", "about", "victims", "who", "came", "back", "police",
    "officers", "first", "met", "them", "at", "border", "with", "form", "judges", "shelter",
)  # fmt: skip


def prose(words: int, seed: int = 0) -> str:
    """`words` words, other ones for another seed."""
    chosen = [_WORDS[(i * (7 + seed % 5) + i // 11 + seed) % len(_WORDS)] for i in range(words)]
    lines = [" ".join(chosen[i : i + 20]) for i in range(0, words, 20)]
    return "\n".join(lines)


def full(seed: int = 0) -> dict[str, Any]:
    """The full form of a practice, each text as long as its limit, and many rows."""
    texts = {
        "challenge_addressed": 150, "context": 300, "beneficiaries": 80, "approach": 800,
        "resources_needed": 150, "legal_basis": 100, "success_factors": 200, "constraints": 200,
        "how_overcome": 200, "what_did_not_work": 200, "sustainability": 200, "replicability": 200,
    }  # fmt: skip
    content: dict[str, Any] = {
        name: prose(words, number + seed) for number, (name, words) in enumerate(texts.items())
    }
    content["summary"] = prose(60, seed)
    content["results"] = [
        {"statement": prose(60, row + seed), "impact_level": "institutional", "indicator": "Cases",
         "baseline": "10", "value": "25", "year": "2018", "source": prose(12, row)}
        for row in range(16)
    ]  # fmt: skip
    content["building_blocks"] = [
        {"title": prose(6, row), "description": prose(70, row + seed),
         "enabling_factors": prose(30, row)}
        for row in range(10)
    ]  # fmt: skip
    return content


def waiting_version(author: User, coordinator: User, *, rounds: int = 1) -> Revision:
    """A new version of the long record that waits; it was sent back `rounds` times before."""
    contribution: Contribution = published(by=author, approver=coordinator, **full())
    revision = drafts.revise(contribution, by=author)
    for number in range(rounds):
        revision = drafts.save(revision, full(number + 1), by=author, lock=revision.lock)
        workflow.perform("submit", revision, by=author)
        if number < rounds - 1:
            workflow.perform("request_changes", revision, by=coordinator, note="Which year?")
    return revision
