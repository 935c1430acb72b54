"""Form fields that several kinds share."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from contributions.models import StoredFile
from countries.models import Country
from objectives.labels import active_label
from objectives.models import Objective
from search.folding import fold

_PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
# Separators people type between tags, also in Arabic and Chinese.
TAG_SEPARATORS = re.compile(r"[,;\n\u060c\u061b\uff0c\u3001\uff1b]+")
MAX_TAGS = 12
MAX_TAG_LENGTH = 80


def count_words(text: str) -> int:
    """Words between white space; runs of Chinese count two characters as a word."""
    chinese = sum(1 for char in text if "\u4e00" <= char <= "\u9fff")
    spaced = "".join(" " if "\u4e00" <= char <= "\u9fff" else char for char in text)
    return len(spaced.split()) + (chinese + 1) // 2


class WordLimitField(forms.CharField):
    """Text with a limit in words, the same one that the page counts."""

    def __init__(self, *, max_words: int, rows: int = 4, **kwargs: Any) -> None:
        self.max_words = max_words
        kwargs.setdefault("max_length", max_words * 20)
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)
        self.widget.attrs["data-words"] = str(max_words)
        self.widget.attrs.pop("maxlength", None)

    def validate(self, value: str) -> None:
        super().validate(value)
        count = count_words(value)
        if count > self.max_words:
            raise ValidationError(
                ngettext(
                    "Shorten this: it has %(count)d word, %(limit)d are allowed.",
                    "Shorten this: it has %(count)d words, %(limit)d are allowed.",
                    count,
                )
                % {"count": count, "limit": self.max_words},
                code="too_many_words",
            )


class PartialDateField(forms.CharField):
    """A day, a month or a year: 2018-05-21, 2018-05 or 2018."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 10)
        kwargs.setdefault("help_text", _("A year, or year-month, or year-month-day: 2018-05"))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text = unicodedata.normalize("NFKC", str(super().clean(value)))
        if not text:
            return ""
        match = _PARTIAL_DATE.fullmatch(text)
        if not match or not _is_possible(*match.groups()):
            raise ValidationError(
                _t("Write a year (2018), a month (2018-05) or a day (2018-05-21)."),
                code="partial_date",
            )
        return text


def _is_possible(year: str, month: str | None, day: str | None) -> bool:
    return (
        1900 <= int(year) <= 2100
        and (month is None or 1 <= int(month) <= 12)
        and (day is None or 1 <= int(day) <= 31)
    )


class TagsInput(forms.TextInput):
    """Tags in one line, separated by commas. The script offers what fits; none is needed."""

    template_name = "tags/_line.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["attrs"] |= {
            "autocomplete": "off",
            "data-offers": reverse("tags:suggest"),
        }
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        getlist = getattr(data, "getlist", None)
        values: Iterable[str] = getlist(name) if getlist else [data.get(name) or ""]
        return [
            tag.strip() for value in values for tag in TAG_SEPARATORS.split(value) if tag.strip()
        ]

    def format_value(self, value: Any) -> str:
        return ", ".join(value) if isinstance(value, list | tuple) else str(value or "")


class TagsField(forms.Field):
    """Names or slugs of concepts; what is no concept yet is proposed when the text is published."""

    widget = TagsInput

    def to_python(self, value: Any) -> list[str]:
        found: dict[str, str] = {}
        for tag in value or []:
            name = " ".join(unicodedata.normalize("NFC", tag).split())
            found.setdefault(name.casefold(), name)
        return list(found.values())

    def validate(self, value: list[str]) -> None:
        super().validate(value)
        if len(value) > MAX_TAGS:
            raise ValidationError(_t("Keep the %d most fitting tags.") % MAX_TAGS, code="many")
        if any(len(tag) > MAX_TAG_LENGTH for tag in value):
            raise ValidationError(
                _t("A tag is a word or two; separate tags by commas."), code="long"
            )
        if not all(any(char.isalnum() for char in fold(tag)) for tag in value):
            raise ValidationError(_t("A tag needs a letter or a digit."), code="no_letter")


class StoredFileField(forms.Field):
    """The key of an uploaded file, carried along unseen; cleans to the file."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> StoredFile:
        try:
            found = StoredFile.objects.filter(pk=UUID(str(value))).first()
        except ValueError:
            found = None
        if found is None:
            raise ValidationError(_t("The file is missing: attach it again."), code="missing")
        return found


def speak(field: forms.Field) -> None:
    """Say what to do: in the message of an empty answer and in the first line of a list."""
    widget = field.widget
    if isinstance(widget, forms.CheckboxInput):
        message = _t("Confirm this before you send the text.")
    elif isinstance(widget, forms.CheckboxSelectMultiple):
        message = _t("Choose at least one.")
    elif isinstance(widget, forms.Select | forms.RadioSelect):
        message = _t("Choose an answer.")
    else:
        message = _t("Write an answer.")
    field.error_messages["required"] = message
    if type(widget) is forms.Select and isinstance(field, forms.ChoiceField):
        field.choices = [
            (value, _t("Choose") if value == "" else label)
            for value, label in cast(Iterable[tuple[Any, Any]], field.choices)
        ]


def country_choices() -> list[tuple[str, str]]:
    """(ISO code, name in the reader's language), by name. One query."""
    rows = Country.objects.order_by().values_list("iso2", "names")
    pairs = [(iso2, active_label(names) or iso2) for iso2, names in rows]
    return sorted(pairs, key=lambda pair: pair[1])


def objective_choices() -> list[tuple[str, str]]:
    """(number, name in the reader's language). One query."""
    return [(str(o.pk), o.label()) for o in Objective.objects.order_by("pk")]


def tick(
    form: forms.BaseForm,
    name: str,
    among: QuerySet[Any],
    choices: list[tuple[str, str]],
    help_text: str = "",
) -> None:
    """Let a form of the admin ask for some of many rows with ticks in a box of its own height: the
    chosen ones first, the others as they are given. One query at most, for the chosen ones."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101  the model says so
    field.queryset = among
    # Without the admin's word about pressing Control; first, since form[name] keeps it.
    field.help_text = help_text
    chosen = {str(getattr(value, "pk", value)) for value in form[name].value() or ()}
    field.widget = forms.CheckboxSelectMultiple(
        attrs={"class": "mod-many"}, choices=sorted(choices, key=lambda pair: pair[0] not in chosen)
    )
