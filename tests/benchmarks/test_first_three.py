"""The judged questions, asked of the real content through the search page.

Held: the right record among the first three for 95 of 100 questions, in every language for 90.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from contributions.models import Contribution
from copkb.demo import loader

pytestmark = pytest.mark.django_db

FOLDER = Path(settings.BASE_DIR) / "benchmarks" / "judged"
RIGHT = "3"
CODE = re.compile(r'class="code">([A-Z]{2}-\d+)<')


def right_records() -> dict[str, set[str]]:
    """Question → the records that answer it fully."""
    found: dict[str, set[str]] = {}
    for line in (FOLDER / "qrels.tsv").read_text(encoding="utf-8").splitlines():
        question, record, gain = line.split("\t")
        if gain == RIGHT:
            found.setdefault(question, set()).add(record)
    return found


def test_the_right_record_is_among_the_first_three(
    as_user: Callable[[User], Client], coordinator: User
) -> None:
    loader.load_content()
    keys = dict(Contribution.objects.values_list("code", "source_key"))
    client, right = as_user(coordinator), right_records()
    asked: Counter[str] = Counter()
    answered: Counter[str] = Counter()

    for line in (FOLDER / "queries.jsonl").read_text(encoding="utf-8").splitlines():
        question = json.loads(line)
        html = client.get("/search/", {"q": question["text"]}).content.decode()
        first = {keys[code] for code in CODE.findall(html)[:3]}
        asked[question["lang"]] += 1
        answered[question["lang"]] += bool(first & right[question["id"]])

    shares = {language: answered[language] / asked[language] for language in asked}
    assert len(shares) == 7
    assert answered.total() / asked.total() >= 0.95, shares
    assert min(shares.values()) >= 0.90, shares
