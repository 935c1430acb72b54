"""The index follows what readers see."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import User
from contributions import indexing, workflow
from contributions.models import Contribution, SearchDocument
from search.models import Document, Posting, Statistics
from search.store import Text, add
from tests.factories.contributions import draft, published, sent
from tests.factories.many import copies

pytestmark = pytest.mark.django_db


def test_only_published_texts_are_in_the_index(coordinator: User) -> None:
    draft()
    revision = sent()
    assert SearchDocument.objects.count() == 0

    workflow.perform("approve", revision, by=coordinator)
    assert SearchDocument.objects.get().contribution_id == revision.contribution_id

    workflow.perform("archive", revision, by=coordinator, note="Old.")
    assert (SearchDocument.objects.count(), Document.objects.count()) == (0, 0)
    assert Posting.objects.count() == 0

    workflow.perform("restore", revision, by=coordinator, note="Of use again.")
    assert SearchDocument.objects.count() == 1


def test_indexing_again_changes_nothing() -> None:
    contribution = published()
    before = sorted(Posting.objects.values_list("term", "weight"))

    indexing.refresh(contribution)

    assert SearchDocument.objects.count() == Document.objects.count() == 1
    assert [term for term, _weight in before] == sorted(
        Posting.objects.values_list("term", flat=True)
    )


def test_statistics_follow() -> None:
    published()
    copies(published(), 2)

    assert Statistics.objects.get().documents == 4
    assert Statistics.objects.get().average_length > 10


@pytest.mark.parametrize("rows", [1, 3])
def test_batches_do_not_read_row_by_row(
    monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any, rows: int
) -> None:
    copies(published(), rows - 1)

    # The rows of each text (results, building blocks) are two queries each.
    with django_assert_max_num_queries(22 + 2 * rows):
        indexing.refresh_many(Contribution.objects.all())


def test_rebuilding_says_how_far_it_is_and_can_be_taken_up_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(indexing, "BATCH", 2)
    made = copies(published(), 4)
    add([Text("en", "Nobody's")])
    postings = Posting.objects.exclude(document__owner=None).count()
    Posting.objects.all().delete()

    out = StringIO()
    # What is not committed yet no other process would find.
    call_command("rebuild_search", "--processes", "2", stdout=out)

    lines = out.getvalue().splitlines()
    assert [line.split(",")[0] for line in lines] == [
        "2 of 5", "4 of 5", "5 of 5", "Done: 5 contributions; 1 left-overs removed.",
    ]  # fmt: skip
    assert Posting.objects.count() == postings

    out = StringIO()
    call_command("rebuild_search", "--from", made[-1].code, stdout=out)
    assert out.getvalue().startswith("1 of 1, up to " + made[-1].code)
