"""The form by which a member asks the community; the choice of the call that a draft answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from calls.models import Call
from contributions.content import clean_text
from contributions.models import Contribution


class QuestionForm(forms.Form):
    """What is looked for, why, what kind of text would help, in which language it is asked."""

    question = forms.CharField(
        label=_("Your question"),
        max_length=120,
        help_text=_("One sentence, such as “How do you find interpreters for rare languages?”"),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    why = forms.CharField(
        label=_("What you need it for"),
        max_length=2_000,
        help_text=_("What you tried and where it got stuck. No names, no details of cases."),
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )
    kind = forms.ChoiceField(
        label=_("What would help most"),
        choices=Contribution.Kind.choices,
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(
        label=_("Language of the question"), choices=settings.CONTENT_LANGUAGES
    )

    def clean_question(self) -> str:
        return self._filled("question")

    def clean_why(self) -> str:
        return self._filled("why")

    def _filled(self, name: str) -> str:
        text = clean_text(self.cleaned_data[name])
        if not any(map(str.isalnum, text)):
            raise ValidationError(_t("Write it in words."), code="empty")
        return text


class ChoiceForm(forms.Form):
    """One of the calls that are offered, or none; cleans to the call."""

    call = forms.ChoiceField(label=_("Which call does it answer?"), required=False)

    def __init__(self, *args: Any, calls: list[Call], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.calls = {call.slug: call for call in calls}
        field = self.fields["call"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the types
        field.choices = [(slug, str(call)) for slug, call in self.calls.items()]

    def clean_call(self) -> Call | None:
        return self.calls.get(self.cleaned_data["call"])
