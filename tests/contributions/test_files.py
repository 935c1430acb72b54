"""Files are checked before they are kept, and read by those who see a version that names them."""

from __future__ import annotations

import time
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from accounts.models import User
from contributions import workflow
from contributions.files import attaching, checking
from contributions.models import Contribution, Revision, StoredFile
from tests.factories.accounts import UserFactory
from tests.factories.contributions import draft, published

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]
TYPES = '<Types><Override ContentType="application/vnd.openxmlformats-officedocument.{}"/></Types>'
WORD = TYPES.format("wordprocessingml.document.main+xml")


def picture(
    kind: str = "PNG", mode: str = "RGB", size: tuple[int, int] = (8, 8), **more: Any
) -> bytes:
    out = BytesIO()
    Image.new(mode, size).save(out, kind, **more)
    return out.getvalue()


def office(types: str = WORD, **parts: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", types)
        for name, data in parts.items():
            packed.writestr(name, data)
    return out.getvalue()


def pdf(body: bytes = b"") -> bytes:
    return b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n" + body + b"\n%%EOF"


def packed_objects(inner: bytes) -> bytes:
    stream = zlib.compress(inner)
    return b"2 0 obj<</Type/ObjStm/Filter/FlateDecode>>stream\n" + stream + b"\nendstream"


GOOD = {
    "a.pdf": pdf(),
    "a.docx": office(),
    "a.xlsx": office(TYPES.format("spreadsheetml.sheet.main+xml")),
    "a.pptx": office(TYPES.format("presentationml.presentation.main+xml")),
    "a.png": picture(),
    "a.jpg": picture("JPEG"),
    "A.JPEG": picture("JPEG"),
}


# What is taken


@pytest.mark.parametrize("name", GOOD)
def test_honest_files_are_taken(name: str) -> None:
    kept = checking.check(name, GOOD[name])

    assert kept.media_type == checking.SUFFIXES[name.rpartition(".")[2].lower()]
    if not name.lower().endswith(("png", "jpg", "jpeg")):
        assert kept.data == GOOD[name]


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
def test_pictures_of_every_mode_are_taken(mode: str) -> None:
    kept = checking.check("a.png", picture(mode=mode))

    assert Image.open(BytesIO(kept.data)).size == (8, 8)


def test_print_settings_and_fonts_are_no_programs() -> None:
    parts = {"xl/printerSettings/printerSettings1.bin": b"x", "word/fonts/font1.bin": b"x"}

    assert checking.check("a.docx", office(**parts))


# What is refused


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.exe", b"MZ", "Only PDF"),
        ("a.docm", office(), "Only PDF"),
        ("a.svg", b"<svg/>", "Only PDF"),
        ("noending", b"x", "Only PDF"),
        ("a.pdf", b"", "empty"),
        ("a.pdf", b"x" * 20_000_001, "larger than 20 MB"),
        ("a.pdf", b"MZ nonsense", "it is no .pdf file"),
        ("a.pdf", GOOD["a.png"], "it is no .pdf file"),
        ("a.png", GOOD["a.jpg"], "it is no .png file"),
        ("a.jpg", GOOD["a.pdf"], "it is no .jpg file"),
        ("a.docx", GOOD["a.xlsx"], "it is no .docx file"),
        ("a.docx", b"PK\x03\x04", "it is no .docx file"),
        ("a.docx", office("<Types/>"), "it is no .docx file"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xx", "password, or in an old format"),
        ("a.docx", office(WORD + "macroEnabled"), "macros"),
        ("a.docx", office(**{"word/vbaProject.bin": b"x"}), "macros"),
        ("a.xlsx", office(**{"xl/activeX/activeX1.xml": b"x"}), "macros"),
        ("a.docx", office(**{"word/embeddings/oleObject1.bin": b"x"}), "macros"),
        ("a.docx", office(**{"big.xml": b"0" * 5_000_000}), "unpacks to more"),
        (
            "a.docx",
            office(**{"word/_rels/settings.xml.rels": (
                b'<Relationship Type="x/attachedTemplate" Target="http://e.example/t" '
                b'TargetMode="External"/>'
            )}),
            "loads parts from elsewhere",
        ),
        ("a.pdf", pdf(b"<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>"), "scripts"),
        ("a.pdf", pdf(b"<</S/J#61vaScript>>"), "scripts"),
        ("a.pdf", pdf(b"<</S/Launch>>"), "scripts"),
        ("a.pdf", pdf(b"<</Names<</EmbeddedFiles 3 0 R>>>>"), "scripts"),
        ("a.pdf", pdf(packed_objects(b"<</S/JavaScript>>")), "scripts"),
        ("a.pdf", pdf(packed_objects(b"0" * 61_000_000)), "unpacks to more"),
        ("a.pdf", pdf(b"trailer<</Encrypt 4 0 R>>"), "password"),
        ("a.png", GOOD["a.png"][:40], "damaged"),
        ("a.png", picture(mode="1", size=(9000, 9000)), "40 million pixels"),
    ],
)  # fmt: skip
def test_others_are_refused_with_the_reason(name: str, data: bytes, said: str) -> None:
    with pytest.raises(checking.FileRefusedError, match=said):
        checking.check(name, data)


