"""Forms: naming a search and its alert, following a thing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from contributions.facets import FACETS
from contributions.selection import is_possible
from following.models import SavedSearch


class SearchForm(forms.ModelForm[SavedSearch]):
    """What a search is called, and how often its news are told."""

    use_required_attribute = False

    class Meta:
        model = SavedSearch
        fields = ("name", "alert")
        widgets = {"alert": forms.RadioSelect}
        labels = {"alert": _("Tell me about new results")}
        help_texts = {"alert": _("In your inbox and by mail. Nothing new, no mail.")}

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not name:
            raise ValidationError(_t("Give it a name."), code="required")
        return name


class FollowForm(forms.Form):
    """One country, objective or tag, by its code in addresses."""

    name = forms.ChoiceField(choices=[(name, name) for name in SavedSearch.FOLLOWED])
    value = forms.CharField(max_length=100)
    follow = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or {}
        name, value = entered.get("name"), entered.get("value")
        if name and value and not is_possible(FACETS[name], value):
            raise ValidationError("Not a code.", code="unknown")
        return entered
