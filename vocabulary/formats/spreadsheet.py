"""Concepts as a spreadsheet: a row each; names that share a cell stand on lines of their own."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any, Final

from django.conf import settings
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils.exceptions import InvalidFileException

from vocabulary.catalogue import CatalogueError, Entry, Label
from vocabulary.models import Concept, tidy

FIELDS: Final = ("slug", "group", "broader", "related", "scope_note", "source")
_KINDS: Final = {"label": "preferred", "synonyms": "synonym", "acronyms": "acronym"}
# A cell that begins like this is a formula to a spreadsheet program (OWASP, CSV injection).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
# Far more than any vocabulary, and few enough to read in a moment.
MOST_ROWS: Final = 20_000


def _columns() -> list[str]:
    languages = [code for code, _name in settings.CONTENT_LANGUAGES]
    return [*FIELDS, *(f"{key} {language}" for language in languages for key in _KINDS)]


def write(entries: list[Entry], *, site_url: str, suffix: str) -> bytes:
    """One sheet, the first row says what the columns are."""
    book = Workbook()
    sheet = book.active
    sheet.title = "concepts"
    columns = _columns()
    sheet.append(columns)
    for entry in entries:
        sheet.append([_safe(value) for value in _row(entry, columns)])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for number in range(1, len(columns) + 1):
        sheet.column_dimensions[sheet.cell(1, number).column_letter].width = 28
    sheet.freeze_panes = "B2"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _row(entry: Entry, columns: list[str]) -> list[str]:
    cells = {
        "slug": entry.slug,
        "group": entry.group,
        "broader": entry.broader or "",
        "related": "\n".join(sorted(entry.related)),
        "scope_note": entry.scope_note,
        "source": entry.source,
    }
    for key, kind in _KINDS.items():
        for language in {label.language for label in entry.labels}:
            texts = [x.text for x in entry.labels if (x.language, x.kind) == (language, kind)]
            cells[f"{key} {language}"] = "\n".join(texts)
    return [cells.get(column, "") for column in columns]


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def read(data: bytes, *, suffix: str) -> list[Entry]:
    """The rows of the first sheet. Columns may stand in any order. Raises CatalogueError."""
    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=True)
        rows = [
            list(row) for row in book.worksheets[0].iter_rows(max_row=MOST_ROWS, values_only=True)
        ]
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        OSError,
        IndexError,
    ) as error:
        raise CatalogueError("The file is not an Excel workbook (.xlsx).") from error
    columns = [_text(cell) for cell in rows[0]] if rows else []
    if "slug" not in columns:
        raise CatalogueError("The first row names the columns; “slug” is missing there.")
    if unknown := [name for name in columns if name and name not in _columns()]:
        raise CatalogueError(f"Unknown columns: {', '.join(unknown)}.")
    filled = [dict(zip(columns, row, strict=False)) for row in rows[1:] if any(row)]
    return [_entry(row) for row in filled]


def _entry(row: dict[str, Any]) -> Entry:
    labels = []
    for column, cell in row.items():
        key, _space, language = column.partition(" ")
        if language and key in _KINDS:
            labels += [Label(language, _KINDS[key], text) for text in _lines(cell)]
    return Entry(
        slug=_text(row.get("slug")),
        group=_text(row.get("group")) or Concept.Group.THEME.value,
        labels=tuple(labels),
        scope_note=_text(row.get("scope_note")),
        source=_text(row.get("source")),
        broader=_text(row.get("broader")) or None,
        related=frozenset(_lines(row.get("related"))),
    )


def _text(cell: Any) -> str:
    text = tidy(str(cell)) if cell is not None else ""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def _lines(cell: Any) -> list[str]:
    lines = (_text(line) for line in str(cell or "").splitlines())
    return list(dict.fromkeys(line for line in lines if line))
