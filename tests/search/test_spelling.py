"""Typos: which known word was meant."""

from __future__ import annotations

from typing import Any

import pytest

from search import store
from search.models import Alias, Document
from search.spelling import beginning_with, named, nearest, slips_between


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


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("train", ["training"]),
        ("traf", ["trafficking"]),
        ("prot", ["protection"]),
        ("торг", ["торговли"]),
        ("الضح", ["الضحايا"]),
        ("xyz", []),
        ("raining", []),
    ],
)
def test_what_begins_so_is_found(texts: list[int], typed: str, words: list[str]) -> None:
    assert beginning_with(typed, Document.objects.values("pk")) == words


def test_the_commonest_come_first_and_hidden_ones_never(texts: list[int]) -> None:
    more = store.add([store.Text("en", "Trains"), store.Text("en", "Trailers")] * 2)
    more += store.add([store.Text("en", "Trailers")])
    seen = Document.objects.filter(pk__in=[*texts[1:], *more])

    # "training" is the same stem as "trains"; "traite" begins so too.
    words = beginning_with("trai", seen.values("pk"))
    assert words == ["trailers", "training", "trains", "traite"]
    assert beginning_with("trai", seen.filter(pk=texts[0]).values("pk")) == []


@pytest.mark.django_db
@pytest.mark.parametrize("words", [["wiretaps"], ["wiretaps", "qqx", "qqy"]])
def test_what_something_is_called_is_asked_once_for_all_words(
    words: list[str], django_assert_num_queries: Any
) -> None:
    Alias.objects.create(term="en:wiretap", thing="tag:wiretap")

    with django_assert_num_queries(1):
        assert named(words) == {"wiretaps"}
