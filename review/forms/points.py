"""Points of a request for changes: rows of a field and what to change there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from contributions import kinds
from contributions.content import clean_text
from contributions.models import Revision

# More than anybody asks for in one answer.
MAX_POINTS = 60
EMPTY_ROWS = 2
SELECTED = flatatt({"selected": True})


class FlatSelect(forms.Select):
    """Many choices, written at once: a template for each took a tenth of the page’s time."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        chosen = self.format_value(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, SELECTED if str(key) in chosen else "", label) for key, label in self.choices),
        )
        said = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        return format_html("<select{}>{}</select>", said, options)


class PointForm(forms.Form):
    """One point; without text it is no point."""

    field = forms.ChoiceField(label=_("Where?"), required=False, widget=FlatSelect)
    text = forms.CharField(
        label=_("What is to be changed there?"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field"].choices = choices  # type: ignore[attr-defined]

    def clean_text(self) -> str:
        return clean_text(self.cleaned_data["text"]).strip()


_Rows = formset_factory(PointForm, extra=EMPTY_ROWS, max_num=MAX_POINTS)


class Points:
    """The rows of the page: those that were typed, and empty ones for more."""

    def __init__(self, revision: Revision, data: Any = None) -> None:
        is_sent = data is not None and "points-TOTAL_FORMS" in data
        self.rows: BaseFormSet[PointForm] = _Rows(
            self._with_more(data) if is_sent else None,
            prefix="points",
            form_kwargs={"choices": _places(revision)},
        )

    @staticmethod
    def _with_more(data: Any) -> Any:
        """The button "another point" sends the page; it comes back with one row more."""
        total = data["points-TOTAL_FORMS"]
        if "add_point" not in data or not total.isdecimal() or int(total) >= MAX_POINTS:
            return data
        data = data.copy()
        data["points-TOTAL_FORMS"] = str(int(total) + 1)
        return data

    def is_valid(self) -> bool:
        return not self.rows.is_bound or self.rows.is_valid()

    def found(self) -> list[tuple[str, str]]:
        """(field, text) of each row with a text, after `is_valid`."""
        if not self.rows.is_bound:
            return []
        answers = [row.cleaned_data for row in self.rows.forms]
        return [(a.get("field", ""), a["text"]) for a in answers if a.get("text")]


def _places(revision: Revision) -> list[tuple[str, str]]:
    """All questions of the kind's form in its order, as choices."""
    form = kinds.get(revision.contribution.kind).form
    found = [("", _t("The text as a whole"))]
    for section in form.sections:
        for name in section.names:
            label = form.rows[name].title if name in form.rows else form.base_fields[name].label
            found.append((name, str(label or name)))
    return found
