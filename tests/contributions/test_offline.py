"""Forms leave as Word files and come back as drafts, each answer in its place."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from docx import Document
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from accounts.models import User
from contributions import drafts, kinds, word
from contributions.content import Content
from contributions.models import Revision
from tests.factories.contributions import content, draft, published, sent

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]
KINDS = ("practice", "lesson", "effort")


def written(kind: str, answers: Content, language: str = "en") -> Any:
    """The opened file of a form that holds these answers."""
    with translation.override(language):
        form = kinds.get(kind).form(content=answers, checked=False)
        return Document(BytesIO(word.write(form, kinds.get(kind))))


def box(document: Any, name: str) -> Any:
    """The cell in which a question is answered."""
    mark = f"{word.OPEN}{name}{word.CLOSE}"
    return next(table.cell(1, 0) for table in document.tables if mark in table.cell(0, 0).text)


def rows_table(document: Any, name: str) -> Any:
    mark = f"{word.OPEN}{name}."
    return next(table for table in document.tables if mark in table.cell(0, 0).text)


def packed(document: Any) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def answer(cell: Any, *lines: str) -> None:
    """Write like a person: the box holds these lines and nothing else."""
    for paragraph in cell.paragraphs[1:]:
        paragraph._p.getparent().remove(paragraph._p)
    cell.paragraphs[0].text = lines[0]
    for line in lines[1:]:
        cell.add_paragraph(line)


def brought(client: Client, data: bytes, kind: str = "practice") -> Any:
    return client.post(
        f"/offline/{kind}/", {"file": SimpleUploadedFile("mine.docx", data)}, follow=True
    )


def bare(value: Any) -> Any:
    """Empty and missing are one, also inside rows."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [{k: v for k, v in row.items() if v} for row in value]
    return value or ""


