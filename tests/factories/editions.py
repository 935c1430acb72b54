"""Forms that are further than what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from contributions import kinds
from contributions.editions import Step


@contextmanager
def one_edition_further(kind_name: str, step: Step) -> Iterator[kinds.Kind]:
    """The kind with one step more, meanwhile."""
    before = kinds.get(kind_name)
    after = replace(before, steps=(*before.steps, step))
    kinds.register(after)
    yield after
    kinds.register(before)
