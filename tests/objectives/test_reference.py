"""The six objectives and two phases, as loaded from the file."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from objectives import reference
from objectives.labels import label_in
from objectives.models import Objective, Phase

pytestmark = pytest.mark.django_db
LANGUAGES = ("en", "fr", "es", "pt", "ru", "ar", "zh")


def test_six_objectives_carry_the_reports_names() -> None:
    names = list(Objective.objects.order_by("number").values_list("number", "name"))

    assert names == [
        (1, "Strategy and policy development"),
        (2, "Legislative assistance"),
        (3, "Capacity building"),
        (4, "Regional and trans-regional cooperation"),
        (5, "Protection and assistance to victims of trafficking and smuggled migrants"),
        (
            6,
            "Assistance and support to children among victims of trafficking and smuggled migrants",
        ),
    ]


def test_every_text_exists_in_all_seven_languages_and_differs_between_objectives() -> None:
    for language in LANGUAGES:
        with translation.override(language):
            for text in ("label", "short_label", "description_label"):
                texts = {getattr(objective, text)() for objective in Objective.objects.all()}
                assert len(texts - {""}) == 6, (language, text)


def test_a_label_is_in_the_language_of_the_page_and_else_in_english() -> None:
    objective = Objective.objects.get(number=2)

    with translation.override("fr"):
        assert objective.label() == "Assistance législative"
    with translation.override("de"):
        assert objective.label() == "Legislative assistance"


def test_a_correction_of_the_english_name_shows_at_once() -> None:
    objective = Objective.objects.get(number=2)
    objective.name = "Legislation"

    with translation.override("en"):
        assert objective.label() == "Legislation"


@pytest.mark.parametrize(
    ("language", "text"), [("pt-br", "Bom"), ("PT", "Bom"), ("zh-hans", "Good"), (None, "Good")]
)
def test_variants_of_a_language_share_its_text(language: str | None, text: str) -> None:
    assert label_in({"en": "Good", "pt": "Bom"}, language) == text


def test_the_phases_carry_their_years() -> None:
    phases = [(phase.number, phase.name, phase.years) for phase in Phase.objects.order_by("pk")]

    assert phases == [
        (1, "GLO.ACT", "2015–2019"),
        (2, "GLO.ACT Asia and the Middle East", "2018–2022"),
    ]


def test_loading_again_adds_nothing_and_keeps_what_people_changed() -> None:
    Objective.objects.filter(number=3).update(short_name="Capability")

    assert reference.load() == (0, 0)
    assert Objective.objects.get(number=3).short_name == "Capability"


def test_loading_brings_back_a_missing_row() -> None:
    Objective.objects.filter(number=6).delete()

    assert reference.load() == (1, 0)


@pytest.mark.parametrize(
    ("row", "constraint"),
    [
        (Objective(number=0, slug="zero", name="Zero"), "objective_number_from_one"),
        (Phase(number=3, slug="x", name="X", year_from=2022, year_to=2018), "phase_years_in_order"),
    ],
)
def test_the_database_refuses_nonsense(row: Objective | Phase, constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.save(force_insert=True)