TEMPLATE = 'Type="x/attachedTemplate" Target="http://e.example/t" TargetMode="External"'


@pytest.mark.parametrize(
    "relationship",
    [
        b'<Relationship TargetMode="External" Type="x/attachedTemplate" Target="http://e"/>',
        f"<Relationship {TEMPLATE}/>".replace('"', "'").encode(),
        f'<?xml version="1.0" encoding="UTF-16"?><Relationship {TEMPLATE}/>'.encode("utf-16"),
        f'<r:Relationship xmlns:r="x" {TEMPLATE}/>'.encode(),
        f"<Relationship {TEMPLATE}/>".replace("Template", "&#84;emplate").encode(),
    ],
    ids=["order", "quotes", "encoding", "prefix", "reference"],
)
@pytest.mark.parametrize("part", ["word/_rels/settings.xml.rels", "word/_rels/settings.xml.RELS"])
def test_a_part_from_elsewhere_is_found_however_it_is_written(
    part: str, relationship: bytes
) -> None:
    with pytest.raises(checking.FileRefusedError, match="loads parts from elsewhere"):
        checking.check("a.docx", office(**{part: relationship}))


def test_relationships_that_cannot_be_read_are_refused() -> None:
    with pytest.raises(checking.FileRefusedError, match=r"no \.docx file"):
        checking.check("a.docx", office(**{"word/_rels/settings.xml.rels": b"<broken"}))


def test_macros_under_another_name_are_macros() -> None:
    types = WORD + '<Override ContentType="application/vnd.ms-office.vbaProject"/>'

    with pytest.raises(checking.FileRefusedError, match="macros"):
        checking.check("a.docx", office(types, **{"word/x.xml": b"x"}))


SCRIPT = zlib.compress(b"<</S/JavaScript>>")


