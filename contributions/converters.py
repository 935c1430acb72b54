"""Path converters: what a code looks like in an address."""

from __future__ import annotations

from django.urls import register_converter


class CodeConverter:
    """PR-0042, in whatever case people type it; pages send lower case on to the one address."""

    regex = "[A-Za-z]{2}-[0-9]{4,9}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(CodeConverter, "code")
