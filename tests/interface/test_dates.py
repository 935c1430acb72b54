"""Dates that people of many countries read alike."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import translation
from django.utils.formats import date_format

WHEN = datetime(2026, 11, 12, 15, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [
        ("en", "12 Nov 2026", "12 November 2026, 15:04"),
        ("fr", "12 nov. 2026", "12 novembre 2026 15:04"),
        ("ar", "12 نوفمبر 2026", "12 نوفمبر 2026، 15:04"),
    ],
)
def test_no_month_can_be_taken_for_a_day(language: str, day: str, moment: str) -> None:
    with translation.override(language):
        assert date_format(WHEN, "SHORT_DATE_FORMAT") == day
        assert date_format(WHEN, "DATETIME_FORMAT") == moment
