"""Content as a reader sees it: the fields of a revision in the form's order, in words.

Used wherever a version is shown that is not the live row: preview, permalinks, moderation,
differences. Nothing here decides who may see it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _t

from contributions import editions, kinds
from contributions.content import Content, rows_of
from contributions.forms.base import FULL, ContributionForm
from vocabulary.models import Concept

# Fields whose words are the author's own: they carry the content's language and direction.
_WRITTEN = (forms.CharField,)
_MARKDOWN = frozenset({"approach"})


@dataclass(frozen=True)
class Shown:
    """One field in words. Exactly one of text, items and rows holds something, or none does."""

    name: str
    label: str | Promise
    text: str = ""
    items: list[str] = field(default_factory=list)
    rows: list[list[tuple[str, str]]] = field(default_factory=list)
    is_written: bool = False  # by the author, in the content's language
    is_markdown: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.items or self.rows)

    def as_text(self) -> str:
        """All of it as plain lines, for comparing."""
        lines = [self.text] if self.text else list(self.items)
        lines += ["; ".join(f"{k}: {v}" for k, v in row) for row in self.rows]
        return "\n".join(lines)


@dataclass(frozen=True)
class ShownSection:
    """A part of the form with its fields in words."""

    title: str | Promise
    fields: list[Shown]


def sections(kind: kinds.Kind, content: Content) -> list[ShownSection]:
    """All parts of the full form with what the content says. Three queries (choices, tags)."""
    return several(kind, [content])[0]


def several(kind: kinds.Kind, contents: Iterable[Content]) -> list[list[ShownSection]]:
    """The same for several versions: the choices are read once, the tags too."""
    contents = list(contents)
    form = kind.form(content={})  # for labels and choices only: rows are read from the content
    tags = _tag_labels(name for content in contents for name in _names_of_tags(content))
    return [
        [
            ShownSection(part.title, shown)
            for part in kind.form.shown_sections(FULL)
            if (shown := [_show(form, name, content, tags) for name in part.names])
        ]
        + _no_longer_asked(kind, content, contents)
        for content in contents
    ]


def _no_longer_asked(
    kind: kinds.Kind, content: Content, others: list[Content]
) -> list[ShownSection]:
    """Answers to questions of older editions, where one of the versions has any."""
    fields = [
        Shown(name, label, text=str(content.get(name) or "").strip(), is_written=True)
        for name, label in editions.retired(kind).items()
        if any(other.get(name) for other in others)
    ]
    return [ShownSection(_t("Asked in an earlier form"), fields)] if fields else []


def filled(parts: Iterable[ShownSection]) -> list[ShownSection]:
    """The same without what is empty."""
    kept = [
        ShownSection(part.title, [item for item in part.fields if not item.is_empty])
        for part in parts
    ]
    return [part for part in kept if part.fields]


def _show(form: ContributionForm, name: str, content: Content, tags: dict[str, str]) -> Shown:
    if name in form.rows:
        return _show_rows(form, name, content)
    bound = form.fields[name]
    label = bound.label or name
    value = content.get(name)
    if name == "tags":
        return Shown(name, label, items=[tags[tag] for tag in _names_of_tags(content)])
    if name == "objectives" and isinstance(value, list):  # "also": the main one stands above
        value = [number for number in value if number != content.get("primary_objective")]
    if isinstance(bound, forms.MultipleChoiceField):
        return Shown(name, label, items=_labels(bound, value))
    if isinstance(bound, forms.ChoiceField):
        return Shown(name, label, text=", ".join(_labels(bound, [value] if value else [])))
    if isinstance(bound, forms.BooleanField):
        return Shown(name, label, text=_t("Yes") if value else "")
    return Shown(
        name,
        label,
        text=str(value or "").strip(),
        is_written=isinstance(bound, _WRITTEN),
        is_markdown=name in _MARKDOWN,
    )


def _labels(bound: forms.ChoiceField, value: Any) -> list[str]:
    """Names of the chosen values; a value that is no choice (any more) is shown as it is."""
    names: dict[str, str] = {}
    for key, label in cast(Iterable[tuple[Any, Any]], bound.choices):
        if isinstance(label, list | tuple):
            names |= {str(k): str(v) for k, v in label}
        else:
            names[str(key)] = str(label)
    values = value if isinstance(value, list) else [value]
    return [names.get(str(item), str(item)) for item in values if item]


def _names_of_tags(content: Content) -> list[str]:
    value = content.get("tags")
    return [str(name) for name in value] if isinstance(value, list) else []


def _tag_labels(names: Iterable[str]) -> dict[str, str]:
    """Name → label in the reader's language; what is no concept is called as it is."""
    called = {name: name for name in names}
    concepts = Concept.objects.filter(slug__in=called).with_labels()
    return called | {concept.slug: concept.label() for concept in concepts}


def _show_rows(form: ContributionForm, name: str, content: Content) -> Shown:
    spec = form.rows[name]
    columns = [
        (key, str(column.label or key), column)
        for key, column in spec.form.base_fields.items()
        if not column.widget.is_hidden
    ]
    rows = [
        [(label, text) for key, label, column in columns if (text := _cell(column, row.get(key)))]
        for row in rows_of(content, name)
    ]
    return Shown(name, spec.title, rows=[row for row in rows if row], is_written=True)


def _cell(column: forms.Field, value: Any) -> str:
    if isinstance(column, forms.BooleanField):
        return _t("Yes") if value else ""
    if isinstance(column, forms.ChoiceField):
        return ", ".join(_labels(column, [value] if value else []))
    return str(value or "").strip()
