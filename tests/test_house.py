"""Rules of the house that hold for all rooms at once."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver

# From the top down, as in ARCHITECTURE.md; rooms of one line do not know each other.
LAYERS = (
    {"copkb"},
    {"practices", "efforts"},
    {"review"},
    {"following", "calls"},
    {"discussion"},
    {"contributions"},
    {"vocabulary", "search"},
    {"accounts"},
    {"countries"},
    {"objectives"},
)
ROOMS = set().union(*LAYERS)
DEPTH = {room: depth for depth, rooms in enumerate(LAYERS) for room in rooms}
MAX_LINES = 400
MAX_VIEW_LINES = 40
ROOT = Path(settings.BASE_DIR)


def own_models() -> Iterator[type[models.Model]]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in ROOMS:
            yield model


def test_every_foreign_key_points_to_the_same_or_a_lower_room() -> None:
    upward = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in own_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
        and field.related_model._meta.app_label in ROOMS
        and field.related_model._meta.app_label != model._meta.app_label
        and DEPTH[field.related_model._meta.app_label] <= DEPTH[model._meta.app_label]
    ]

    assert upward == []


def test_no_generic_foreign_keys_and_no_implicit_order() -> None:
    for model in own_models():
        assert [type(f).__name__ for f in model._meta.private_fields] == []
        assert not model._meta.ordering, model


def python_files() -> list[Path]:
    return [path for room in sorted(ROOMS) for path in (ROOT / room).rglob("*.py")]


def test_modules_stay_under_400_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in python_files()
        if "migrations" not in path.parts
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > MAX_LINES
    }

    assert long == {}


@pytest.mark.parametrize(
    "banned",
    [
        "django.dispatch", "GenericForeignKey", "mark_safe(", "@receiver", "fields = \"__all__\"",
    ],
)  # fmt: skip
def test_banned_words_stand_nowhere(banned: str) -> None:
    # The Markdown renderer is the one place that may say a text is safe.
    found = [
        str(path.relative_to(ROOT))
        for path in python_files()
        if banned in path.read_text(encoding="utf-8") and path.name != "markdown.py"
    ]

    assert found == []


def test_there_is_no_utils_module() -> None:
    assert [path for path in python_files() if path.name in {"utils.py", "helpers.py"}] == []


def test_the_newer_driver_is_not_installed_beside_ours() -> None:
    # Django would prefer it without a word.
    assert importlib.util.find_spec("psycopg") is None


def views(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, object]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from views(entry, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield prefix + str(entry.pattern), entry.callback


CONVERTER = re.compile(r"<\w+:")

# Everything a visitor may open. A new line here is a decision.
# Those of contributions keep what was typed when a session has ended, and versions of public ones.
PUBLIC = {
    "contributions/<code>/autosave/", "contributions/<code>/edit/",
    "contributions/<code>/attach/",
    "contributions/<code>/comments/", "contributions/<code>/submit/", "contributions/<code>/diff/",
    "contributions/<code>/versions/", "contributions/<code>/versions/<number>/",
    "contributions/<code>/v<version>/",
    "contributions/<code>/files/<key>/",
    "", "about/", "healthz", "robots.txt", "sitemap.xml", "components/", "demo/mail/",
    "search/", "search/all/<name>/", "search/suggest/", "search/suggest/options/",
    "search/opened/<line>/",
    "practices/", "practices/compare/", "practices/<code>/", "lessons/", "lessons/<code>/",
    "efforts/", "efforts/<code>/",
    "countries/", "countries/<code>/", "objectives/", "objectives/<number>/",
    "tags/", "tags/<slug>/", "tags/suggest/", "tags/concepts.<suffix>",
    "mails/off/<token>/",
    "join/", "join/thanks/", "invite/<token>/", "language/", "i18n/setlang/",
}  # fmt: skip


def test_public_pages_are_listed_here() -> None:
    public = {
        CONVERTER.sub("<", address)
        for address, view in views(get_resolver())
        if not getattr(view, "login_required", True)
        and not address.startswith(("accounts/", "admin/"))
    }

    assert public <= PUBLIC, sorted(public - PUBLIC)
    # What the list names exists, so that it cannot rot.
    assert {a for a in PUBLIC if a not in public} <= {"language/", "i18n/setlang/", "join/thanks/"}