@pytest.mark.parametrize(
    ("about", "packed"),
    [
        (b"/Type/Obj#53tm/Filter/FlateDecode", SCRIPT),
        (b"/Type/ObjStm/X(" + b"y" * 500 + b")/Filter/FlateDecode", SCRIPT),
        (b"/Type/ObjStm/Filter[/ASCIIHexDecode/FlateDecode]", SCRIPT.hex().encode()),
        (b"/Type/ObjStm/Filter[/FlateDecode/ASCIIHexDecode]", SCRIPT),
        (b"/Filter 9 0 R/Type/ObjStm", SCRIPT),
        (b"/Type 9 0 R/N 3/First 20/Filter/FlateDecode", SCRIPT),
        (b"/N 3/First 20/Filter/FlateDecode", SCRIPT),
        (b"/#4e 3/F#69rst 20/Filter/FlateDecode", SCRIPT),
        (b"/Type/ObjStm/X(obj<<\\()/Filter/FlateDecode", SCRIPT),
        (b"/X<3e3e>/Type/ObjStm%>>\n/Filter/FlateDecode", SCRIPT),
        (b"/X((a)(b\\)>>))/Type/ObjStm/Filter/FlateDecode", SCRIPT),
        (b"/Type/ObjStm/Filter/FlateDecode/DecodeParms<</Predictor 12>>", SCRIPT),
        (b"/Type/ObjStm/Filter/FlateDecode/DecodeParms 9 0 R", SCRIPT),
        (b"/Type/ObjStm/Filter/FlateDecode", SCRIPT[:-4] + b"fake"),
        (b"/Type/ObjStm/Filter/FlateDecode", SCRIPT[:-4]),
    ],
    ids=[
        "spelled", "long", "packed twice", "packed after", "said elsewhere", "type elsewhere",
        "no type", "keys spelled", "hidden in a string", "end in a comment", "strings in strings",
        "letters summed", "summed elsewhere", "damaged", "cut off",
    ],
)  # fmt: skip
def test_scripts_in_packed_objects_are_found_or_not_let_in(about: bytes, packed: bytes) -> None:
    body = b"2 0 obj<<" + about + b">>stream\n" + packed + b"\nendstream"

    with pytest.raises(checking.FileRefusedError, match="scripts"):
        checking.check("a.pdf", pdf(body))


@pytest.mark.parametrize(
    "about",
    [
        b"/Type/ObjStm/Filter/FlateDecode", b"/Type /ObjStm /Filter [ /FlateDecode ] /N 3",
        b"/Type/ObjStm/Filter/FlateDecode/Length 20", b"/Filter/FlateDecode/Type/ObjStm",
        b"/Type/ObjStm/N 3/First 9/Filter/FlateDecode/DecodeParms null", b"/X(/ObjStm)/N 3",
    ],
)  # fmt: skip
def test_packed_objects_without_scripts_are_taken(about: bytes) -> None:
    inner = zlib.compress(b"<</Type/Font>>")

    assert checking.check(
        "a.pdf", pdf(b"2 0 obj<<" + about + b">>stream\n" + inner + b"\nendstream")
    )


@pytest.mark.parametrize(
    "body",
    [b"obj<<" * 200_000, b"%" * 400_000 + b"obj" + b"%" * 400_000, b"1 0 obj<<" + b"(" * 800_000],
    ids=["never ended", "comments", "strings"],
)
def test_odd_pdfs_are_read_fast(body: bytes) -> None:
    began = time.process_time()

    with suppress(checking.FileRefusedError):
        checking.check("a.pdf", pdf(body))

    assert time.process_time() - began < 30  # seconds; minutes if it grew with the square


def test_a_password_is_found_however_it_is_spelled() -> None:
    with pytest.raises(checking.FileRefusedError, match="password"):
        checking.check("a.pdf", pdf(b"trailer<</Encr#79pt 4 0 R>>"))


def test_a_link_in_a_document_is_no_part_from_elsewhere() -> None:
    link = (
        b'<Relationship Type="http://schemas/hyperlink" Target="https://unodc.org" '
        b'TargetMode="External"/>'
    )

    assert checking.check("a.docx", office(**{"word/_rels/document.xml.rels": link}))


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=400), st.sampled_from(sorted(checking.SUFFIXES)))
def test_no_bytes_break_the_check(data: bytes, suffix: str) -> None:
    start = {"png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "pdf": b"%PDF-1.4 "}
    with suppress(checking.FileRefusedError):
        checking.check(f"a.{suffix}", start.get(suffix, b"") + data)


def test_pictures_lose_what_is_hidden_in_them() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x0112] = 6  # turned by a quarter
    data = picture("JPEG", size=(20, 10), exif=exif, comment=b"secret place") + b"secret tail"

    kept = checking.check("a.jpg", data).data

    shown = Image.open(BytesIO(kept))
    assert b"ecret" not in kept
    assert not shown.getexif()
    assert shown.size == (10, 20)


