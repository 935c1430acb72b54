"""What the audit trail shows: changes in words, and files of it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from importlib import import_module
from io import BytesIO
from typing import Any

from django.apps import apps
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.roles import ROLES
from contributions.models import Decision
from copkb.models import AuditEntry

Thing = AuditEntry.Thing
# Whose columns the words of a change come from.
_MODELS = {
    Thing.PERSON: "accounts.User",
    Thing.FOCAL_POINT: "accounts.FocalPoint",
    Thing.JOIN_REQUEST: "accounts.JoinRequest",
    Thing.CONCEPT: "vocabulary.Concept",
    Thing.LABEL: "vocabulary.ConceptLabel",
    Thing.COUNTRY: "countries.Country",
    Thing.PARTICIPATION: "countries.PhaseParticipation",
    Thing.REGION: "countries.Region",
    Thing.COMMENT: "discussion.Comment",
}
# Words of what is no column of them.
_WORDS: dict[str, str | Promise] = {"role": _("role")}
_ROLES: dict[str, str | Promise] = {role.name: role.label for role in ROLES}
_SHOWN = 200  # characters of a value
# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Rows in a file; a spreadsheet with more is not opened by anybody.
MOST_ROWS = 100_000


# What was done, seen afterwards; the author's own way back is not followed.
ACTIONS: dict[str, str | Promise] = {
    **{k: v for k, v in Decision.DONE.items() if k not in ("withdraw", "resume")},
    "added": _("added"),
    "changed": _("changed"),
    "removed": _("removed"),
    "approved": _("approved"),
    "declined": _("declined"),
    "hidden": _("hidden"),
    "shown": _("shown again"),
}


def action(entry: AuditEntry) -> str:
    """What was done, in words."""
    return str(ACTIONS.get(entry.action, entry.action))


def who(entry: AuditEntry) -> str:
    """The person, or that nobody did it through the site. Reads entry.actor."""
    if entry.actor_id is None:
        return _t("not through the site")
    return entry.actor.name if entry.actor else f"#{entry.actor_id}"


def changes(entry: AuditEntry) -> list[str]:
    """ "takes part: No → Yes", one line for each column that differs. No query. The state of a
    decided text follows from what was done."""
    names = sorted({*entry.before, *entry.after})
    if entry.thing == Thing.DECISION:
        names.remove("state")
    return [
        f"{_column(entry.thing, name)}:"
        f" {_value(entry.thing, entry.before, name)} → {_value(entry.thing, entry.after, name)}"
        for name in names
    ]


def _column(thing: str, name: str) -> str:
    if name in _WORDS:
        return str(_WORDS[name])
    field = _field(thing, name)
    return str(field.verbose_name) if field else name


def _field(thing: str, name: str) -> Any:
    """The column of the model, if it is one."""
    label = _MODELS.get(Thing(thing)) if thing in Thing.values else None
    columns = apps.get_model(label)._meta.concrete_fields if label else ()
    return next((field for field in columns if field.column == name), None)


def _value(thing: str, values: dict[str, Any], name: str) -> str:
    """The value in words, where the model or the list of roles has words for it."""
    value = values.get(name)
    if value in (None, ""):
        return "–"
    if isinstance(value, bool):
        return _t("Yes") if value else _t("No")
    words = _ROLES if name == "role" else dict(getattr(_field(thing, name), "flatchoices", ()))
    text = str(words.get(value, value)) if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]} …"


def rows(entries: Iterable[AuditEntry]) -> Iterator[list[str]]:
    """The lines of a file, with the names of its columns first."""
    yield [
        _t("When"), _t("Who"), _t("Kind of thing"), _t("What"), _t("What was done"),
        _t("Change"), _t("Why"),
    ]  # fmt: skip
    for entry in entries:
        cells = [
            timezone.localtime(entry.at).isoformat(timespec="seconds"),
            who(entry),
            entry.get_thing_display(),
            entry.name,
            action(entry),
            "; ".join(changes(entry)),
            entry.why,
        ]
        yield [harmless(cell) for cell in cells]


def harmless(cell: str) -> str:
    """Text that no spreadsheet runs as a formula."""
    text = "".join(char for char in cell if char >= " " or char in "\n\t")
    return f"'{text}" if text.startswith(_FORMULA) else text


class _Line:
    """Where csv writes: hands the line back."""

    def write(self, line: str) -> str:
        return line


def as_csv(entries: Iterable[AuditEntry]) -> Iterator[str]:
    """Line by line, with the mark by which spreadsheets know the encoding."""
    writer = csv.writer(_Line())
    yield "\ufeff"
    for row in rows(entries):
        yield writer.writerow(row)


def as_xlsx(entries: Iterable[AuditEntry]) -> bytes:
    """A workbook of one sheet, written row by row."""
    # Read when it is first needed: it alone takes 20 MB of a worker.
    book = import_module("openpyxl").Workbook(write_only=True)
    sheet = book.create_sheet(_t("Audit trail")[:31])
    for row in rows(entries):
        sheet.append([cell[:32_000] for cell in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()
