"""Scores: nothing typed is lost, they stay inside, and they propose a maturity."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from contributions import drafts, workflow
from contributions.models import Revision
from review import scoring
from review.models import Assessment, Assignment, Score
from tests.factories.contributions import content, sent
from tests.factories.review import assigned, reviewer, scored

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]
NAMES = Score.Criterion.values


def page(revision: Revision, name: str = "moderate") -> str:
    return f"/admin/contributions/revision/{revision.pk}/{name}/"


def sheet(revision: Revision, *, edition: int = 0, **changes: Any) -> dict[str, Any]:
    data: dict[str, Any] = {"lock": revision.lock, "edition": edition, "remark": "Well told."}
    for name in NAMES:
        data |= {f"{name}_points": "3", f"{name}_reason": f"Why {name}."}
    return data | changes


def test_a_half_filled_sheet_is_kept_as_a_draft(as_user: AsUser) -> None:
    revision, judge = sent(), reviewer()
    data = {"lock": 0, "edition": 0, "evidence_points": "2", "ethics_reason": "Nobody is named."}
    data["lock"] = revision.lock

    as_user(judge).post(page(revision, "score"), data | {"_draft": "1"})

    kept = Assessment.objects.get()
    assert not kept.is_finished
    rows = {row.criterion: (row.points, row.reason) for row in kept.scores.all()}
    assert rows["evidence"] == (2, "")
    assert rows["ethics"] == (None, "Nobody is named.")
    html = as_user(judge).get(page(revision)).content.decode()
    assert "Your scores, a draft" in html
    assert "Nobody is named.</textarea>" in html


def test_finishing_asks_for_all_points_and_reasons_and_keeps_what_is_there(
    as_user: AsUser,
) -> None:
    revision, judge = sent(), reviewer()
    client = as_user(judge)
    half = sheet(revision, _finish="1", evidence_points="", ethics_reason=" ")

    response = client.post(page(revision, "score"), half)

    html = response.content.decode()
    assert "Give points from 0 to 4." in html
    assert "Say why, in a few words." in html
    kept = Assessment.objects.get()
    assert (kept.is_finished, kept.edition) == (False, 1)
    assert kept.scores.get(criterion="relevance").reason == "Why relevance."

    # The page that was shown can be sent again as it is, mended.
    client.post(page(revision, "score"), sheet(revision, edition=1, _finish="1"))
    kept.refresh_from_db()
    assert kept.is_finished


def test_points_outside_the_scale_are_refused_beside_the_field(as_user: AsUser) -> None:
    revision = sent()

    html = (
        as_user(reviewer())
        .post(page(revision, "score"), sheet(revision, evidence_points="9", _draft="1"))
        .content.decode()
    )

    assert "Select a valid choice. 9 is not one of the available choices." in html
    assert Assessment.objects.get().scores.get(criterion="evidence").points is None
    with pytest.raises(IntegrityError, match="score_points"), transaction.atomic():
        Score.objects.update(points=9)


@pytest.mark.parametrize("field", ["lock", "edition"])
def test_a_broken_form_is_refused_without_an_error_page(as_user: AsUser, field: str) -> None:
    revision = sent()

    response = as_user(reviewer()).post(
        page(revision, "score"), sheet(revision, **{field: "nonsense"})
    )

    assert response.status_code == 200
    assert "Why ethics.</textarea>" in response.content.decode()


def test_finishing_ends_the_assignment(as_user: AsUser, coordinator: User) -> None:
    revision, judge = sent(), reviewer()
    assigned(revision, judge, by=coordinator)

    as_user(judge).post(page(revision, "score"), sheet(revision, _finish="1"))

    assert Assignment.objects.get().end == "finished"


def test_another_window_does_not_overwrite_silently(as_user: AsUser) -> None:
    revision, judge = sent(), reviewer()
    client = as_user(judge)
    client.post(page(revision, "score"), sheet(revision, _draft="1", remark="First"))

    late = client.post(page(revision, "score"), sheet(revision, _draft="1", remark="Second"))

    assert "You saved this sheet in another window." in late.content.decode()
    assert "Second</textarea>" in late.content.decode()
    assert Assessment.objects.get().remark == "First"


def test_what_the_author_changed_meanwhile_is_read_again(
    as_user: AsUser, coordinator: User, author: User
) -> None:
    revision, judge = sent(by=author), reviewer()
    read = sheet(revision, _finish="1")
    workflow.perform("request_changes", revision, by=coordinator, note="Which year?")
    drafts.save(revision, content(title="Another"), by=author, lock=revision.lock)
    revision.refresh_from_db()
    workflow.perform("submit", revision, by=author)

    html = as_user(judge).post(page(revision, "score"), read).content.decode()

    assert "The author changed the text while you read it." in html
    assert "Why ethics.</textarea>" in html
    assert not Assessment.objects.filter(finished_at__isnull=False).exists()


def test_a_declared_conflict_keeps_from_scoring(as_user: AsUser) -> None:
    revision, judge = sent(), reviewer(conflict_countries=("MA",))
    client = as_user(judge)

    html = client.get(page(revision)).content.decode()

    assert "You declared a conflict of interest with Morocco: you do not score this text." in html
    assert "please leave this text to others" in html
    assert client.post(page(revision, "score"), sheet(revision)).status_code == 403
    assert not Assessment.objects.exists()


def test_each_judges_by_themself_first(as_user: AsUser, coordinator: User) -> None:
    revision, first, second = sent(), reviewer("First"), reviewer("Second")
    scored(revision, first)

    assert "Why ethics." not in as_user(second).get(page(revision)).content.decode()
    assert "Why ethics." in as_user(coordinator).get(page(revision)).content.decode()
    scored(revision, second, points=1)
    html = as_user(second).get(page(revision)).content.decode()
    assert "Why ethics." in html
    assert "The reviewers differ: talk about it, or ask a third one." in html


@pytest.mark.parametrize("role", ["reviewer", "coordinator"])
def test_authors_who_review_see_none_of_it_about_their_own_text(
    as_user: AsUser, coordinator: User, role: str
) -> None:
    writer = reviewer(role=role)
    revision = sent(by=writer)
    judge = reviewer("Judge Unique")
    assigned(revision, judge, by=coordinator)
    scored(revision, judge, finish=False)
    scored(revision, judge)
    client = as_user(writer)
    as_user(judge).get(page(revision))  # looks at it

    for address in (page(revision), "/admin/contributions/revision/"):
        html = client.get(address).content.decode()
        assert "Why ethics." not in html
        assert "Judge Unique" not in html


# What they lead to


@pytest.mark.parametrize(
    ("points", "rung"),
    [
        ({}, 3),
        ({"sustainability": 2}, 2),
        ({"replicability": 1}, 1),
        ({"evidence": 1}, 1),
        ({"effectiveness": 1}, 1),
        ({"evidence": 1, "effectiveness": 1}, 0),
        ({"ethics": 1}, None),
        ({"relevance": 0}, None),
        ({"evidence": 2, "effectiveness": 2, "replicability": 2}, 2),
    ],
)
def test_the_ladder(points: dict[str, float], rung: int | None) -> None:
    means = dict.fromkeys(NAMES, 3.0) | points

    assert scoring.rung(means)[0] == rung
    assert scoring.rung(means)[1]


def test_the_page_proposes_the_maturity_of_all_finished_sheets(
    as_user: AsUser, coordinator: User
) -> None:
    revision = sent()
    scored(revision, reviewer(), points=3)
    scored(revision, reviewer(), points={"sustainability": 2})
    scored(revision, reviewer(), points=0, finish=False)

    html = as_user(coordinator).get(page(revision)).content.decode()

    assert "The scores lead to: <b>Good practice</b>." in html
    found = scoring.result(revision, Assessment.objects.in_order().finished())
    assert (found.maturity, found.is_disputed) == ("good", False)


def test_kinds_without_a_ladder_get_means_and_no_maturity() -> None:
    revision = sent("lesson")
    scored(revision, reviewer())

    found = scoring.result(revision, Assessment.objects.in_order().finished())

    assert (found.maturity, [line.mean for line in found.lines]) == ("", [3.0] * 6)
