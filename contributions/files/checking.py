"""Is it what its name says, and harmless? Every refusal is a sentence for whoever uploads.

The checks follow the OWASP File Upload Cheat Sheet: a list of what is allowed, the content against
the name, limits before unpacking, no active content. A virus scanner belongs in front of the site.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from typing import Final, Protocol, cast
from xml.parsers.expat import ExpatError, ParserCreate

from django.utils.translation import gettext as _t

from contributions.models.attachment import StoredFile

LARGEST: Final = 20_000_000
MediaType = StoredFile.MediaType
SUFFIXES: Final = {
    "pdf": MediaType.PDF,
    "docx": MediaType.DOCX,
    "xlsx": MediaType.XLSX,
    "pptx": MediaType.PPTX,
    "png": MediaType.PNG,
    "jpg": MediaType.JPEG,
    "jpeg": MediaType.JPEG,
}
_PICTURES: Final = {MediaType.PNG: b"\x89PNG\r\n\x1a\n", MediaType.JPEG: b"\xff\xd8\xff"}
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What the main part of each office format is (ECMA-376); one with macros is called otherwise.
_MAIN_PARTS: Final = {
    MediaType.DOCX: "wordprocessingml.document.main+xml",
    MediaType.XLSX: "spreadsheetml.sheet.main+xml",
    MediaType.PPTX: "presentationml.presentation.main+xml",
}
MAX_PARTS: Final = 5_000
MAX_UNPACKED: Final = 300_000_000
# Office files pack to a tenth or twentieth; a bomb to a thousandth.
MAX_RATIO: Final = 250
_ACTIVE_PARTS: Final = re.compile(r"vbaproject|activex|macrosheets|oleobject|\.bin$|\.exe$", re.I)
# Fonts and printer settings are .bin too, and harmless.
_HARMLESS_PARTS: Final = re.compile(r"printersettings\d*\.bin$|/fonts/", re.I)
# Links that are followed without being asked (templates, frames); hyperlinks are not among them.
_FETCHED: Final = frozenset({"attachedtemplate", "frame", "oleobject", "subdocument"})
_ACTIVE_PDF: Final = re.compile(
    rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData)(?![A-Za-z])"
)
# White space and comments between the signs of a PDF (ISO 32000-1, 7.2).
_PDF_SPACE: Final = rb"(?:[\x00\t\n\f\r ]++|%[^\r\n]*+)*+"
_PDF_OBJECT: Final = re.compile(rb"obj" + _PDF_SPACE + rb"(?=<<)")
_PDF_SIGN: Final = re.compile(rb"<<|<[^<>]*>|>>|\(|%[^\r\n]*")
_PDF_IN_STRING: Final = re.compile(rb"\\.|[()]", re.DOTALL)
_PDF_STREAM: Final = re.compile(_PDF_SPACE + rb"stream(?:\r\n|\n|\r)?")
# Readers ask a stream of packed objects for these two; what it says of its type they pass over.
_PDF_PACKED: Final = re.compile(rb"/ObjStm\b|/First\b.*/N\b|/N\b.*/First\b", re.DOTALL)
# Sums that hide the letters of what is packed; no program uses them for objects.
_PDF_SUMS: Final = re.compile(rb"/(?:DecodeParms|DP)\b(?!\s*null)")
# How packed objects may be packed; we can look into no other way.
_PDF_FLATE: Final = re.compile(rb"/Filter\s*\[?\s*/FlateDecode\s*(?:\]|/(?!\w+Decode\b)|>>)")
MAX_PDF_UNPACKED: Final = 60_000_000


class FileRefusedError(Exception):
    """The file is not taken; the message says why."""


@dataclass(frozen=True)
class Checked:
    """What is kept: the bytes (of a picture, written anew) and what they are."""

    data: bytes
    media_type: StoredFile.MediaType


class _Pictures(Protocol):
    def written_anew(self, data: bytes, media_type: str) -> bytes: ...


def check(name: str, data: bytes) -> Checked:
    """The file as it is kept. Raises FileRefusedError."""
    media_type = SUFFIXES.get(name.rpartition(".")[2].lower())
    if media_type is None:
        raise FileRefusedError(
            _t("Only PDF, Word, Excel and PowerPoint files and PNG and JPEG pictures are taken.")
        )
    if not data:
        raise FileRefusedError(_t("The file is empty."))
    if len(data) > LARGEST:
        raise FileRefusedError(_t("The file is larger than 20 MB."))
    if media_type in _PICTURES:
        if not data.startswith(_PICTURES[media_type]):
            raise _mismatch(name)
        # Pillow takes 15 MB of a worker: it waits for the first picture.
        pictures = cast("_Pictures", import_module("contributions.files.pictures"))
        return Checked(pictures.written_anew(data, media_type), media_type)
    if media_type == MediaType.PDF:
        _check_pdf(name, data)
    else:
        _check_office(name, data, media_type)
    return Checked(data, media_type)


def _mismatch(name: str) -> FileRefusedError:
    suffix = name.rpartition(".")[2]
    return FileRefusedError(
        _t("What is in the file does not fit its name: it is no .%s file.") % suffix
    )


# PDF


def _check_pdf(name: str, data: bytes) -> None:
    # ISO 32000-1, annex H: readers accept the header within the first 1,024 bytes.
    if b"%PDF-" not in data[:1024]:
        raise _mismatch(name)
    if re.search(rb"/Encrypt\b", _spelled_out(data)):
        raise FileRefusedError(_t("The file is locked with a password and cannot be checked."))
    for part in (data, *_object_streams(data)):
        if _ACTIVE_PDF.search(_spelled_out(part)):
            raise _active_pdf()


def _active_pdf() -> FileRefusedError:
    return FileRefusedError(
        _t("The PDF holds scripts, forms or other files. Print it to a new PDF first.")
    )


def _spelled_out(part: bytes) -> bytes:
    """Names may spell letters as #xx (ISO 32000-1, 7.3.5)."""
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda match: bytes([int(match[1], 16)]), part)


