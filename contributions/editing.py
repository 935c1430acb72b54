"""The form of a draft as people meet it: its parts, its questions, how far each is answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext

from accounts.models import User
from contributions import kinds
from contributions.content import Content, clean_text, rows_of
from contributions.forms.base import FULL, REPORT, SNAPSHOT, ContributionForm, RowForm, Section
from contributions.models import Revision
from countries.models import Country

LEVELS = (SNAPSHOT, FULL)
# The column of choices for "main" stands in the same table as the one for "also".
SHOWN_WITH_ANOTHER = frozenset({"objectives"})


@dataclass(frozen=True)
class RowsShown:
    """A field of rows with a form for each row and an empty one for new rows."""

    name: str
    title: str | Promise
    add: str | Promise
    help_text: str | Promise
    error: str
    forms: list[RowForm]
    blank: RowForm
    by_upload: bool = False


@dataclass(frozen=True)
class CountriesShown:
    """Countries to choose from: the person's own and the chosen ones first, those that take part
    next; the others only when asked for, since they are many."""

    one: bool
    own: list[tuple[str, str]]
    partners: list[tuple[str, str]]
    others: list[tuple[str, str]]
    chosen: frozenset[str]
    is_open: bool


@dataclass(frozen=True)
class Question:
    """One question of a part; exactly one of field and rows is there."""

    name: str
    guide: tuple[str | Promise, ...]
    field: BoundField | None = None
    rows: RowsShown | None = None
    countries: CountriesShown | None = None
    language: str = ""


@dataclass(frozen=True)
class Part:
    """A part of the form, how far it is answered, and its questions when it is shown."""

    key: str
    number: int
    title: str | Promise
    asked: int
    answered: int
    questions: list[Question]

    @property
    def knot(self) -> str:
        if self.answered and self.answered >= self.asked:
            return "done"
        return "part" if self.answered else "none"

    @property
    def text(self) -> str:
        if not self.asked:
            return _t("Not required")
        return ngettext(
            "%(answered)d of %(asked)d answered", "%(answered)d of %(asked)d answered", self.asked
        ) % {"answered": self.answered, "asked": self.asked}


def level_of(content: Content) -> str:
    level = str(content.get("form") or FULL)
    return level if level in (SNAPSHOT, FULL, REPORT) else FULL


def part_keys(form: type[ContributionForm], level: str) -> list[str]:
    return [section.key for section in form.shown_sections(level)]


def names_on_page(form: type[ContributionForm], level: str, part: str) -> list[str]:
    """Fields and rows that the page shows: the short form all, the full form one part."""
    parts = form.shown_sections(level)
    if level != SNAPSHOT:
        parts = [section for section in parts if section.key == part] or parts[:1]
    return [name for section in parts for name in section.names]


def read(kind: kinds.Kind, post: Any) -> Content:
    """What a page of the form sent: only the fields that page showed, as typed.

    `shown` and `part` are the page's own hidden fields. Nothing where they are missing, so that
    a bare button ("Send for review" on the status page) empties no field.
    """
    level = post.get("shown", "")
    if level not in (SNAPSHOT, FULL, REPORT):
        return {}
    names = names_on_page(kind.form, level, post.get("part", ""))
    return kind.form.read(post, names)


def known(kind: kinds.Kind, raw: Any) -> Content:
    """Of text that went through the browser (the page with both versions) only what the kind's
    form knows, in the shape that it has there."""
    found: Content = {}
    if not isinstance(raw, dict):
        return found
    for name, value in raw.items():
        if name in kind.form.rows and isinstance(value, list):
            columns = set(kind.form.rows[name].form.base_fields)
            found[name] = [
                {k: clean_text(str(v)) for k, v in row.items() if k in columns}
                for row in rows_of({name: value}, name)
            ]
        elif name in kind.form.base_fields:
            found[name] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, list):
        return [clean_text(str(item)) for item in value if not isinstance(item, dict | list)]
    return clean_text(str(value)) if value is not None else ""


def answered(kind: kinds.Kind, content: Content) -> tuple[int, int]:
    """(answered, asked) of the questions that must be answered. No queries."""
    counts = [_count(kind.form, content, part) for part in _sections(kind, content)]
    return sum(done for done, _asked in counts), sum(asked for _done, asked in counts)


def parts(
    revision: Revision,
    form: ContributionForm,
    *,
    by: User,
    part: str,
    extra_row: str = "",
    all_countries: bool = False,
) -> list[Part]:
    """All parts with their counts; those on this page with their questions. `extra_row` names
    the rows that get an empty row more. One query (countries) besides those of the form."""
    kind = kinds.get(revision.contribution.kind)
    level = level_of(revision.content)
    on_page = set(names_on_page(kind.form, level, part))
    countries = None
    if "countries" in on_page:
        countries = _countries(form, revision.content, by, show_all=all_countries)
    shown = []
    for number, section in enumerate(_sections(kind, revision.content), 1):
        questions = []
        if on_page.intersection(section.names):
            questions = [
                _question(form, name, revision, countries, extra_row)
                for name in section.names
                if name not in SHOWN_WITH_ANOTHER
            ]
        if all_countries:  # more than two hundred names are enough for one page
            questions = [replace(question, guide=()) for question in questions]
        done, asked = _count(kind.form, revision.content, section)
        shown.append(Part(section.key, number, section.title, asked, done, questions))
    return shown


def _sections(kind: kinds.Kind, content: Content) -> list[Section]:
    return kind.form.shown_sections(level_of(content))


def _count(form: type[ContributionForm], content: Content, section: Section) -> tuple[int, int]:
    level = level_of(content)
    needed = {*form.required.get(level, ()), *form.required_rows.get(level, ())}
    if level != REPORT:
        needed.add("countries")
    asked = [name for name in section.names if name in needed]
    return sum(_is_answered(content, name) for name in asked), len(asked)


def _is_answered(content: Content, name: str) -> bool:
    value = content.get(name)
    if name == "countries":
        return bool(value or content.get("international"))
    return bool(value.strip() if isinstance(value, str) else value)


def _question(
    form: ContributionForm,
    name: str,
    revision: Revision,
    countries: CountriesShown | None,
    extra_row: str,
) -> Question:
    guide = tuple(form.guides.get(name, ()))
    if name in form.rows:
        rows = _rows(form, name, extra=extra_row == name)
        return Question(name, guide, rows=rows, language=revision.language)
    field = form[name]
    if name == "countries":
        return Question(name, guide, field=field, countries=countries)
    is_written = isinstance(field.field.widget, forms.TextInput | forms.Textarea)
    return Question(name, guide, field=field, language=revision.language if is_written else "")


def _rows(form: ContributionForm, name: str, *, extra: bool) -> RowsShown:
    spec = form.rows[name]
    row_forms = list(form.row_forms[name])
    if extra or (not row_forms and name in form.required_rows.get(form.level, ())):
        row_forms.append(spec.form(prefix=f"{name}-{len(row_forms)}"))
    return RowsShown(
        name=name,
        title=spec.title,
        add=spec.add,
        help_text=spec.help_text,
        error=form.row_errors.get(name, ""),
        forms=row_forms,
        blank=spec.form(prefix=f"{name}-__prefix__"),
        by_upload=spec.by_upload,
    )


def _countries(
    form: ContributionForm, content: Content, by: User, *, show_all: bool
) -> CountriesShown:
    chosen = frozenset(str(code) for code in content.get("countries") or [])
    own_codes = by.focal_countries | chosen | ({by.country_id} if by.country_id else set())
    taking_part = set(Country.objects.taking_part().values_list("pk", flat=True))
    pairs = [(str(code), str(label)) for code, label in _choices(form)]
    rest = [pair for pair in pairs if pair[0] not in own_codes]
    partners = [pair for pair in rest if pair[0] in taking_part]
    others = [pair for pair in rest if pair[0] not in taking_part]
    return CountriesShown(
        one=form.one_country,
        own=[pair for pair in pairs if pair[0] in own_codes],
        # All in one list is a third of the bytes that boxes take.
        partners=[] if show_all else partners,
        others=[*partners, *others] if show_all else [],
        chosen=chosen,
        is_open=show_all or not own_codes,
    )


def _choices(form: ContributionForm) -> Iterable[tuple[Any, Any]]:
    field = form.fields["countries"]
    return field.choices if isinstance(field, forms.ChoiceField) else []  # type: ignore[return-value]


@dataclass(frozen=True)
class Problem:
    """An answer that needs another look, and the address of its question."""

    url: str
    label: str | Promise
    text: str


def problems(form: ContributionForm, page: str) -> list[Problem]:
    """What the form refuses, in its order, each with the address of the page that asks it.

    `page` is the address of the editor; parts of the full form are opened with their errors.
    """
    found = [Problem("", "", str(message)) for message in form.non_field_errors()]
    for section in form.shown_sections(form.level):
        query = f"?part={section.key}&check=1" if form.level != SNAPSHOT else "?check=1"
        for name in section.names:
            for label, text in _messages(form, name):
                found.append(Problem(f"{page}{query}#id_{name}", str(label).rstrip(".?"), text))
    return found


def _messages(form: ContributionForm, name: str) -> list[tuple[str | Promise, str]]:
    if name in form.rows:
        message = form.row_errors.get(name)
        return [(form.rows[name].title, message)] if message else []
    label = form.fields[name].label or name
    return [(label, str(message)) for message in form.errors.get(name, [])]


def address(revision: Revision, name: str) -> str:
    """Where the editor asks this question; the editor itself where today's form does not."""
    form = kinds.get(revision.contribution.kind).form
    level = level_of(revision.content)
    page = reverse("contributions:edit", args=[revision.contribution.code])
    for section in form.shown_sections(level) if level != SNAPSHOT else []:
        if name in section.names:
            return f"{page}?part={section.key}#id_{name}"
    return f"{page}#id_{name}"
