"""The table of what each step of the ranking brings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import pytest
from django.core.management import call_command

from accounts.models import User
from benchmarks import ablations
from benchmarks.management.commands import ablate_search
from contributions import indexing
from contributions.models import Contribution
from copkb import judged
from search import engine, reading, snippets, store
from tests.factories.contributions import published

TEXTS = [
    {"id": "d1", "lang": "en", "title": "Shelters", "text": "Shelters for victims."},
    {"id": "d2", "lang": "en", "title": "Courts", "text": "Prosecutors train at the courts."},
]
QUESTIONS = [{"id": "q1", "lang": "en", "kind": "words", "text": "trains prosecutor"}]
GAINS = "q1\td2\t3\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "small"
    found.mkdir()
    for name, lines in (("documents", TEXTS), ("queries", QUESTIONS)):
        (found / f"{name}.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    (found / "qrels.tsv").write_text(GAINS, encoding="utf-8")
    return found


@pytest.mark.django_db
def test_the_command_prints_a_row_for_each_step(folder: Path) -> None:
    """Over one practice in place of the workshop's content."""
    out = StringIO()
    practice = published(title="Prosecutors train at the courts", visibility="public")
    Contribution.objects.update(source_key="d2")

    @contextmanager
    def content() -> Iterator[User]:
        yield practice.owner

    with (
        patch.object(ablate_search, "OURS", folder),
        patch.object(judged, "workshop_content", content),
    ):
        call_command(ablate_search.Command(), folder, stdout=out)

    head, _line, *rows = [row.strip("| ").split(" | ") for row in out.getvalue().splitlines()]
    assert head == ["step", "small", "ours", "ours, first three"]
    names = ["plain BM25", *(f"+ {step.name}" for step in ablations.STEPS)]
    assert [row[0] for row in rows] == names
    figures = {row[0]: row[1] for row in rows}
    # Without stems neither "trains" nor "prosecutor" is in the text.
    assert figures["+ folding"] == "0.000"
    assert figures["+ stems of each language"] == figures[names[-1]] == "1.000"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "first"), [("all words first", [1, 0]), ("mistyped words are repaired", [0, 1])]
)
def test_without_all_words_first_the_score_alone_decides(name: str, first: list[int]) -> None:
    """The step before the one that is named last is switched on."""
    number = [step.name for step in ablations.STEPS].index(name)
    with ablations.only(number):
        some = store.Text("en", "Courts courts courts", body="Courts, " * 20)
        every = store.Text("en", "Of every kind", body="Courts, prosecutors. " + "many " * 30)
        others = [store.Text("en", f"Prosecutors {n}") for n in range(9)]
        ids = store.add([every, some, *others])
        store.refresh_statistics()
        found = [one.document_id for one in engine.search("courts prosecutors")]

    assert [ids.index(found[0]), ids.index(found[1])] == first


def test_a_step_about_nothing_that_is_fails() -> None:
    gone = ablations.Step("gone", ((engine, "gone", None),))
    with (
        patch.object(ablations, "STEPS", (gone,)),
        pytest.raises(AttributeError, match="gone"),
        ablations.only(0),
    ):
        pass


def test_a_field_that_texts_do_not_have_fails() -> None:
    made = store.Text("en", "Courts", things=("#ma",))
    with patch.object(indexing, "_text", lambda: made):
        assert ablations._without(ablations.LABELS)() == replace(made, things=())
        with pytest.raises(TypeError):
            ablations._without(frozenset({"gone"}))()


def test_nothing_that_was_read_with_other_steps_is_kept() -> None:
    folded = reading.read("Été", "fr").folded
    reading._raw("Été", "fr")
    snippets._terms("Été", "fr")

    with ablations.only(0):
        assert reading._raw.cache_info().currsize == snippets._terms.cache_info().currsize == 0
        assert reading.read("Été", "fr").folded == "été"
    assert reading.read("Été", "fr").folded == folded == "ete"
