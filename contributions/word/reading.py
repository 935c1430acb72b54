"""Reads a form that was filled in as a Word file: every answer to its field, the rest named."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _t
from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.table import Table
from lxml.etree import LxmlError

from contributions import editing, editions, kinds
from contributions.content import MAX_ROWS, Content, clean_text, texts_in
from contributions.forms.base import FULL, SNAPSHOT, ContributionForm
from contributions.forms.fields import TAG_SEPARATORS, TagsField, objective_choices
from contributions.word import CLOSE, LARGEST, OPEN, STYLES, Answers, WordFileError
from contributions.word.document import BOX, options
from countries.models import Country
from search.folding import fold

_MARK: Final = re.compile(rf"{OPEN}\s*([^{OPEN}{CLOSE}]+?)\s*{CLOSE}")
# How people tick a box that they cannot click: x in the scripts at hand, ticks, filled squares.
_TICK: Final = re.compile(r"^\s*[\[(]?\s*(?:[xX×хХ](?=\W|$)|[✓✔✗✘☒☑■●*])\s*[\])]?\s*(.*)$", re.S)
_NO_TICK: Final = re.compile(r"^\s*[☐□○\[\](){}\s]+")
MAX_UNPACKED: Final = 60_000_000
MAX_PARTS: Final = 2_000


def read(data: bytes) -> Answers:
    """See contributions.word.read. About three queries for the words of choices."""
    document = _open(data)
    answers = _about(document)
    reader = _Reader(answers)
    for table in document.tables:
        reader.table(table)
    reader.bring_up()
    reader.finish()
    answers.unread += [
        _t("Outside the boxes: “%s”") % _short(text) for text in _loose(document) if text
    ]
    return answers


def _open(data: bytes) -> Any:
    """The document, unless the file is too large, a bomb, or not Word's."""
    if len(data) > LARGEST:
        raise WordFileError(_t("The file is larger than 5 MB."))
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            parts = packed.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise WordFileError(_t("The file unpacks to more than a form can hold."))
        return Document(BytesIO(data))
    except (
        zipfile.BadZipFile, PackageNotFoundError, LxmlError, KeyError, ValueError, OSError,
        NotImplementedError, AttributeError,
    ) as error:  # fmt: skip
        raise WordFileError(_t("This is not a Word file (.docx).")) from error


def _about(document: Any) -> Answers:
    """What the line at the top says of the form."""
    for paragraph in document.paragraphs:
        match = _MARK.search(_text(paragraph._p))
        words = match[1].split() if match else []
        if len(words) >= 4 and words[0] == "form" and words[1] in kinds.names():
            level = words[2] if words[2] in (SNAPSHOT, FULL) else FULL
            code = words[4] if len(words) > 4 else ""
            lock = int(words[5]) if len(words) > 5 and words[5].isdecimal() else -1
            today = kinds.get(words[1]).edition
            edition = min(int(words[3]), today) if words[3].isdecimal() else today
            return Answers(words[1], {"form": level}, edition, code, lock)
    raise WordFileError(_t("This is not one of our forms: its first lines are missing."))


def _text(paragraph: Any) -> str:
    """The words of a paragraph: with what was inserted in review, without what was deleted."""
    parts = []
    for node in paragraph.iter(qn("w:t"), qn("w:br"), qn("w:cr"), qn("w:tab")):
        if node.tag == qn("w:t"):
            parts.append(node.text or "")
        else:
            parts.append("\t" if node.tag == qn("w:tab") else "\n")
    return "".join(parts)


def _lines(cell: Any) -> list[str]:
    """The paragraphs of a cell, tables inside it included; numbered ones keep a number."""
    lines, number = [], 0
    for paragraph in cell._tc.iter(qn("w:p")):
        text = clean_text(_text(paragraph)).strip()
        is_item = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None
        number = number + 1 if is_item else 0
        lines.append(f"{number}. {text}" if is_item and text else text)
    return lines


