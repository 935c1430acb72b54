"""The index made anew by several processes is the one that a single process makes."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Max

from contributions import indexing, rebuilding
from contributions.models import Contribution, FacetBits, FacetCount, SearchDocument
from search.models import Document, KnownWord, Posting, Statistics
from search.store import learn
from tests.factories.contributions import published
from tests.factories.many import copies

pytestmark = [
    # Really committed: other processes see nothing else.
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("reference_data_afterwards"),
    # Tests have threads of their own beside the one that forks; the command has none.
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]


@pytest.fixture(autouse=True)
def _many_small_batches(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    call_command("load_reference", verbosity=0, stdout=StringIO())
    monkeypatch.setattr(indexing, "BATCH", 2)
    monkeypatch.setattr(rebuilding, "BATCH", 1)
    copies(published(), 3)
    published("lesson", original_language="fr", title="Équipes d’enquête", statement="打击 人口")


def rebuild(*arguments: str, processes: int) -> list[str]:
    out = StringIO()
    call_command("rebuild_search", *arguments, "--processes", str(processes), stdout=out)
    return out.getvalue().splitlines()


def index() -> dict[str, list[Any]]:
    """All that is in the index; of the documents' numbers that they stay."""
    codes = dict(SearchDocument.objects.values_list("document", "contribution__code"))
    documents = Document.objects.values_list("pk", "language", "title", "words", "length")
    postings = Posting.objects.values_list("document_id", "term", "weight", "extra", "length")
    kept = SearchDocument.objects.values_list("document", "language", "kind", "facets")
    counts = FacetCount.objects.values_list("visibility", "kind", "token", "other", "number")
    return {
        "documents": sorted((codes[pk], *rest) for pk, *rest in documents),
        "postings": sorted((codes[pk], *rest) for pk, *rest in postings),
        "kept": sorted((codes[pk], *rest) for pk, *rest in kept),
        "counts": sorted(counts),
        "bits": sorted(FacetBits.objects.values_list("token", "part", "bits")),
        "words": sorted(KnownWord.objects.values_list("word", flat=True)),
        "statistics": list(Statistics.objects.values_list("documents", "average_length")),
    }


def test_two_processes_make_what_one_makes() -> None:
    learn(["word", "that", "nobody", "has", "any", "more"])
    rebuild(processes=1)
    alone, before = index(), Document.objects.aggregate(last=Max("indexed_at"))["last"]
    learn(["nobodyagain"])
    FacetCount.objects.all().delete()

    lines = rebuild(processes=2)

    assert index() == alone
    assert min(map(len, alone.values())) > 0
    assert "nobodyagain" not in alone["words"]
    assert Document.objects.filter(indexed_at__gt=before).count() == len(alone["documents"])
    assert [line.split(",")[0] for line in lines] == [
        "1 of 5", "2 of 5", "3 of 5", "4 of 5", "5 of 5",
        "Done: 5 contributions; 0 left-overs removed.",
    ]  # fmt: skip


def test_stopped_and_taken_up_again_it_is_the_same() -> None:
    rebuild(processes=1)
    whole = index()
    KnownWord.objects.all().delete()

    batches = rebuilding.rebuild(Contribution.objects.all(), 2)
    done = [next(batches), next(batches)]
    batches.close()  # type: ignore[attr-defined]  # a generator
    last = Contribution.objects.get(pk=done[-1][-1])
    lines = rebuild("--from", last.code, processes=2)

    assert index() == whole
    assert lines[0].startswith(f"1 of 4, up to {last.code}")


def test_what_fails_in_a_process_is_heard_of(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(ids: list[int], words: set[str]) -> None:
        raise ValueError(ids)

    monkeypatch.setattr(indexing, "write", refuse)

    with pytest.raises(ValueError, match=r"\[\d+\]"):
        list(rebuilding.rebuild(Contribution.objects.all(), 2))
    assert SearchDocument.objects.count() == 5