# Attaching


def attached(client: Client, code: str, name: str = "a.pdf", **more: Any) -> Any:
    return client.post(
        f"/contributions/{code}/attach/",
        {
            "upload": SimpleUploadedFile(name, GOOD.get(name, b"")),
            "title": "The law in full",
            "language": "fr",
            "credit": "Ministry of Justice",
            **more,
        },
    )


def full(by: User, **changes: Any) -> Revision:
    return draft(by=by, form="full", **changes)


def only_file() -> StoredFile:
    return StoredFile.objects.get()


def address(code: str) -> str:
    return f"/contributions/{code}/files/{only_file().pk}/"


def test_an_author_attaches_a_file_to_a_draft(as_user: AsUser, author: User) -> None:
    revision = full(author)
    client = as_user(author)
    code = revision.contribution.code

    response = attached(client, code)

    revision.refresh_from_db()
    stored = only_file()
    assert response["Location"] == f"/contributions/{code}/edit/"
    assert revision.content["attachments"] == [
        {
            "file": str(stored.pk), "title": "The law in full", "language": "fr",
            "credit": "Ministry of Justice",
        }
    ]  # fmt: skip
    assert revision.lock == 1
    assert (stored.media_type, stored.size) == ("application/pdf", len(GOOD["a.pdf"]))
    page = client.get(f"/contributions/{code}/edit/?part=source").content.decode()
    assert 'value="The law in full"' in page
    assert str(stored.pk) in page


def test_the_script_is_told_where_to_go_and_people_read_the_message(
    as_user: AsUser, author: User
) -> None:
    code = full(author).contribution.code
    client = as_user(author)
    upload = SimpleUploadedFile("a.pdf", GOOD["a.pdf"])

    answer = client.post(
        f"/contributions/{code}/attach/", {"upload": upload, "title": "x"}, HTTP_X_UPLOAD="1"
    )

    assert (answer.status_code, answer["Location"]) == (204, f"/contributions/{code}/edit/")
    assert "The file is attached." in client.get(answer["Location"]).content.decode()


def test_the_button_on_the_form_saves_what_is_typed_first(as_user: AsUser, author: User) -> None:
    revision = full(author)
    code = revision.contribution.code

    response = as_user(author).post(
        f"/contributions/{code}/edit/",
        {"shown": "full", "part": "source", "lock": "0", "source_text": "Typed", "attach": "1"},
    )

    revision.refresh_from_db()
    assert response["Location"] == f"/contributions/{code}/attach/"
    assert revision.content["source_text"] == "Typed"


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"upload": ""}, "upload", "Choose a file."),
        ({"upload": SimpleUploadedFile("a.pdf", b"MZ")}, "upload", "it is no .pdf file"),
        ({"title": ""}, "title", "This field is required."),
        ({"title": "x" * 151}, "title", "at most 150"),
        ({"language": "xx"}, "language", "not one of the available choices"),
    ],
)
def test_bad_input_gets_a_message_and_keeps_what_was_typed(
    as_user: AsUser, author: User, change: dict[str, Any], field: str, said: str
) -> None:
    code = full(author).contribution.code

    response = attached(as_user(author), code, **change)

    assert said in str(response.context["form"].errors[field])
    assert "Ministry of Justice" in response.content.decode()
    assert not StoredFile.objects.exists()


