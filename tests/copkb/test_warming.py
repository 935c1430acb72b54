"""What the server reads before it makes its workers."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.template import engines

from copkb import warming


@pytest.fixture(autouse=True)
def rubbish_is_looked_for_as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_every_template_of_ours_is_read() -> None:
    loader = engines["django"].engine.template_loaders[0]
    loader.reset()

    warming.warm()

    folder = settings.BASE_DIR / "templates"
    ours = {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")}
    assert {key for key in loader.get_template_cache if key in ours} == ours


def test_what_was_made_is_not_looked_through_again() -> None:
    warming.warm()

    assert gc.get_freeze_count() > 100_000


@pytest.mark.django_db
def test_it_asks_the_database_nothing(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        warming.warm()
