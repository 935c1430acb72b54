"""Loads regions, countries and phase participation from `data/` into the database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.db import transaction

from countries.models import Country, PhaseParticipation, Region

DATA = Path(__file__).parent / "data"


@transaction.atomic
def load() -> int:
    """Add what is missing; codes, names and map places follow the files, everything a
    coordinator may change (region, participation, profile) stays as it is.

    Returns how many countries were added. Needs the phases (`load_objectives`).
    """
    file = _read("countries.json")
    un_names = _read("un_names.json")["names"]
    _load_regions(file["regions"])
    present = set(Country.objects.values_list("pk", flat=True))
    Country.objects.bulk_create(
        [_country(row, un_names.get(row["iso2"], {})) for row in file["countries"]],
        update_conflicts=True,
        unique_fields=["iso2"],
        update_fields=["iso3", "names", "map_x", "map_y"],
    )
    added = [row for row in file["countries"] if row["iso2"] not in present]
    PhaseParticipation.objects.bulk_create(
        PhaseParticipation(country_id=row["iso2"], phase_id=number)
        for row in added
        for number in row.get("phases", [])
    )
    return len(added)


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return content


def _load_regions(rows: list[dict[str, Any]]) -> None:
    Region.objects.bulk_create(
        [Region(position=place, **row) for place, row in enumerate(rows, start=1)],
        ignore_conflicts=True,
    )


def _country(row: dict[str, Any], un_names: dict[str, str]) -> Country:
    across, down = row.get("map", (None, None))
    return Country(
        iso2=row["iso2"],
        iso3=row["iso3"],
        names={**row["names"], **un_names},
        region_id=row["region"],
        takes_part=row.get("takes_part", False),
        map_x=across,
        map_y=down,
    )