def test_there_is_an_end_to_files(as_user: AsUser, author: User) -> None:
    revision = full(author, attachments=[{"file": str(uuid4()), "title": "x"}] * 10)

    response = attached(as_user(author), revision.contribution.code)

    assert "There are 10 files already" in response.content.decode()
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("name", ["a.pdf", "a.png"])
def test_a_file_whose_answer_got_lost_is_not_attached_twice(
    as_user: AsUser, author: User, name: str
) -> None:
    revision = full(author, attachments=[{"file": str(uuid4()), "title": "x"}] * 9)
    code, client = revision.contribution.code, as_user(author)

    attached(client, code, name)
    again = attached(client, code, name)  # the tenth: there would be no room for another

    revision.refresh_from_db()
    assert again["Location"] == f"/contributions/{code}/edit/"
    assert len(revision.content["attachments"]) == 10
    assert revision.lock == 1
    assert StoredFile.objects.count() == 1


def test_the_same_file_under_another_title_is_called_so(as_user: AsUser, author: User) -> None:
    revision = full(author)
    code, client = revision.contribution.code, as_user(author)
    attached(client, code)

    attached(client, code, title="The law, in French")

    revision.refresh_from_db()
    assert [row["title"] for row in revision.content["attachments"]] == ["The law, in French"]
    assert StoredFile.objects.count() == 1


def test_other_files_of_the_same_length_and_other_drafts_keep_their_own(
    as_user: AsUser, author: User
) -> None:
    one, two, client = full(author), full(author), as_user(author)
    attached(client, one.contribution.code)
    other = SimpleUploadedFile("a.pdf", GOOD["a.pdf"].replace(b"1.7", b"1.6"))

    attached(client, one.contribution.code, upload=other)
    attached(client, two.contribution.code)

    assert StoredFile.objects.count() == 3


def test_a_file_that_was_lost_from_the_disk_is_attached_again(
    as_user: AsUser, author: User
) -> None:
    revision, client = full(author), as_user(author)
    attached(client, revision.contribution.code)
    storages["attachments"].delete(str(only_file().file.name))

    attached(client, revision.contribution.code)

    assert StoredFile.objects.count() == 2


