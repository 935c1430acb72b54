"""What the author says of a text much like the own one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contributions import twins
from contributions.content import clean_text


class TwinForm(forms.Form):
    """About one of the `offered`: why the own text is different, or that it is an adaptation."""

    code = forms.ChoiceField(label=_("Which one"))
    why = forms.CharField(
        label=_("Mine is different, because …"),
        max_length=twins.LONGEST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self, *args: Any, offered: Sequence[twins.Twin], adapting: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["code"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101  declared above
        choice.choices = [(twin.contribution.code, twin.contribution.title) for twin in offered]
        self.adapting = adapting

    def clean_why(self) -> str:
        why = clean_text(str(self.cleaned_data["why"])).strip()
        if not why and not self.adapting:
            raise forms.ValidationError(_("Say in a few words what is different."))
        return why
