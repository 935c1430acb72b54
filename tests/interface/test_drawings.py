"""The strip, knots and bars say the same to eyes and to screen readers."""

from __future__ import annotations

import pytest
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.utils import translation

from contributions.models import Revision
from contributions.templatetags import interface
from efforts.models import Effort
from practices.models import Lesson, Practice
from tests.interface.sources import symbols


def test_the_strip_always_has_six_places() -> None:
    html = render_to_string("components/_strip.html", {"objectives": [(3, True), (5, False)]})

    assert html.count("<i") == 6
    assert '<i class="main o3">3</i>' in html
    assert '<i class="on o5">5</i>' in html


def test_a_contribution_without_objectives_has_no_strip() -> None:
    assert render_to_string("components/_strip.html", {"objectives": []}).strip() == ""


@pytest.mark.parametrize(
    ("objectives", "words"),
    [
        ([(3, True)], "Main objective 3"),
        ([(3, True), (5, False), (6, False)], "Main objective 3, also 5, 6"),
        ([(2, False), (4, False)], "Objectives 2, 4"),
    ],
)
def test_the_strip_in_words(objectives: list[tuple[int, bool]], words: str) -> None:
    with translation.override("en"):
        assert interface.strip_label(objectives) == words


@pytest.mark.parametrize(
    "values",
    [Lesson.Type.values, Effort.Standing.values, Practice.Implementation.values,
     Revision.State.values],
)  # fmt: skip
def test_every_state_has_a_knot_of_its_own(values: list[str]) -> None:
    assert set(values) <= set(interface.KNOTS)
    assert {f"k-{interface.knot_of(value)}" for value in values} <= symbols()


def test_maturity_and_markers_grow_in_steps() -> None:
    assert [interface.maturity_step(value) for value in Practice.Maturity.values] == [1, 2, 3, 4]
    assert [interface.marker_step(value) for value in Practice.Marker.values] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("scope", "shown", "hidden"),
    [
        ("TIP", ["TIP"], ["SOM"]),
        ("SOM", ["SOM"], ["TIP"]),
        ("BOTH", ["TIP", "SOM"], []),
        ("", ["Crime not recorded"], ["TIP", "SOM"]),
    ],
)
def test_the_two_crimes_are_never_merged(scope: str, shown: list[str], hidden: list[str]) -> None:
    with translation.override("en"):
        html = render_to_string("components/_scope.html", {"crime_scope": scope})

    assert all(word in html for word in shown)
    assert not any(f">{word}<" in html for word in hidden)


def test_pages_are_numbered_around_the_current_one() -> None:
    page = Paginator(range(200), 10).page(10)

    assert list(interface.page_numbers(page)) == [1, Paginator.ELLIPSIS, 9, 10, 11,
                                                  Paginator.ELLIPSIS, 20]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "turns"),
    [("reply", True), ("arrow-left", True), ("search", False), ("x", False), ("user", False),
     ("list", False), ("log-in", True)],
)  # fmt: skip
def test_only_directions_turn_round(name: str, turns: bool) -> None:
    html = render_to_string("components/_icon.html", {"name": name})

    assert ("i-dir" in html) is turns
