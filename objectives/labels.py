"""Texts of reference data in several languages, kept as one JSON object per text: {"en": …}."""

from __future__ import annotations

from django.utils.translation import get_language


def label_in(texts: dict[str, str], language: str | None) -> str:
    """The text in `language` ("pt-br" counts as "pt"), else in English, else empty."""
    primary = (language or "en").split("-")[0].lower()
    return texts.get(primary) or texts.get("en", "")


def active_label(texts: dict[str, str]) -> str:
    """The text in the language the page is shown in."""
    return label_in(texts, get_language())
