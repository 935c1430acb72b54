"""A Word file of an older edition of the form comes up like every text of that edition."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx import Document
from docx.oxml.ns import qn

from accounts.models import User
from contributions import kinds, word
from contributions.content import Content
from contributions.editions import Step
from contributions.models import Revision
from tests.factories.contributions import content, draft
from tests.factories.editions import one_edition_further

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]


def upgrade(old: Content) -> Content:
    """“Context” used to be “setting”, a result's statement its “effect”, “weather” was asked; the
    maturity is asked since."""
    if "setting" in old:
        old["context"] = old.pop("setting")
    old.pop("weather", None)
    for row in old.get("results") or []:
        if "effect" in row:
            row["statement"] = row.pop("effect")
        row.pop("colour", None)
    return {"maturity": "innovation", **old}


NEXT = Step(upgrade, retired={"weather": "What was the weather like?", "setting": "Setting"})


@pytest.fixture
def old_file() -> bytes:
    """Filled in with the form as it is before the next edition."""
    document = _written({"context": "A large country.", "title": "From the old form"})
    _rename(document, "context", "setting")
    _rename(document, "results.statement", "results.effect")
    _rename(document, "results.indicator", "results.colour")
    _box(document, "results.effect", 1).text = "Courts meet."
    results = _table(document, "results.effect")
    results.cell(1, 2).text = "Green"
    _rename(document, "legal_basis", "weather")
    _box(document, "weather", 1).text = "Rain."
    return _packed(document)


@pytest.fixture
def new_form() -> Iterator[kinds.Kind]:
    with one_edition_further("practice", NEXT) as kind:
        yield kind


def _written(answers: Content) -> Any:
    kind = kinds.get("practice")
    form = kind.form(content={"form": "full"} | answers, checked=False)
    return Document(BytesIO(word.write(form, kind)))


def _rename(document: Any, name: str, other: str) -> None:
    mark, new = (f"{word.OPEN}{n}{word.CLOSE}" for n in (name, other))
    for text in document.element.body.iter(qn("w:t")):
        text.text = (text.text or "").replace(mark, new)


def _table(document: Any, name: str) -> Any:
    mark = f"{word.OPEN}{name}{word.CLOSE}"
    return next(table for table in document.tables if mark in table.cell(0, 0).text)


def _box(document: Any, name: str, row: int) -> Any:
    return _table(document, name).cell(row, 0)


def _packed(document: Any) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def test_answers_come_into_the_shape_of_todays_form(old_file: bytes, new_form: kinds.Kind) -> None:
    answers = word.read(old_file)

    assert answers.edition == new_form.edition - 1
    assert answers.content["title"] == "From the old form"
    assert answers.content["context"] == "A large country."
    assert [row["statement"] for row in answers.content["results"]] == ["Courts meet."]
    assert not {"setting", "weather"} & answers.content.keys()
    assert all("colour" not in row and "effect" not in row for row in answers.content["results"])


def test_what_is_not_asked_any_more_is_named_and_what_moved_is_not(
    old_file: bytes, new_form: kinds.Kind
) -> None:
    assert word.read(old_file).unread == [
        "What was the weather like?: “Rain.” is not asked any more",
        "Results: “Green” is not asked any more",
        "Not found in the file: Legal basis",
    ]


def test_the_file_becomes_a_draft_of_todays_edition(
    old_file: bytes, new_form: kinds.Kind, as_user: AsUser, member: User
) -> None:
    client = as_user(member)

    response = client.post(
        "/offline/practice/", {"file": SimpleUploadedFile("old.docx", old_file)}, follow=True
    )

    revision = Revision.objects.get()
    assert revision.edition == new_form.edition
    assert revision.content["context"] == "A large country."
    assert "“Rain.” is not asked any more" in response.content.decode()


def test_what_a_step_fills_in_by_itself_does_not_write_over_a_draft(
    new_form: kinds.Kind, as_user: AsUser, author: User
) -> None:
    """The old form did not ask for the maturity, nor for files: the draft says both by now."""
    files = [{"file": "0" * 32, "title": "Minutes"}]
    revision = draft(by=author, maturity="good_practice", attachments=files)
    file = _of_edition_one(as_user(author), revision)

    as_user(author).post("/offline/practice/", {"file": SimpleUploadedFile("old.docx", file)})

    revision.refresh_from_db()
    assert revision.title == "Written offline"
    assert revision.content["maturity"] == "good_practice"
    assert revision.content["attachments"] == files


def _of_edition_one(client: Client, revision: Revision) -> bytes:
    """The draft as a file of the first form, without a question for the maturity."""
    address = f"/contributions/{revision.contribution.code}/draft.docx"
    document = Document(BytesIO(client.get(address).content))
    for text in document.element.body.iter(qn("w:t")):
        text.text = (text.text or "").replace(
            "form practice snapshot 3", "form practice snapshot 1"
        )
    _box(document, "title", 1).text = "Written offline"
    return _packed(document)


def test_a_file_of_todays_edition_is_not_changed(new_form: kinds.Kind) -> None:
    document = _written(content() | {"form": "full"})

    answers = word.read(_packed(document))

    assert answers.edition == new_form.edition
    assert answers.content["title"] == content()["title"]


@pytest.mark.parametrize("edition", ["0", "99", "x", "2²"])
def test_a_first_line_that_somebody_changed_breaks_nothing(edition: str) -> None:
    document = deepcopy(_written({"title": "Still read"}))
    for text in document.element.body.iter(qn("w:t")):
        text.text = (text.text or "").replace("practice full 2", f"practice full {edition}")

    assert word.read(_packed(document)).content["title"] == "Still read"
