"""Writes a form as a Word file, with its guidance, in the active language and its direction."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _t
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from contributions import kinds
from contributions.content import Content, rows_of
from contributions.forms.base import ContributionForm, Rows
from contributions.forms.fields import WordLimitField
from contributions.templatetags.text import dir_of
from contributions.word import CLOSE, EMPTY_ROWS, OPEN
from countries.models import Country

BOX, TICKED = "☐", "☒"
# What XML 1.0 cannot hold; it comes with texts pasted from other programs.
_UNWRITABLE: Final = dict.fromkeys([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0xFFFE, 0xFFFF])
_SHADE: Final = "EEF3F4"


def write(form: ContributionForm, kind: kinds.Kind, about: list[str], answers_in: str) -> bytes:
    """`about` is what the reader needs to know of the form: see contributions.word. What people
    write stands in the language `answers_in`, which may run another way than the questions."""
    page = _Page(form, answers_in)
    page.paragraph(str(kind.label_new), "Title")
    page.paragraph(
        _t(
            "Write in the boxes. Put an x in place of the square before an answer to choose it. "
            "Leave the words in small brackets as they are: by them your answers find their "
            "place when you bring the file back."
        ),
        "Caption",
    )
    page.paragraph(_t("We publish no names, faces or case details of victims."), "Caption")
    page.paragraph(f"{OPEN}{' '.join(about)}{CLOSE}", "Caption")
    for section in form.shown_sections(form.level):
        page.paragraph(str(section.title), "Heading 1")
        for name in section.names:
            if name in form.rows and form.rows[name].by_upload:
                continue
            if name in form.rows:
                page.rows(name, form.rows[name])
            else:
                page.question(name)
    out = BytesIO()
    page.document.save(out)
    return out.getvalue()


class _Page:
    """The document under way."""

    def __init__(self, form: ContributionForm, answers_in: str) -> None:
        self.form = form
        self.answers_in = answers_in
        self.content: Content = form.content
        self.rtl = get_language_bidi()
        self.language = get_language() or settings.LANGUAGE_CODE
        self.document: Any = Document()
        self.countries = {country.pk: country.label() for country in Country.objects.all()}
        self._prepare()

    def _prepare(self) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
            setattr(section, side, Cm(2))
        if self.rtl:
            # The schema wants this order, and Word may refuse another.
            grid = section._sectPr.find(qn("w:docGrid"))
            bidi = OxmlElement("w:bidi")
            section._sectPr.append(bidi) if grid is None else grid.addprevious(bidi)
        self.document.core_properties.language = self.language
        self.document.core_properties.author = str(settings.SITE_NAME)

    # Pieces

    def paragraph(self, text: str, style: str = "Normal", *, into: Any = None) -> Any:
        made = (into or self.document).add_paragraph(style=style)
        return self._fill(made, text)

    def _fill(self, paragraph: Any, text: str, *, small: bool = False, bold: bool = False) -> Any:
        run = paragraph.add_run(text.translate(_UNWRITABLE))
        run.bold = bold or None
        if small:
            run.font.size, run.font.color.rgb = Pt(7), RGBColor(0x6B, 0x72, 0x80)
        self._turn(paragraph, run, self.language, rtl=self.rtl)
        return paragraph

    def _written(self, paragraph: Any, text: str) -> None:
        """What somebody wrote or is to write here, in its own language and direction."""
        run = paragraph.add_run(text.translate(_UNWRITABLE))
        self._turn(paragraph, run, self.answers_in, rtl=dir_of(self.answers_in) == "rtl")

    def _turn(self, paragraph: Any, run: Any, language: str, *, rtl: bool) -> None:
        """Word knows two marks of direction, of the paragraph and of the run, and needs both."""
        tag = OxmlElement("w:lang")
        tag.set(qn("w:bidi" if rtl else "w:val"), language)
        run._r.get_or_add_rPr().append(tag)
        if rtl:
            run.font.rtl = True
            properties = paragraph._p.get_or_add_pPr()
            if properties.find(qn("w:bidi")) is None:
                properties.append(OxmlElement("w:bidi"))

    def _table(self, rows: int, columns: int) -> Any:
        table = self.document.add_table(rows=rows, cols=columns)
        table.style = "Table Grid"
        if self.rtl:
            table._tbl.tblPr.find(qn("w:tblStyle")).addnext(OxmlElement("w:bidiVisual"))
        for cell in table.rows[0].cells:
            shade = OxmlElement("w:shd")
            for key, value in (("val", "clear"), ("color", "auto"), ("fill", _SHADE)):
                shade.set(qn(f"w:{key}"), value)
            cell._tc.get_or_add_tcPr().append(shade)
        self.document.add_paragraph(style="Caption")
        return table

    def _head(self, cell: Any, label: str, name: str, notes: list[str]) -> None:
        first = self._fill(cell.paragraphs[0], label.rstrip(":"), bold=True)
        self._fill(first, f"  {OPEN}{name}{CLOSE}", small=True)
        for note in notes:
            self.paragraph(note, "Caption", into=cell)

    # Questions

    def question(self, name: str) -> None:
        field = self.form.fields[name]
        table = self._table(2, 1)
        needed = [_t("Must be answered.")] if field.required else []
        limit = [_limit(field)] if isinstance(field, WordLimitField) else []
        guide = [str(line) for line in self.form.guides.get(name, ())]
        help_text = [str(field.help_text)] if field.help_text else []
        notes = [*needed, *help_text, *limit, *_how(name, field), *guide]
        self._head(table.cell(0, 0), str(field.label or name), name, notes)
        self._answer(table.cell(1, 0), name, field)

    def _answer(self, cell: Any, name: str, field: forms.Field) -> None:
        value = self.content.get(name)
        lines = self._lines(name, field, value)
        offers = name == "countries" or isinstance(field, forms.BooleanField | forms.ChoiceField)
        put = self._fill if offers else self._written
        for number, line in enumerate(lines or [""]):
            put(cell.paragraphs[0] if number == 0 else cell.add_paragraph(), line)

    def _lines(self, name: str, field: forms.Field, value: Any) -> list[str]:
        if name == "countries":
            return [self.countries.get(code, code) for code in value or []]
        if isinstance(field, forms.BooleanField):
            return [f"{TICKED if value is True else BOX} {_t('Yes')}"]
        if (choices := options(field)) is not None:
            chosen = {value} if isinstance(value, str) else set(value or [])
            return [f"{TICKED if key in chosen else BOX} {label}" for key, label in choices]
        if isinstance(value, list):
            return [", ".join(str(item) for item in value)]
        return str(value or "").split("\n")

    # Rows

    def rows(self, name: str, spec: Rows) -> None:
        row_form = spec.form()
        columns = list(row_form.fields)
        there = rows_of(self.content, name)
        self.paragraph(str(spec.title), "Subtitle")
        is_needed = name in self.form.required_rows.get(self.form.level, ())
        needed = [_t("Add at least one row.")] if is_needed else []
        for note in (*needed, spec.help_text, *self.form.guides.get(name, ())):
            if note:
                self.paragraph(str(note), "Caption")
        table = self._table(1 + len(there) + EMPTY_ROWS, len(columns))
        for number, column in enumerate(columns):
            field = row_form.fields[column]
            choices = options(field)
            notes = [str(field.help_text)] if field.help_text else []
            notes += [" / ".join(label for _key, label in choices)] if choices else []
            notes += [_t("x for yes")] if isinstance(field, forms.BooleanField) else []
            self._head(table.cell(0, number), str(field.label or column), f"{name}.{column}", notes)
            offers = isinstance(field, forms.BooleanField | forms.ChoiceField)
            put = self._fill if offers else self._written
            for place, row in enumerate([*there, *[{}] * EMPTY_ROWS], 1):
                put(table.cell(place, number).paragraphs[0], _row_text(field, row.get(column, "")))


def options(field: forms.Field) -> list[tuple[str, str]] | None:
    """(value, label) of a field that offers answers; None for one that is written."""
    if not isinstance(field, forms.ChoiceField):
        return None
    pairs: Any = field.choices
    return [(str(key), str(label)) for key, label in pairs if key not in ("", None)]


def _row_text(field: forms.Field, text: str) -> str:
    if isinstance(field, forms.BooleanField):
        return "x" if text else ""
    return dict(options(field) or []).get(text, text)


def _limit(field: WordLimitField) -> str:
    return _t("At most %d words.") % field.max_words


def _how(name: str, field: forms.Field) -> list[str]:
    """How to answer where the box alone does not say it."""
    if name == "countries":
        return [_t("Names of countries, one on each line.")]
    if isinstance(field, forms.MultipleChoiceField):
        return [_t("More than one answer is possible.")]
    return []
