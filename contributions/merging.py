"""Two texts of one draft, the saved one and one typed meanwhile: where they differ, what may stand
together, and what of it anybody wished."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django import forms
from django.utils.functional import Promise

from contributions import kinds, rendering
from contributions.content import Content


def different(saved: Content, typed: Mapping[str, Any]) -> list[str]:
    """Names of the fields whose typed value is not the saved one; empty and missing are equal."""
    return [name for name, value in typed.items() if _bare(saved.get(name)) != _bare(value)]


# Begins a list of fingerprints, so that one of empty fields alone is not taken for none.
_KNOWN = "opened"


def fingerprints(content: Content, names: Iterable[str]) -> str:
    """What these fields hold, so that a page can say later what it was opened with. Those that are
    not named hold nothing."""
    held = [name for name in names if _bare(content.get(name))]
    return " ".join([_KNOWN, *(f"{name}:{_fingerprint(content.get(name))}" for name in held)])


def touched(typed: Content, was: str) -> Content:
    """Of what a page sent only what is not as it was when the page was opened (`fingerprints`):
    the rest is nobody's wish. All of it where nothing or nonsense is known of that."""
    known, *pairs = was.split() or [""]
    if known != _KNOWN:
        return typed
    before = dict(pair.split(":", 1) for pair in pairs if ":" in pair)
    empty = _fingerprint("")
    found = {k: value for k, value in typed.items() if before.get(k, empty) != _fingerprint(value)}
    return found or typed


def _fingerprint(value: Any) -> str:
    return sha256(json.dumps(_bare(value), sort_keys=True).encode()).hexdigest()[:8]


def _bare(value: Any) -> Any:
    """Without what is empty, also inside rows."""
    if isinstance(value, list) and value:
        return [
            {k: v for k, v in item.items() if v} if isinstance(item, dict) else item
            for item in value
        ]
    return value or ""


@dataclass(frozen=True)
class Pair:
    """A field that is not the same in the saved text and in the typed one."""

    name: str
    label: str | Promise
    saved: str
    typed: str
    can_join: bool
    choice: str  # the one that is marked at first


def pairs(kind: kinds.Kind, saved: Content, typed: Content) -> list[Pair]:
    """Both texts field by field, in words, where they differ."""
    old, new = rendering.several(kind, [saved, saved | typed])
    before = {item.name: item for part in old for item in part.fields}
    found = []
    names = set(different(saved, typed))
    for part in new:
        for item in part.fields:
            if item.name not in names:
                continue
            was = before[item.name].as_text()
            found.append(
                Pair(
                    name=item.name,
                    label=item.label,
                    saved=was,
                    typed=item.as_text(),
                    can_join=_can_join(saved.get(item.name), typed[item.name], kind, item.name),
                    choice="mine" if item.as_text() or not was else "saved",
                )
            )
    return found


def _can_join(saved: Any, typed: Any, kind: kinds.Kind, name: str) -> bool:
    """Whether one value can stand below the other: long texts, lists and rows."""
    if not saved or not typed:
        return False
    if isinstance(saved, list) and isinstance(typed, list):
        return True
    field = kind.form.base_fields.get(name)
    return field is not None and isinstance(field.widget, forms.Textarea)


def joined(choice: str, saved: Content, typed: Content, name: str) -> Any:
    """The chosen value: "saved", "both" (one below the other), or what was typed."""
    old, new = saved.get(name), typed[name]
    if choice == "saved" and name in saved:
        return old
    if choice == "both" and isinstance(old, list) and isinstance(new, list):
        return [*old, *(item for item in new if item not in old)]
    if choice == "both" and isinstance(old, str) and isinstance(new, str):
        return f"{old}\n\n{new}"
    return new
