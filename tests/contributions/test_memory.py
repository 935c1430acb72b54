"""What a process keeps: nothing is worked out twice while it fits, and it never grows too large."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from contributions.memory import Memory


def test_a_value_is_made_once() -> None:
    memory: Memory[str] = Memory(10)
    made: list[str] = []

    def make() -> str:
        made.append("made")
        return "value"

    assert [memory.get("key", make) for _time in range(3)] == ["value"] * 3
    assert made == ["made"]


def test_what_is_empty_is_kept_too() -> None:
    memory: Memory[dict[int, str]] = Memory(10)

    memory.get("key", dict)

    assert memory.get("key", lambda: {1: "made anew"}) == {}


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 40))))
def test_all_of_it_stays_within_its_measure(asked: list[tuple[int, int]]) -> None:
    memory: Memory[str] = Memory(50, len)

    for key, length in asked:
        kept = memory.get(key, lambda length=length: "x" * length)

        assert set(kept) <= {"x"}
        assert memory.used <= 50


def test_what_was_not_asked_for_longest_goes_first() -> None:
    memory: Memory[str] = Memory(2)
    for key in ("a", "b", "c"):
        memory.get(key, lambda key=key: f"first {key}")

    again = {key: memory.get(key, lambda key=key: f"again {key}") for key in ("c", "b", "a")}

    assert again == {"c": "first c", "b": "first b", "a": "again a"}


def test_threads_that_keep_at_once_leave_it_within_its_measure() -> None:
    """Each key again and again: what one thread keeps another has just thrown away."""
    slow_to_measure: Memory[str] = Memory(50, lambda value: (time.sleep(0.0002), len(value))[1])

    def work(number: int) -> None:
        for turn in range(100):
            slow_to_measure.get((number + turn) % 9, lambda: "x" * 20)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(8)))

    assert slow_to_measure.used == sum(map(len, slow_to_measure._values.values())) <= 50