def _loose(document: Any) -> Iterator[str]:
    for paragraph in document.paragraphs:
        if paragraph.style is None or paragraph.style.name not in STYLES:
            yield clean_text(paragraph.text).strip()


def _short(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:120]}…"


class _Reader:
    """Fills the answers table by table."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.kind = kinds.get(answers.kind)
        self.form: type[ContributionForm] = self.kind.form
        # Asks what today's form may not know; that is read as plain text, for the upgrade.
        self.is_old = answers.edition < self.kind.edition
        self.asked = {
            name
            for section in self.form.shown_sections(str(answers.content["form"]))
            for name in section.names
        }
        self.countries = _country_names()

    def table(self, table: Table) -> None:
        head = [_MARK.search(" ".join(_lines(cell))) for cell in table.rows[0].cells]
        names = [match[1] if match else "" for match in head]
        name, dot, _column = names[0].partition(".")
        if dot and (name in self.form.rows or self.is_old):
            self._rows(names, table)
        elif name in self.form.base_fields and len(table.rows) > 1:
            self._field(name, _lines(table.rows[1].cells[0]))
        elif name and self.is_old and len(table.rows) > 1:
            self.answers.content[name] = _plain(_lines(table.rows[1].cells[0]))
        else:
            words = " ".join(text for row in table.rows for c in row.cells for text in _lines(c))
            if words.strip():
                self._say(_t("A table that belongs to no question: “%s”") % _short(words.strip()))

    def bring_up(self) -> None:
        """Answers of an older edition in the shape of today's form; what has no place in it is
        named. What a step fills in by itself is left to the draft, which may say something."""
        if not self.is_old:
            return
        said, edition = self.answers.content, self.answers.edition
        unsaid = editions.upgraded(self.kind, {"form": said["form"]}, edition)
        now = {
            name: value
            for name, value in editions.upgraded(self.kind, said, edition).items()
            if name in said or unsaid.get(name) != value
        }
        self.answers.content = {"form": said["form"]} | editing.known(self.kind, now)
        kept = "\n".join(texts_in(self.answers.content))
        for question, answer in self._unknown(said):
            if answer and not re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", kept):
                self._say(
                    _t("%(question)s: “%(answer)s” is not asked any more")
                    % {"question": question, "answer": _short(answer)}
                )

    def _unknown(self, said: Content) -> Iterator[tuple[str, str]]:
        """Questions that today's form does not know, each with an answer."""
        retired = editions.retired(self.kind)
        for name, value in said.items():
            if name == "form" or name in self.form.base_fields:
                continue
            label = str(retired.get(name) or self._label(name))
            if isinstance(value, str):
                yield label, value
                continue
            known = self.form.rows[name].form.base_fields if name in self.form.rows else {}
            for row in value:
                yield from ((label, text) for column, text in row.items() if column not in known)

    def finish(self) -> None:
        """Name what the form asks and the file has lost. Files are attached on a page."""
        missing = sorted(self.asked - self.answers.content.keys())
        rows = self.form.rows
        labels = [self._label(n) for n in missing if n not in rows or not rows[n].by_upload]
        if labels:
            self._say(_t("Not found in the file: %s") % ", ".join(labels))

    def _say(self, text: str) -> None:
        self.answers.unread.append(text)

    def _label(self, name: str) -> str:
        if name in self.form.rows:
            return str(self.form.rows[name].title)
        field = self.form.base_fields.get(name)
        return str((field and field.label) or name)

    # Fields

    def _field(self, name: str, lines: list[str]) -> None:
        field = self.form.base_fields[name]
        value: Any
        if name == "countries":
            value = self._named_countries(lines)
        elif isinstance(field, forms.BooleanField):
            value = any(_TICK.match(line) for line in lines)
        elif isinstance(field, forms.ChoiceField):
            value = self._chosen(name, field, lines)
        elif isinstance(field, TagsField):
            value = [tag.strip() for line in lines for tag in TAG_SEPARATORS.split(line)]
            value = [tag for tag in value if tag]
        else:
            value = "\n".join(lines).strip()
        self.answers.content[name] = value

    def _chosen(self, name: str, field: forms.ChoiceField, lines: list[str]) -> Any:
        """The values of the ticked lines; where none is, those of lines that are left alone."""
        known = _values(name, field)
        ticked = [match[1] for line in lines if (match := _TICK.match(line))]
        untouched = any(line.lstrip().startswith(BOX) for line in lines)
        if not ticked and not untouched:
            ticked = [line for line in lines if line]  # somebody deleted the others
        found = []
        for text in ticked:
            value = known.get(fold(_NO_TICK.sub("", text)))
            if value is None:
                self._say(
                    _t("%(question)s: “%(answer)s” is none of the answers")
                    % {"question": self._label(name), "answer": _short(text)}
                )
            elif value not in found:
                found.append(value)
        if isinstance(field, forms.MultipleChoiceField):
            return found
        if len(found) > 1:
            self._say(
                _t("%(question)s: only one answer is possible, none was taken")
                % {"question": self._label(name)}
            )
        return found[0] if len(found) == 1 else ""

    def _named_countries(self, lines: list[str]) -> list[str]:
        found = []
        for line in lines:
            # A name may hold a comma; people write several on a line all the same.
            whole = fold(line) in self.countries
            for name in [line] if whole else TAG_SEPARATORS.split(line):
                code = self.countries.get(fold(name))
                if code is not None and code not in found:
                    found.append(code)
                elif code is None and name.strip():
                    self._say(_t("No country has the name “%s”") % _short(name.strip()))
        return found

    # Rows

    def _rows(self, names: list[str], table: Table) -> None:
        name = names[0].partition(".")[0]
        fields = self.form.rows[name].form().fields if name in self.form.rows else {}
        columns = [full.partition(".")[2] for full in names]
        found = []
        for number, row in enumerate(table.rows[1:], 1):
            texts: dict[str, str] = {}
            for column, cell in zip(columns, row.cells, strict=False):
                line = "\n".join(_lines(cell)).strip()
                if column in fields:
                    texts[column] = self._cell(name, number, fields[column], line)
                elif column and self.is_old:
                    texts[column] = line
            if any(texts.values()):
                found.append(texts)
        if len(found) > MAX_ROWS:
            self._say(_t("%(rows)s: only the first %(most)d rows were taken") % {
                "rows": self._label(name), "most": MAX_ROWS,
            })  # fmt: skip
        self.answers.content[name] = found[:MAX_ROWS]

    def _cell(self, name: str, number: int, field: forms.Field, text: str) -> str:
        if not text:
            return ""
        if isinstance(field, forms.BooleanField):
            return "" if text.startswith(BOX) else "on"
        if not isinstance(field, forms.ChoiceField):
            return text
        value = _values(name, field).get(fold(_NO_TICK.sub("", text)))
        if value is None:
            self._say(
                _t("%(rows)s, row %(number)d: “%(answer)s” is none of the answers")
                % {"rows": self._label(name), "number": number, "answer": _short(text)}
            )
        return value or ""


def _plain(lines: list[str]) -> str:
    """The answer to a question that is not known here: the ticked lines, or all."""
    ticked = [match[1] for line in lines if (match := _TICK.match(line))]
    offers = bool(ticked) or any(line.lstrip().startswith(BOX) for line in lines)
    return "\n".join(ticked if offers else lines).strip()


def _values(name: str, field: forms.ChoiceField) -> dict[str, str]:
    """Every answer of a field by its words in each interface language, and by its value."""
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            if name in ("objectives", "primary_objective"):
                pairs = objective_choices()
            else:
                pairs = options(field) or []
            for value, label in pairs:
                found.setdefault(fold(label), value)
                found.setdefault(fold(value), value)
    return found


def _country_names() -> dict[str, str]:
    """Codes of countries by their names in every language. One query."""
    found: dict[str, str] = {}
    for country in Country.objects.all():
        for name in (country.iso2, country.iso3, *country.names.values()):
            found.setdefault(fold(str(name)), country.pk)
    return found