def test_what_is_refused_leaves_nothing_on_the_disk(
    as_user: AsUser, author: User, member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    revision = full(author)
    Revision.objects.filter(pk=revision.pk).update(
        held_by=member, held_since=timezone.now(), held_until=timezone.now() + timedelta(minutes=5)
    )
    written: list[str] = []
    monkeypatch.setattr(storages["attachments"], "save", lambda name, *a, **k: written.append(name))

    page = attached(as_user(author), revision.contribution.code)

    assert "The draft was changed meanwhile" in page.content.decode()
    assert written == []


# A session that ran out


def test_what_was_said_of_a_file_waits_until_one_has_signed_in(
    visitor: Client, author: User
) -> None:
    code = full(author).contribution.code

    asked = attached(visitor, code)
    visitor.force_login(author, backend="django.contrib.auth.backends.ModelBackend")
    page = visitor.get(f"/contributions/{code}/attach/").content.decode()

    assert asked["Location"] == f"/accounts/login/?next=/contributions/{code}/attach/"
    assert "What you entered is still here" in page
    assert 'value="The law in full"' in page
    assert 'value="Ministry of Justice"' in page
    assert '<option value="fr" selected>' in page
    attached(visitor, code)
    assert "The law in full" not in visitor.get(f"/contributions/{code}/attach/").content.decode()
    assert StoredFile.objects.count() == 1


def test_the_script_is_told_to_wait_since_it_still_has_the_file(
    visitor: Client, author: User
) -> None:
    code = full(author).contribution.code

    answer = visitor.post(f"/contributions/{code}/attach/", {"title": "The law"}, HTTP_X_UPLOAD="1")

    assert (answer.status_code, answer.content) == (401, b"")
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("code", ["PR-9999", "nonsense"])
def test_strangers_learn_nothing_by_attaching(visitor: Client, code: str, author: User) -> None:
    known = full(author).contribution.code

    answers = [attached(visitor, each) for each in (code, known)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert visitor.get(f"/contributions/{known}/attach/").status_code == 302


def test_what_another_person_said_of_a_file_is_not_shown(
    visitor: Client, author: User, member: User
) -> None:
    code = full(author).contribution.code
    attached(visitor, code)

    visitor.force_login(member, backend="django.contrib.auth.backends.ModelBackend")

    assert visitor.get(f"/contributions/{code}/attach/").status_code == 404


def test_nobody_attaches_to_what_is_not_theirs_or_not_a_draft(
    as_user: AsUser, author: User, member: User
) -> None:
    revision = full(author)
    code = revision.contribution.code

    assert attached(as_user(member), code).status_code == 404
    Revision.objects.filter(pk=revision.pk).update(state="submitted")
    assert attached(as_user(author), code)["Location"] == f"/contributions/{code}/status/"
    assert not StoredFile.objects.exists()


def test_a_file_of_another_contribution_cannot_be_named(as_user: AsUser, author: User) -> None:
    other = full(author)
    attached(as_user(author), other.contribution.code)
    thief = UserFactory()
    own = draft(by=thief, attachments=[{"file": str(only_file().pk), "title": "Mine now"}])

    response = as_user(thief).post(
        f"/contributions/{own.contribution.code}/submit/", {"action": "submit"}
    )

    own.refresh_from_db()
    assert response.status_code in (200, 302)
    assert own.state == "draft"
    assert as_user(thief).get(address(own.contribution.code)).status_code == 404
    assert as_user(thief).get(address(other.contribution.code)).status_code == 404


# Reading


def publish(revision: Revision, coordinator: User) -> Contribution:
    workflow.perform("submit", revision, by=revision.author)
    workflow.perform("approve", revision, by=coordinator)
    return revision.contribution


def short(by: User, **changes: Any) -> Revision:
    """A draft that can be sent, with a file."""
    revision = draft(by=by, **changes)
    kept = checking.check("a.pdf", GOOD["a.pdf"])
    row = {"title": "The law in full", "language": "fr", "credit": "Ministry of Justice"}
    attaching.attach(revision, kept, by=by, name="the law.pdf", row=row)
    revision.refresh_from_db()
    return revision


def test_what_is_published_lists_its_files(
    visitor: Client, author: User, coordinator: User
) -> None:
    contribution = publish(short(author), coordinator)

    html = visitor.get(contribution.get_absolute_url()).content.decode()
    file = visitor.get(address(contribution.code))

    assert f'href="{address(contribution.code)}" lang="fr" dir="ltr">The law in full</a>' in html
    assert "Ministry of Justice" in html
    assert b"".join(file.streaming_content) == GOOD["a.pdf"]  # type: ignore[attr-defined]
    assert file["Content-Disposition"] == 'attachment; filename="the law.pdf"'
    assert file["Content-Type"] == "application/pdf"
    assert file["X-Content-Type-Options"] == "nosniff"
    assert file["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "private" in file["Cache-Control"]
    assert file["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(
    ("visibility", "readers"),
    [
        ("public", {"visitor", "member", "author", "coordinator"}),
        ("members", {"member", "author", "coordinator"}),
        ("coordinators", {"author", "coordinator"}),
    ],
)
def test_a_file_is_read_by_those_who_see_the_record(
    visibility: str, readers: set[str], as_user: AsUser, visitor: Client, member: User,
    author: User, coordinator: User,
) -> None:  # fmt: skip
    contribution = publish(short(author, visibility=visibility), coordinator)
    people = {
        "visitor": visitor, "member": as_user(member), "author": as_user(author),
        "coordinator": as_user(coordinator),
    }  # fmt: skip

    found = {
        name for name, client in people.items()
        if client.get(address(contribution.code)).status_code == 200
    }  # fmt: skip

    assert found == readers


def test_a_file_of_a_draft_is_read_by_its_authors_alone(
    as_user: AsUser, visitor: Client, author: User, member: User
) -> None:
    code = short(author).contribution.code

    assert as_user(author).get(address(code)).status_code == 200
    assert as_user(member).get(address(code)).status_code == 404
    assert visitor.get(address(code)).status_code == 404


def test_a_file_of_a_new_version_waits_with_it(
    as_user: AsUser, visitor: Client, author: User, reviewer: User, coordinator: User
) -> None:
    contribution = publish(draft(by=author), coordinator)
    client = as_user(author)
    client.post(f"/contributions/{contribution.code}/revise/")
    attached(client, contribution.code)
    revision = contribution.revisions.get(state="draft")

    assert visitor.get(address(contribution.code)).status_code == 404
    assert (
        address(contribution.code)
        in client.get(f"/contributions/{contribution.code}/preview/").content.decode()
    )
    workflow.perform("submit", revision, by=author)
    moderate = f"/admin/contributions/revision/{revision.pk}/moderate/"
    assert address(contribution.code) in as_user(reviewer).get(moderate).content.decode()
    assert as_user(reviewer).get(address(contribution.code)).status_code == 200
    assert visitor.get(address(contribution.code)).status_code == 404
    workflow.perform("approve", revision, by=coordinator)
    assert visitor.get(address(contribution.code)).status_code == 200


def test_a_file_that_a_new_version_left_out_stays_with_the_old_one(
    visitor: Client, author: User, coordinator: User, as_user: AsUser
) -> None:
    contribution = publish(short(author), coordinator)
    as_user(author).post(f"/contributions/{contribution.code}/revise/")
    revision = contribution.revisions.get(state="draft")
    revision.content["attachments"] = []
    revision.save()
    publish(revision, coordinator)

    html = visitor.get(contribution.get_absolute_url()).content.decode()

    assert "The law in full" not in html
    assert visitor.get(address(contribution.code)).status_code == 200


def test_pictures_are_shown_in_the_page_and_never_run(
    author: User, coordinator: User, visitor: Client
) -> None:
    revision = draft(by=author)
    kept = checking.check("a.png", GOOD["a.png"])
    attaching.attach(revision, kept, by=author, name="a.png", row={"title": "A room"})
    revision.refresh_from_db()

    file = visitor.get(address(publish(revision, coordinator).code))

    assert file["Content-Disposition"] == 'inline; filename="a.png"'
    assert "sandbox" in file["Content-Security-Policy"]


@pytest.mark.parametrize("key", ["8537d3f2-50aa-4c4a-bfd4-4c32e903f2fe", "nonsense"])
def test_unknown_files_are_not_found(visitor: Client, key: str) -> None:
    code = published().code

    assert visitor.get(f"/contributions/{code}/files/{key}/").status_code == 404


def test_a_file_that_was_lost_from_the_disk_is_not_found(
    visitor: Client, author: User, coordinator: User
) -> None:
    contribution = publish(short(author), coordinator)
    storages["attachments"].delete(str(only_file().file.name))

    assert visitor.get(address(contribution.code)).status_code == 404


def test_files_that_no_version_names_are_deleted_after_thirty_days(
    author: User, django_capture_on_commit_callbacks: Any
) -> None:
    named, unnamed = short(author), short(author)
    unnamed.content["attachments"] = []
    unnamed.save()
    forgotten = StoredFile.objects.get(contribution=unnamed.contribution)
    storage, place = forgotten.file.storage, str(forgotten.file.name)

    assert attaching.purge(timezone.now() + timedelta(days=29)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert attaching.purge(timezone.now() + timedelta(days=31)) == 1

    assert StoredFile.objects.get().contribution == named.contribution
    assert not storage.exists(place)


def test_names_are_kept_without_paths_and_signs() -> None:
    assert attaching._plain_name('..\\..\\a/"the: law".pdf') == "the law.pdf"
    assert len(attaching._plain_name("x" * 300 + ".pdf")) == 150