def _object_streams(data: bytes) -> list[bytes]:
    """Packed objects, unpacked; newer PDFs keep most of their objects in such streams."""
    found, room = [], MAX_PDF_UNPACKED
    for said, start in _streams(data):
        about = _spelled_out(said)
        if not _PDF_PACKED.search(about):
            continue
        if _PDF_SUMS.search(about) or (b"/Filter" in about and not _PDF_FLATE.search(about)):
            raise _active_pdf()
        unpacked = _inflated(data, start, room)
        found.append(unpacked)
        room -= len(unpacked)
        if room <= 0:
            raise _too_much()
    return found


def _too_much() -> FileRefusedError:
    return FileRefusedError(_t("The file unpacks to more than a document can hold."))


def _streams(data: bytes) -> Iterator[tuple[bytes, int]]:
    """(dictionary, where its data begin) of each stream.

    Read forward from every word that could begin an object: what stands in a string cannot hide
    one then, though an object more may be seen.
    """
    room = 3 * len(data) + MAX_PDF_UNPACKED
    for begun in _PDF_OBJECT.finditer(data):
        end = _dictionary_end(data, begun.end())
        room -= (end or len(data)) - begun.end()
        if room <= 0:
            raise _too_much()
        if end and (stream := _PDF_STREAM.match(data, end)):
            yield data[begun.end() : end], stream.end()


def _dictionary_end(data: bytes, at: int) -> int | None:
    """Behind the last sign of the dictionary that begins here; None where it has no end."""
    depth = 0
    while sign := _PDF_SIGN.search(data, at):
        at = sign.end()
        if sign[0] == b"(":
            at = _string_end(data, at)
        elif sign[0] == b"<<":
            depth += 1
        elif sign[0] == b">>":
            depth -= 1
            if not depth:
                return at
    return None


def _string_end(data: bytes, at: int) -> int:
    depth = 1
    for sign in _PDF_IN_STRING.finditer(data, at):
        depth += {b"(": 1, b")": -1}.get(sign[0], 0)
        if not depth:
            return sign.end()
    return len(data)


def _inflated(data: bytes, at: int, room: int) -> bytes:
    """What is packed from here on, at most `room` bytes; of a damaged stream what stands before
    the damage, as readers do."""
    packed, found = zlib.decompressobj(), bytearray()
    for step in (4096, 1):
        while at < len(data) and len(found) < room and not packed.eof:
            before = packed.copy()
            try:
                found += packed.decompress(data[at : at + step], room - len(found))
            except zlib.error:
                packed = before  # once more from there, byte by byte
                break
            at += step
    return bytes(found)


# Office


def _check_office(name: str, data: bytes, media_type: StoredFile.MediaType) -> None:
    if data.startswith(_OLE):
        raise FileRefusedError(
            _t("The file is locked with a password, or in an old format: save it as .%s anew.")
            % name.rpartition(".")[2].lower()
        )
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            _check_size(packed)
            _check_parts(name, packed, media_type)
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        OSError,
        zlib.error,
        ExpatError,
    ) as error:
        raise _mismatch(name) from error


def _check_size(packed: zipfile.ZipFile) -> None:
    parts = packed.infolist()
    whole = sum(part.file_size for part in parts)
    steep = any(
        part.file_size > 1_000_000 and part.file_size > MAX_RATIO * max(1, part.compress_size)
        for part in parts
    )
    if len(parts) > MAX_PARTS or whole > MAX_UNPACKED or steep:
        raise _too_much()


def _check_parts(name: str, packed: zipfile.ZipFile, media_type: StoredFile.MediaType) -> None:
    names = packed.namelist()
    if "[Content_Types].xml" not in names:
        raise _mismatch(name)
    types = packed.read("[Content_Types].xml").decode("utf-8", "replace")
    active = [n for n in names if _ACTIVE_PARTS.search(n) and not _HARMLESS_PARTS.search(n)]
    if "macroEnabled" in types or "vbaProject" in types or active:
        raise FileRefusedError(
            _t("The file holds macros or other programs. Save it without them first.")
        )
    if _MAIN_PARTS[media_type] not in types:
        raise _mismatch(name)
    for part in names:
        if part.lower().endswith(".rels") and _fetches(packed.read(part)):
            raise FileRefusedError(
                _t("The file loads parts from elsewhere. Save it with everything inside.")
            )


def _fetches(relationships: bytes) -> bool:
    """Whether a part loads another from outside. Read as XML: the order of attributes, quotes,
    prefixes, encodings and character references are free. Raises ExpatError."""
    found = []

    def start(_name: str, attributes: dict[str, str]) -> None:
        kind = attributes.get("Type", "").rpartition("/")[2].lower()
        if attributes.get("TargetMode", "").lower() == "external" and kind in _FETCHED:
            found.append(kind)

    parser = ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(relationships, True)  # noqa: FBT003  all of it at once
    return bool(found)
