"""Measuring the search: the figures, and that nothing of it stays."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from search import engine, ranking, store
from search.evaluation import average_precision, ndcg_at
from search.models import Document, KnownWord, Posting, Statistics


def test_the_best_order_has_one_and_the_measure_knows_grades() -> None:
    gains = {"a": 4.0, "b": 1.0}

    assert ndcg_at(10, ["a", "b", "x"], gains) == 1
    assert ndcg_at(10, ["b", "a"], gains) == pytest.approx((1 + 4 / 1.585) / (4 + 1 / 1.585), 1e-3)
    assert ndcg_at(10, [], gains) == 0
    assert ndcg_at(1, ["x", "a"], gains) == 0


def test_average_precision_counts_what_was_not_found() -> None:
    assert average_precision(["a", "x", "b"], {"a": 1, "b": 2}) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision(["a"], {"a": 1, "b": 2}) == 0.5


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    documents = [
        {"id": "d1", "lang": "en", "title": "Shelters", "text": "Shelters for victims."},
        {"id": "d2", "lang": "en", "title": "Courts", "text": "Prosecutors train at the courts."},
        {"id": "d3", "lang": "ar", "title": "", "text": "حماية الضحايا"},
    ]
    questions = [
        {"id": "q1", "lang": "en", "text": "who trains the prosecutor?"},
        {"id": "q2", "lang": "ar", "text": "ضحايا"},
    ]
    for name, lines in (("documents", documents), ("queries", questions)):
        text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
        (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text("q1\td2\t3\nq2\td3\t1\n", encoding="utf-8")
    return tmp_path


@pytest.mark.django_db
def test_the_command_prints_one_line_and_leaves_the_index_alone(collection: Path) -> None:
    store.add([store.Text("en", "Training prosecutors")])
    store.refresh_statistics()
    models = (Document, Posting, KnownWord, Statistics)
    before = [model.objects.count() for model in models]
    out = StringIO()

    call_command("evaluate_search", collection, stdout=out)

    figures = json.loads(out.getvalue())
    assert list(figures) == [
        "ndcg_10", "map_100", "recall_100", "empty", "queries", "ms_p50", "ms_p95",
    ]  # fmt: skip
    assert (figures["ndcg_10"], figures["recall_100"], figures["queries"]) == (1, 1, 2)
    assert [model.objects.count() for model in models] == before
    assert len(engine.search("prosecutor")) == 1


@pytest.mark.django_db
def test_a_folder_that_is_no_collection_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No judged collection"):
        call_command("evaluate_search", tmp_path)


@pytest.mark.django_db
def test_the_engine_ranks_whole_matches_first_and_only_among_the_given() -> None:
    ids = store.add(
        [
            store.Text("en", "Courts courts courts"),
            store.Text("en", "A long title about other things", body="Prosecutors of the courts."),
        ]
    )
    store.refresh_statistics()

    assert [one.document_id for one in engine.search("courts prosecutors")] == [ids[1], ids[0]]
    assert [one.is_whole for one in engine.search("courts prosecutors")] == [True, False]
    only = engine.search("courts", Document.objects.filter(pk=ids[0]))
    assert [one.document_id for one in only] == [ids[0]]
    assert engine.search("") == engine.search("?!") == []


@pytest.mark.django_db
def test_words_that_stand_side_by_side_as_asked_come_first() -> None:
    """Both texts have the same words as often."""
    apart, near = store.add(
        [
            store.Text("en", "", body="Investigation of the team that is not a joint one."),
            store.Text("en", "", body="That is not of the one: a joint investigation team."),
        ]
    )
    store.refresh_statistics()

    found = engine.search("joint investigation teams")

    assert [one.document_id for one in found] == [near, apart]
    assert found[0].score / found[1].score == pytest.approx(1 + ranking.PROXIMITY)
    half = engine.search("team investigation joint")
    assert [one.document_id for one in half] == [apart, near]
    assert half[0].score == half[1].score


@pytest.mark.django_db
def test_only_the_best_are_looked_at_for_words_side_by_side(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ranking, "NEAR_DEPTH", 1)
    better, near = store.add(
        [
            store.Text("en", "", body="Team, team, team, joint."),
            store.Text("en", "", body="A joint team of those others."),
        ]
    )
    store.refresh_statistics()
    monkeypatch.setattr(ranking, "PROXIMITY", 9.0)

    assert [one.document_id for one in engine.search("joint team")] == [better, near]
    monkeypatch.setattr(ranking, "NEAR_DEPTH", 2)
    assert [one.document_id for one in engine.search("joint team")] == [near, better]
