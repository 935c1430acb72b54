"""Loads the objectives and phases of `data/objectives.json` into the database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.db import transaction

from objectives.models import Objective, Phase

DATA_FILE = Path(__file__).parent / "data" / "objectives.json"


@transaction.atomic
def load(path: Path = DATA_FILE) -> tuple[int, int]:
    """Add missing rows; rows that are there keep what people changed in the admin.

    Returns how many objectives and phases were added.
    """
    content: dict[str, list[dict[str, Any]]] = json.loads(path.read_text(encoding="utf-8"))
    added_objectives = sum(_add_objective(row) for row in content["objectives"])
    added_phases = sum(_add_phase(row) for row in content["phases"])
    return added_objectives, added_phases


def _add_objective(row: dict[str, Any]) -> bool:
    _objective, added = Objective.objects.get_or_create(
        number=row["number"],
        defaults={
            "slug": row["slug"],
            **_in_english_and_others(row, "name", "names"),
            **_in_english_and_others(row, "short_name", "short_names"),
            **_in_english_and_others(row, "description", "descriptions"),
        },
    )
    return added


def _in_english_and_others(row: dict[str, Any], one: str, many: str) -> dict[str, Any]:
    others = {language: text for language, text in row[many].items() if language != "en"}
    return {one: row[many]["en"], many: others}


def _add_phase(row: dict[str, Any]) -> bool:
    _phase, added = Phase.objects.get_or_create(number=row["number"], defaults=row)
    return added
