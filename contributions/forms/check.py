"""The form of the step before sending: what the author says of each mark."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from contributions import harm
from contributions.harm import Mark
from contributions.models import Contribution

Visibility = Contribution.Visibility


class CheckForm(forms.Form):
    """An answer for each mark or one for all the others, and the two questions that cap who may
    read it."""

    use_required_attribute = False

    rest = forms.ChoiceField(
        label=_("All others"),
        choices=[("", _("I answer each one")), *harm.Answer.choices],
        required=False,
    )
    operational_detail = forms.ChoiceField(
        label=_("Would it help offenders to read how it was done?"),
        choices=[("no", _("No")), ("yes", _("Yes: keep it away from the public"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an answer.")},
    )
    consent_to_publish = forms.BooleanField(
        label=_("Those who did this work agree that it is published here."),
        error_messages={"required": _("Confirm this before you send the text.")},
    )

    def __init__(self, *args: Any, found: list[Mark], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = found
        for number, mark in enumerate(found):
            self.fields[f"mark-{number}"] = forms.ChoiceField(
                label=mark.words, choices=[("", _("Choose")), *harm.Answer.choices], required=False
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for number, _mark in enumerate(self.found):
            name = f"mark-{number}"
            if name not in self.errors and not (cleaned.get(name) or cleaned.get("rest")):
                self.add_error(name, _t("Choose an answer, or change the text."))
        return cleaned

    @property
    def rows(self) -> list[tuple[Mark, forms.BoundField]]:
        return [(mark, self[f"mark-{number}"]) for number, mark in enumerate(self.found)]

    def answers(self) -> dict[str, str]:
        """Key of each mark → answer."""
        rest = self.cleaned_data["rest"]
        return {
            mark.key: self.cleaned_data[f"mark-{number}"] or rest
            for number, mark in enumerate(self.found)
        }

    def content(self, saved: dict[str, Any]) -> dict[str, Any]:
        """What the answers change in the text: a sensitive one is never public."""
        detail = self.cleaned_data["operational_detail"]
        sensitive = detail == "yes" or harm.Answer.PERSON in self.answers().values()
        changed = {"operational_detail": detail, "consent_to_publish": True}
        if sensitive and saved.get("visibility") == Visibility.PUBLIC:
            changed["visibility"] = Visibility.MEMBERS.value
        return changed
