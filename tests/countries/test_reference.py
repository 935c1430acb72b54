"""All countries with names, regions and phases, as loaded from the files."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils import translation

from countries import reference
from countries.models import Country, PhaseParticipation, Region, folded

pytestmark = pytest.mark.django_db
LANGUAGES = ("en", "fr", "es", "pt", "ru", "ar", "zh")
PHASE_1 = ["BR", "BY", "CO", "EG", "KG", "LA", "MA", "ML", "NE", "NP", "PK", "UA", "ZA"]
PHASE_2 = ["AF", "BD", "IQ", "IR", "PK"]


def codes_in_phase(number: int) -> list[str]:
    return list(Country.objects.in_phase(number).order_by("pk").values_list("pk", flat=True))


def test_every_country_of_the_standard_is_there_with_a_name_in_each_language() -> None:
    countries = list(Country.objects.all())

    assert len(countries) == 249
    for language in LANGUAGES:
        names = {country.names[language] for country in countries}
        assert len(names - {""}) == 249, language


def test_every_country_has_a_region_and_every_region_a_country_and_names() -> None:
    regions = list(Region.objects.annotate(size=Count("countries")))

    assert sum(region.size for region in regions) == 249
    assert min(region.size for region in regions) > 0
    assert all(set(region.names) == set(LANGUAGES) for region in regions)


def test_the_phases_have_the_partners_of_the_report_and_pakistan_is_in_both() -> None:
    assert codes_in_phase(1) == PHASE_1
    assert codes_in_phase(2) == PHASE_2


def test_partners_and_guests_take_part_and_stand_on_the_map() -> None:
    taking_part = Country.objects.taking_part()

    assert set(taking_part.values_list("pk", flat=True)) == {*PHASE_1, *PHASE_2, "ES", "MX"}
    assert all(20 < c.map_x < 380 and 0 < c.map_y < 164 for c in taking_part)
    assert not Country.objects.filter(takes_part=False, map_x__isnull=False).exists()


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("KG", "en", "Kyrgyz Republic"),
        ("LA", "en", "Lao People’s Democratic Republic"),
        ("IR", "en", "Iran (Islamic Republic of)"),
        ("IR", "fr", "Iran (République islamique d’)"),
        ("CI", "en", "Côte d’Ivoire"),
        ("TR", "fr", "Türkiye"),
        ("PS", "ar", "دولة فلسطين"),
        ("VN", "en", "Viet Nam"),
        ("RU", "es", "Federación de Rusia"),
        ("MD", "fr", "République de Moldova"),
        ("SY", "ru", "Сирийская Арабская Республика"),
        ("BO", "en", "Bolivia (Plurinational State of)"),
        ("BY", "fr", "Bélarus"),
        ("MA", "ar", "المغرب"),
        ("AG", "en", "Antigua and Barbuda"),
        ("MA", "de", "Morocco"),
    ],
)
def test_names_are_the_official_short_ones(code: str, language: str, name: str) -> None:
    with translation.override(language):
        assert Country.objects.get(pk=code).label() == name


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_lists_follow_the_alphabet_of_the_page(language: str) -> None:
    with translation.override(language):
        labels = [country.label() for country in Country.objects.taking_part().by_label()]

    assert len(labels) == 19
    assert labels == sorted(labels, key=folded)


def test_accents_do_not_send_a_country_to_the_end_of_the_list() -> None:
    with translation.override("fr"):
        labels = [country.label() for country in Country.objects.all().by_label()]

    assert labels.index("Égypte") < labels.index("Fidji")
    assert labels[-1] == "Zimbabwe"


def test_regions_group_countries() -> None:
    africa = Country.objects.taking_part().in_region("africa")

    assert set(africa.values_list("pk", flat=True)) == {"EG", "MA", "ML", "NE", "ZA"}


@pytest.mark.parametrize("count", [1, 3])
def test_page_relations_cost_three_queries_for_any_number(
    count: int, django_assert_num_queries: Callable[..., object]
) -> None:
    with django_assert_num_queries(3):  # type: ignore[attr-defined]
        partners = Country.objects.in_phase(1).with_page_relations()[:count]
        shown = [
            (c.region.label(), [p.phase.name for p in c.participations.all()]) for c in partners
        ]

    assert len(shown) == count
    assert all("GLO.ACT" in phases for _region, phases in shown)


def test_the_profile_has_four_headings_and_empty_means_not_recorded() -> None:
    country = Country.objects.get(pk="MA")

    assert [heading for heading, _text in country.profile()] == [
        "Current situation",
        "Challenges",
        "Opportunities",
        "Expectations",
    ]
    assert not country.has_profile
    country.challenges = "Long borders."
    assert country.has_profile


def test_the_address_is_the_small_code() -> None:
    assert Country.objects.get(pk="MA").get_absolute_url() == "/countries/ma/"


def test_loading_again_keeps_what_people_wrote_and_follows_the_files_for_names() -> None:
    Country.objects.filter(pk="MA").update(
        current_situation="Written by the focal point.", takes_part=False, names={"en": "Old name"}
    )
    PhaseParticipation.objects.filter(country="MA").delete()

    assert reference.load() == 0

    country = Country.objects.get(pk="MA")
    assert country.current_situation == "Written by the focal point."
    assert country.label() == "Morocco"
    assert not country.takes_part
    assert not country.participations.exists()
    assert Country.objects.count() == 249


def test_a_missing_country_comes_back_with_its_phases(capsys: pytest.CaptureFixture[str]) -> None:
    Country.objects.filter(pk="UA").delete()

    call_command("load_countries")

    assert capsys.readouterr().out == "Countries added: 1.\n"
    assert codes_in_phase(1) == PHASE_1


def test_the_un_names_differ_from_what_they_replace() -> None:
    names = json.loads((reference.DATA / "un_names.json").read_text(encoding="utf-8"))["names"]
    rows = json.loads((reference.DATA / "countries.json").read_text(encoding="utf-8"))["countries"]
    plain = {row["iso2"]: row["names"] for row in rows}

    needless = [
        (code, language)
        for code, texts in names.items()
        for language, text in texts.items()
        if plain[code][language] == text
    ]
    assert needless == []


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"iso2": "ma"}, "country_iso2_form"),
        ({"iso2": "QQ", "iso3": "qqq"}, "country_iso3_form"),
        ({"iso2": "QQ", "iso3": "QQQ", "map_x": 3}, "country_map_place_whole"),
    ],
)
def test_the_database_refuses_nonsense(change: dict[str, object], constraint: str) -> None:
    fields = {"iso3": "QQQ", "names": {"en": "Q"}, "region_id": "africa", **change}

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Country.objects.create(**fields)


def test_a_country_is_once_in_a_phase() -> None:
    with pytest.raises(IntegrityError, match="country_once_in_phase"), transaction.atomic():
        PhaseParticipation.objects.create(country_id="PK", phase_id=1)