# What is written


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
@pytest.mark.parametrize("level", ["snapshot", "full"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_reads_back_the_same(kind: str, level: str, language: str) -> None:
    given_answers = content(kind) | {"form": level}

    answers = word.read(packed(written(kind, given_answers, language)))

    asked = {n for s in kinds.get(kind).form.shown_sections(level) for n in s.names}
    assert answers.unread == []
    assert answers.kind == kind
    # Files are attached on a page; everything else travels.
    assert answers.content.keys() == asked - {"attachments"} | {"form"}
    assert {n: v for n, v in answers.content.items() if bare(v) != bare(given_answers.get(n))} == {}


def test_questions_come_with_their_guidance() -> None:
    text = "\n".join(
        cell.text for table in written("practice", {"form": "snapshot"}).tables
        for cell in table.rows[0].cells
    )  # fmt: skip

    assert "At most 60 words." in text
    assert "Must be answered." in text
    assert "Too vague: “Strengthening capacities”." in text
    assert "Names of countries, one on each line." in text


def test_rows_come_with_their_guidance() -> None:
    paragraphs = [paragraph.text for paragraph in written("practice", {"form": "full"}).paragraphs]

    place = paragraphs.index("Results")
    assert paragraphs[place + 1 : place + 5] == [
        "Add at least one row.",
        "One result a row. A figure needs its source.",
        "Example: every court of appeal is represented in the network.",
        "A plan is not a result.",
    ]


def test_an_arabic_form_runs_from_right_to_left() -> None:
    document = written("lesson", content("lesson"), "ar")
    xml = document.element.body

    tables = list(xml.iter(qn("w:tbl")))
    runs = [run for run in xml.iter(qn("w:r")) if run.find(qn("w:t")) is not None]
    assert all(table.tblPr.find(qn("w:bidiVisual")) is not None for table in tables)
    assert all(run.find(f"{qn('w:rPr')}/{qn('w:rtl')}") is not None for run in runs)
    assert all(run.getparent().find(f"{qn('w:pPr')}/{qn('w:bidi')}") is not None for run in runs)
    assert "من نحن" not in document.paragraphs[0].text
    assert any("\u0600" <= letter <= "\u06ff" for letter in document.paragraphs[0].text)


def test_the_marks_of_direction_stand_where_word_looks_for_them() -> None:
    """ECMA-376 gives the order of properties; Word may call a file with another one damaged."""
    xml = written("lesson", content("lesson"), "ar").element.body

    section = [etree.QName(part).localname for part in xml.sectPr]
    assert section.index("bidi") < section.index("docGrid")
    for table in xml.iter(qn("w:tbl")):
        names = [etree.QName(part).localname for part in table.tblPr]
        assert names[:2] == ["tblStyle", "bidiVisual"]


def test_an_english_form_does_not() -> None:
    xml = etree.tostring(written("lesson", content("lesson")).element.body).decode()

    assert "w:rtl" not in xml
    assert "bidiVisual" not in xml


@pytest.mark.parametrize(("language", "text_runs"), [("ar", True), ("en", False)])
@pytest.mark.parametrize("interface", ["en", "ar"])
def test_what_is_written_runs_as_its_own_language_does(
    interface: str, language: str, text_runs: bool, as_user: AsUser, author: User
) -> None:
    revision = draft(by=author, original_language=language, title="X")
    author.language = interface
    author.save()

    file = as_user(author).get(f"/contributions/{revision.contribution.code}/draft.docx")

    document = Document(BytesIO(file.content))
    marks = [
        paragraph._p.find(f"{qn('w:pPr')}/{qn('w:bidi')}") is not None
        for cell in (box(document, "title"), box(document, "summary"))
        for paragraph in cell.paragraphs
    ]
    choices = box(document, "crime_scope").paragraphs[0]._p
    assert marks == [text_runs] * len(marks)
    assert (choices.find(f"{qn('w:pPr')}/{qn('w:bidi')}") is not None) == (interface == "ar")


@settings(deadline=None, max_examples=25)
@given(st.text(max_size=200))
def test_any_text_can_be_written_and_read(text: str) -> None:
    data = packed(written("lesson", {"form": "snapshot", "title": text}))

    assert visible(word.read(data).content["title"]) == visible(text)


def visible(text: str) -> str:
    return "".join(c for c in text if c.isprintable() and not c.isspace())


# How people fill forms in


@pytest.mark.parametrize("tick", ["☒ ", "x ", "X ", "х ", "[x] ", "(X) ", "✓ ", "✔", "■ "])
def test_boxes_are_ticked_in_many_ways(tick: str) -> None:
    document = written("practice", {"form": "snapshot"})
    cell = box(document, "crime_scope")
    answer(cell, "☐ Trafficking in persons (TIP)", f"{tick}Smuggling of migrants (SOM)", "☐ Both")

    assert word.read(packed(document)).content["crime_scope"] == "SOM"


def test_deleting_the_other_answers_is_an_answer() -> None:
    document = written("practice", {"form": "snapshot"})
    answer(box(document, "crime_scope"), "Smuggling of migrants (SOM)")

    assert word.read(packed(document)).content["crime_scope"] == "SOM"


def test_nothing_ticked_is_no_answer() -> None:
    answers = word.read(packed(written("practice", {"form": "snapshot"})))

    assert answers.content["crime_scope"] == ""
    assert answers.content["target_groups"] == []
    assert answers.content["consent_to_publish"] is False
    assert answers.unread == []


def test_two_ticks_where_one_answer_is_possible_are_named() -> None:
    document = written("practice", {"form": "snapshot"})
    answer(
        box(document, "crime_scope"),
        "x Trafficking in persons (TIP)",
        "x Smuggling of migrants (SOM)",
    )

    answers = word.read(packed(document))

    assert answers.content["crime_scope"] == ""
    assert "only one answer is possible" in answers.unread[0]


def test_an_answer_that_is_none_is_named_with_its_question() -> None:
    document = written("practice", {"form": "snapshot"})
    answer(box(document, "crime_scope"), "x Piracy")

    assert word.read(packed(document)).unread == [
        "Which crime is it about?: “Piracy” is none of the answers"
    ]


def test_countries_are_known_by_their_names_in_every_language() -> None:
    document = written("practice", {"form": "snapshot"})
    answer(
        box(document, "countries"),
        "Maroc, مصر",
        "China, Hong Kong Special Administrative Region",
        "Atlantis",
    )

    answers = word.read(packed(document))

    assert answers.content["countries"] == ["MA", "EG", "HK"]
    assert answers.unread == ["No country has the name “Atlantis”"]


def test_the_answers_of_another_language_are_understood() -> None:
    """Somebody pastes answers of the French form into the English one."""
    document = written("practice", {"form": "snapshot"})
    with translation.override("fr"):
        french = dict(kinds.get("practice").form.base_fields["crime_scope"].choices)["SOM"]
        french = str(french)
    answer(box(document, "crime_scope"), f"x {french}")

    assert word.read(packed(document)).content["crime_scope"] == "SOM"


def test_paragraphs_and_numbered_steps_stay_apart() -> None:
    document = written("practice", {"form": "full"})
    cell = box(document, "approach")
    answer(cell, "First this.")
    for step in ("Meet.", "Agree."):
        cell.add_paragraph(step, style="List Number")
        # As word processors write a list item.
        properties = cell.paragraphs[-1]._p.get_or_add_pPr()
        properties._insert_numPr(properties._new_numPr())

    assert word.read(packed(document)).content["approach"] == "First this.\n1. Meet.\n2. Agree."


def test_rows_are_read_and_empty_ones_left_out() -> None:
    document = written("practice", {"form": "snapshot"})
    table = rows_table(document, "results")
    table.cell(1, 0).text = "Every court is represented."
    table.cell(3, 0).text = "Cases are found sooner."

    rows = word.read(packed(document)).content["results"]

    assert [row["statement"] for row in rows] == [
        "Every court is represented.", "Cases are found sooner.",
    ]  # fmt: skip


def test_deletions_under_review_are_left_out_and_insertions_taken() -> None:
    document = written("practice", {"form": "snapshot"})
    paragraph = box(document, "title").paragraphs[0]._p
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    for xml in (
        f'<w:del xmlns:w="{w}"><w:r><w:delText>Old</w:delText></w:r></w:del>',
        f'<w:ins xmlns:w="{w}"><w:r><w:t>New</w:t></w:r></w:ins>',
    ):
        paragraph.append(etree.fromstring(xml))

    assert word.read(packed(document)).content["title"] == "New"


def test_words_outside_the_boxes_are_named() -> None:
    document = written("practice", {"form": "snapshot"})
    document.add_paragraph("PS: call me.")

    assert word.read(packed(document)).unread == ["Outside the boxes: “PS: call me.”"]


def test_a_question_that_was_lost_is_named_and_keeps_its_answer() -> None:
    document = written("practice", {"form": "snapshot"})
    table = next(t for t in document.tables if "⟦title⟧" in t.cell(0, 0).text)
    table._tbl.getparent().remove(table._tbl)

    answers = word.read(packed(document))

    assert answers.unread == ["Not found in the file: Title"]
    assert "title" not in answers.content


def test_rows_that_were_lost_are_named_too() -> None:
    document = written("practice", {"form": "snapshot"})
    lost = rows_table(document, "results")
    lost._tbl.getparent().remove(lost._tbl)

    assert word.read(packed(document)).unread == ["Not found in the file: Results"]


def test_rows_of_no_question_are_named() -> None:
    document = written("practice", {"form": "snapshot"})
    table = document.add_table(rows=2, cols=1)
    table.cell(0, 0).text = f"{word.OPEN}wishes.text{word.CLOSE}"
    table.cell(1, 0).text = "More time"

    assert word.read(packed(document)).unread == [
        "A table that belongs to no question: “⟦wishes.text⟧ More time”"
    ]


# What is refused


def bomb() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("word/document.xml", b"0" * 61_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not a Word file"),
        (b"PK\x03\x04", "not a Word file"),
        (b"%PDF-1.7", "not a Word file"),
        (bomb(), "unpacks to more"),
        (b"x" * 5_000_001, "larger than 5 MB"),
        (packed(Document()), "not one of our forms"),
    ],
)
def test_other_files_are_refused_in_words(data: bytes, said: str) -> None:
    with pytest.raises(word.WordFileError, match=said):
        word.read(data)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_file_breaks_the_reader(data: bytes) -> None:
    with pytest.raises(word.WordFileError):
        word.read(data)


# Pages


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("level", ["snapshot", "full"])
def test_the_empty_form_is_downloaded_and_comes_back_as_a_draft(
    as_user: AsUser, member: User, kind: str, level: str
) -> None:
    client = as_user(member)
    page = client.get(f"/offline/{kind}/").content.decode()
    address = f"/offline/{kind}/{level}.docx"
    assert address in page
    assert f"/offline/{kind}/" in client.get(kinds.get(kind).new_url).content.decode()
    file = client.get(address)
    document = Document(BytesIO(file.content))
    answer(box(document, "title"), "Courts that meet every month")

    response = brought(client, packed(document), kind)

    made = Revision.objects.get()
    assert file["Content-Type"] == word.MEDIA_TYPE
    assert made.title == "Courts that meet every month"
    assert (made.contribution.kind, made.content["form"], made.state) == (kind, level, "draft")
    assert response.redirect_chain[-1][0] == f"/contributions/{made.contribution.code}/edit/"
    assert "Your answers were read from the file." in response.content.decode()


def test_what_could_not_be_read_is_listed_beside_the_way_to_the_draft(
    as_user: AsUser, member: User
) -> None:
    document = written("practice", {"form": "snapshot"})
    answer(box(document, "countries"), "Atlantis")
    client = as_user(member)

    response = brought(client, packed(document))

    code = Revision.objects.get().contribution.code
    html = response.content.decode()
    assert response.redirect_chain[-1][0] == f"/contributions/{code}/unread/"
    assert "No country has the name “Atlantis”" in html
    assert f"/contributions/{code}/edit/" in html


def test_the_list_stays_with_the_draft_until_it_is_taken_away(
    as_user: AsUser, author: User, member: User
) -> None:
    document = written("practice", {"form": "snapshot"})
    answer(box(document, "countries"), "Atlantis")
    answer(box(document, "crime_scope"), "x Piracy")
    brought(as_user(author), packed(document))
    code = Revision.objects.get().contribution.code
    page, elsewhere = f"/contributions/{code}/unread/", as_user(author)  # another device

    draft_page = elsewhere.get(f"/contributions/{code}/edit/").content.decode()
    assert "2 answers of your Word file could not be read." in draft_page
    assert page in draft_page
    html = elsewhere.get(page).content.decode()
    assert '<ul lang="en" dir="ltr">' in html
    assert "“Piracy” is none of the answers" in html
    assert as_user(member).get(page).status_code == 404
    assert as_user(member).post(page).status_code == 404

    response = elsewhere.post(page, follow=True)

    assert response.redirect_chain[-1][0] == f"/contributions/{code}/edit/"
    assert "could not be read" not in response.content.decode()
    assert elsewhere.get(page)["Location"] == f"/contributions/{code}/edit/"
    assert Revision.objects.get().unread == {}


def test_the_list_speaks_the_language_it_was_made_in(as_user: AsUser, author: User) -> None:
    document = written("lesson", {"form": "snapshot"}, "ar")
    answer(box(document, "countries"), "أطلانتس")
    author.language = "ar"
    author.save()

    html = brought(as_user(author), packed(document), "lesson").content.decode()

    assert '<ul lang="ar" dir="rtl">' in html
    assert "أطلانتس" in html


def test_a_better_file_takes_the_old_list_away(as_user: AsUser, author: User) -> None:
    revision, client = draft(by=author), as_user(author)
    drafts.say_unread(revision, ["Something"], language="en")
    file = client.get(f"/contributions/{revision.contribution.code}/draft.docx").content

    brought(client, file)

    revision.refresh_from_db()
    assert revision.unread == {}


def test_the_list_is_kept_where_both_texts_are_shown(as_user: AsUser, author: User) -> None:
    revision, client = draft(by=author), as_user(author)
    code = revision.contribution.code
    document = Document(BytesIO(client.get(f"/contributions/{code}/draft.docx").content))
    drafts.save(revision, {"title": "Written meanwhile"}, by=author, lock=revision.lock)
    answer(box(document, "countries"), "Atlantis")

    brought(client, packed(document))

    html = client.get(f"/contributions/{code}/unread/").content.decode()
    assert "No country has the name “Atlantis”" in html


def test_a_text_that_was_sent_has_no_list_any_more(as_user: AsUser, author: User) -> None:
    revision = sent(by=author)
    client, page = as_user(author), f"/contributions/{revision.contribution.code}/unread/"

    drafts.say_unread(revision, ["Something"], language="en")

    revision.refresh_from_db()
    assert revision.unread == {}
    for response in (client.get(page, follow=True), client.post(page, follow=True)):
        assert "/status/" in response.redirect_chain[-1][0]


def test_a_draft_goes_out_and_comes_back_into_itself(as_user: AsUser, author: User) -> None:
    revision = draft(by=author, title="Before")
    client = as_user(author)
    code = revision.contribution.code
    assert (
        f"/contributions/{code}/draft.docx"
        in client.get(f"/contributions/{code}/edit/").content.decode()
    )
    document = Document(BytesIO(client.get(f"/contributions/{code}/draft.docx").content))
    answer(box(document, "title"), "After")

    brought(client, packed(document))

    revision.refresh_from_db()
    assert revision.title == "After"
    assert Revision.objects.count() == 1


def test_where_the_draft_changed_meanwhile_both_texts_are_shown(
    as_user: AsUser, author: User
) -> None:
    revision = draft(by=author, title="Before")
    client = as_user(author)
    code = revision.contribution.code
    document = Document(BytesIO(client.get(f"/contributions/{code}/draft.docx").content))
    drafts.save(revision, {"title": "Written meanwhile"}, by=author, lock=revision.lock)
    answer(box(document, "title"), "Written offline")

    response = brought(client, packed(document))

    html = response.content.decode()
    assert response.redirect_chain[-1][0] == f"/contributions/{code}/unsaved/"
    assert "Written meanwhile" in html
    assert "Written offline" in html
    revision.refresh_from_db()
    assert revision.title == "Written meanwhile"


def test_a_text_that_was_sent_meanwhile_is_left_alone(as_user: AsUser, author: User) -> None:
    revision = draft(by=author)
    client = as_user(author)
    code = revision.contribution.code
    file = client.get(f"/contributions/{code}/draft.docx").content
    Revision.objects.filter(pk=revision.pk).update(state="submitted")

    response = brought(client, file)

    assert "not a draft any more" in response.content.decode()
    assert client.get(f"/contributions/{code}/draft.docx").status_code == 404


def test_the_file_of_somebody_elses_draft_becomes_a_draft_of_ones_own(
    as_user: AsUser, author: User, member: User
) -> None:
    revision = draft(by=author, title="Mine")
    code = revision.contribution.code
    file = as_user(author).get(f"/contributions/{code}/draft.docx").content
    client = as_user(member)

    assert client.get(f"/contributions/{code}/draft.docx").status_code == 404
    brought(client, file)

    revision.refresh_from_db()
    assert (revision.title, revision.lock) == ("Mine", 0)
    assert Revision.objects.exclude(pk=revision.pk).get().author == member


def test_a_bad_file_gets_a_message_beside_the_field(as_user: AsUser, member: User) -> None:
    client = as_user(member)

    for data, said in ((None, "Choose a file."), (b"nonsense", "This is not a Word file (.docx).")):
        file = {} if data is None else {"file": SimpleUploadedFile("a.docx", data)}
        response = client.post("/offline/practice/", file)
        assert response.context["form"].errors == {"file": [said]}
    assert not Revision.objects.exists()


@pytest.mark.parametrize(
    "path", ["/offline/poem/", "/offline/poem/full.docx", "/offline/practice/report.docx"]
)
def test_unknown_forms_are_not_found(as_user: AsUser, member: User, path: str) -> None:
    assert as_user(member).get(path).status_code == 404


@pytest.mark.parametrize("path", ["/offline/practice/", "/offline/practice/full.docx"])
def test_visitors_sign_in_first(visitor: Client, path: str) -> None:
    assert visitor.get(path).status_code == 302


def test_files_of_what_is_published_or_sent_are_not_there(
    as_user: AsUser, author: User, coordinator: User
) -> None:
    for contribution in (published(by=author), sent(by=author).contribution):
        path = f"/contributions/{contribution.code}/draft.docx"
        assert as_user(coordinator).get(path).status_code in (403, 404)
