"""Between a form on a page and the content of a revision: raw values, kept as typed.

Content is a JSON object. A field is a string, a boolean or a list of strings; a row field is a
list of objects of strings. See ARCHITECTURE.md, "Content".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

Content = dict[str, Any]

# More rows than anybody writes; a page with more is an attack or a mistake.
MAX_ROWS = 60


def clean_text(value: str) -> str:
    """Without what PostgreSQL cannot hold (NUL, lone surrogates) and with one kind of line end."""
    text = value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def from_post(
    post: QueryDict, fields: Mapping[str, forms.Field], rows: Mapping[str, Iterable[str]]
) -> Content:
    """The content of the fields and rows that a page showed, exactly as typed.

    `rows` maps each row field to the names of its columns. Rows come as
    `results-0-statement`, with `results-TOTAL_FORMS`; empty ones and those marked
    `results-0-DELETE` are left out, the others ordered by `results-0-ORDER` where given.
    """
    content: Content = {}
    for name, field in fields.items():
        content[name] = _plain(field.widget.value_from_datadict(post, MultiValueDict(), name))
    for name, columns in rows.items():
        if f"{name}-TOTAL_FORMS" in post:
            content[name] = _rows_from_post(post, name, list(columns))
    return content


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, list | tuple):
        return [clean_text(str(item)) for item in value]
    return clean_text(str(value)) if value is not None else ""


def _rows_from_post(post: QueryDict, name: str, columns: list[str]) -> list[dict[str, str]]:
    found: list[tuple[int, int, dict[str, str]]] = []
    for index in range(min(_number(post.get(f"{name}-TOTAL_FORMS")), MAX_ROWS)):
        row = {column: clean_text(post.get(f"{name}-{index}-{column}", "")) for column in columns}
        if post.get(f"{name}-{index}-DELETE") or not any(text.strip() for text in row.values()):
            continue
        place = _number(post.get(f"{name}-{index}-ORDER"), default=index + 1)
        found.append((place, index, row))
    return [row for _place, _index, row in sorted(found, key=lambda item: item[:2])]


def _number(value: str | None, default: int = 0) -> int:
    return int(value) if value and value.isdecimal() and len(value) < 6 else default


def to_data(content: Content) -> MultiValueDict[str, Any]:
    """Data that a form can be bound to, from stored content."""
    data: MultiValueDict[str, Any] = MultiValueDict()
    for name, value in content.items():
        if isinstance(value, bool):
            if value:
                data[name] = "on"
        elif isinstance(value, list):
            if not any(isinstance(item, dict) for item in value):
                data.setlist(name, value)
        elif value is not None:
            data[name] = str(value)
    return data


def rows_of(content: Content, name: str) -> list[dict[str, str]]:
    """The rows of a row field; nothing where the content holds something else."""
    rows = content.get(name)
    if not isinstance(rows, list):
        return []
    return [row for row in rows[:MAX_ROWS] if isinstance(row, dict)]


def texts_in(value: Any) -> Iterator[str]:
    """Every text inside a content or a part of it, in order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts_in(item)
