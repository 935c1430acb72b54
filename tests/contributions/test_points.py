"""Points of reviewers beside the fields of the editor, and the author's answers to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from contributions import drafts, workflow
from contributions.models import Point, Revision
from tests.factories.accounts import UserFactory
from tests.factories.contributions import sent

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]


@pytest.fixture
def returned(author: User, reviewer: User) -> Revision:
    """A short text that came back with a point about the summary and one about all of it."""
    revision = sent(by=author)
    points = [("summary", "Say for whom."), ("", "Make it shorter.")]
    workflow.perform("request_changes", revision, by=reviewer, points=points)
    return revision


def page(revision: Revision, name: str = "edit") -> str:
    return f"/contributions/{revision.contribution.code}/{name}/"


def typed(revision: Revision, **more: Any) -> dict[str, Any]:
    revision.refresh_from_db()
    fields = {k: v for k, v in revision.content.items() if isinstance(v, str) and v}
    boxes = {"no_identifying_details": "on", "consent_to_publish": "on"}
    lists = {"countries": ["MA"], "target_groups": ["prosecutors"]}
    rows = {"results-TOTAL_FORMS": "1", "results-0-statement": "Every court is represented.",
            "results-0-impact_level": "institutional"}  # fmt: skip
    return fields | boxes | lists | rows | {"shown": "snapshot", "lock": revision.lock} | more


def answers(revision: Revision, *texts: str) -> dict[str, str]:
    points = Point.objects.of_text(revision)
    return {f"point-{point.pk}-answer": text for point, text in zip(points, texts, strict=True)}


def test_each_point_stands_beside_its_field(
    as_user: AsUser, author: User, returned: Revision
) -> None:
    html = as_user(author).get(page(returned)).content.decode()

    assert (
        html.index("Make it shorter.") < html.index("Say for whom.") < html.index('id="id_summary"')
    )
    assert html.index('id="id_title"') < html.index("Say for whom.")
    assert html.count('<textarea name="point-') == 2


def test_answers_are_saved_with_the_draft(
    as_user: AsUser, author: User, returned: Revision
) -> None:
    more = answers(returned, "It is for judges.", "")
    second = list(Point.objects.of_text(returned))[1]

    as_user(author).post(
        page(returned), typed(returned, **more, **{f"point-{second.pk}-done": "on"})
    )

    kept = [(p.answer, p.is_done, p.is_answered) for p in Point.objects.of_text(returned)]
    assert kept == [("It is for judges.", False, True), ("", True, True)]


def test_autosave_keeps_answers_too(as_user: AsUser, author: User, returned: Revision) -> None:
    response = as_user(author).post(
        page(returned, "autosave"), typed(returned, **answers(returned, "For judges.", ""))
    )

    assert response.status_code == 200
    assert [p.answer for p in Point.objects.of_text(returned)] == ["For judges.", ""]


def test_it_is_not_sent_while_a_point_is_open_and_everything_typed_is_kept(
    as_user: AsUser, author: User, returned: Revision
) -> None:
    more = answers(returned, "For judges.", "") | {"title": "A new title", "action": "submit"}

    response = as_user(author).post(page(returned, "submit"), typed(returned, **more))

    html = response.content.decode()
    returned.refresh_from_db()
    assert response.status_code == 200
    assert "Answer the point, or mark it as done." in html
    assert html.count("Answer the point, or mark it as done.") == 1
    assert ">For judges.</textarea>" in html
    assert (returned.title, returned.state) == ("A new title", "changes_requested")


def test_answered_it_goes_back_and_the_reviewer_sees_answer_and_change(
    as_user: AsUser, author: User, reviewer: User, returned: Revision
) -> None:
    more = answers(returned, "Said now.", "Cut by half.")
    more |= {"summary": "For judges of every court.", "action": "submit"}

    as_user(author).post(page(returned, "submit"), typed(returned, **more))
    returned.refresh_from_db()
    address = f"/admin/contributions/revision/{returned.pk}/moderate/"
    html = as_user(reviewer).get(address).content.decode()

    assert returned.state == "submitted"
    for words in ("Say for whom.", "Said now.", "Cut by half.", "<ins>", "For judges of"):
        assert words in html


def test_a_stale_page_overwrites_no_answer(
    as_user: AsUser, author: User, returned: Revision
) -> None:
    stale = typed(returned, **answers(returned, "From the telephone.", ""), title="Other")
    client = as_user(author)
    client.post(page(returned), typed(returned, **answers(returned, "From the desk.", "")))

    client.post(page(returned), stale)

    first = Point.objects.of_text(returned)[0]
    assert first.answer == "From the desk.\n\nFrom the telephone."


def test_points_about_other_parts_are_linked(as_user: AsUser, author: User, reviewer: User) -> None:
    revision = sent(by=author)
    points = [("title", "Shorter."), ("results", "Add the year.")]
    workflow.perform("request_changes", revision, by=reviewer, points=points)
    drafts.save(revision, {"form": "full"}, by=author, lock=revision.lock)
    results = Point.objects.of_text(revision)[1]

    html = as_user(author).get(page(revision)).content.decode()

    assert "Shorter." in html
    assert "Add the year." not in html
    assert f"#point-{results.pk}" in html


def test_nobody_answers_the_points_of_another_text(
    as_user: AsUser, author: User, returned: Revision
) -> None:
    other = sent(by=author)
    workflow.perform("request_changes", other, by=UserFactory(role="reviewer"), points=[("", "?")])

    as_user(author).post(page(other), typed(other, **answers(returned, "Wrong page", "Wrong")))

    assert not Point.objects.exclude(answer="").exists()


def test_the_status_page_shows_points_and_answers(
    as_user: AsUser, author: User, returned: Revision
) -> None:
    html = as_user(author).get(page(returned, "status")).content.decode()

    assert "Say for whom." in html
    assert html.count("Not answered yet.") == 2
