"""Typos: which known word was meant."""

from __future__ import annotations

import pytest

from search import store
from search.models import Document
from search.spelling import nearest, slips_between


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("training", "training", 0),
        ("traning", "training", 1),
        ("trainning", "training", 1),
        ("trainign", "training", 1),
        ("trxining", "training", 1),
        ("prosectuors", "prosecutors", 1),
        ("shelter", "children", 3),
    ],
)
def test_slips_are_letters_missing_added_changed_or_swapped(
    one: str, other: str, slips: int
) -> None:
    assert slips_between(one, other, 2) == slips
    assert slips_between(other, one, 2) == slips


@pytest.fixture
def texts(db: None) -> list[int]:
    return store.add(
        [
            store.Text("en", "Training prosecutors", "Trafficking in persons."),
            store.Text("fr", "Protection des victimes", "La traite des personnes."),
            store.Text("ar", "حماية الضحايا"),
            store.Text("ru", "Защита жертв торговли людьми"),
        ]
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("traning", "training"),
        ("traficking", "trafficking"),
        ("prosecuters", "prosecutors"),
        ("victmes", "victimes"),
        ("الضجايا", "الضحايا"),
        ("торговял", "торговли"),
    ],
)
def test_a_slip_is_repaired(texts: list[int], typed: str, meant: str) -> None:
    assert nearest(typed, Document.objects.values("pk")) == meant


@pytest.mark.parametrize("typed", ["xyzxyz", "nrm", "2019", "persimmon", "贩运"])
def test_what_is_no_slip_is_left_alone(texts: list[int], typed: str) -> None:
    assert nearest(typed, Document.objects.values("pk")) is None


def test_words_of_hidden_texts_are_never_offered(texts: list[int]) -> None:
    seen = Document.objects.filter(pk__in=texts[1:]).values("pk")

    assert nearest("traning", seen) is None
