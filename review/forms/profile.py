"""The profile of a reviewer, as they keep it themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from contributions.forms.fields import country_choices, tick
from countries.models import Country
from objectives.models import Objective
from review.models import ReviewerProfile


class ProfileForm(forms.ModelForm[ReviewerProfile]):
    """What one knows, and what one must not judge."""

    languages = forms.MultipleChoiceField(
        label=_("Languages you read well"),
        choices=settings.CONTENT_LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    objectives = forms.ModelMultipleChoiceField(
        label=_("Objectives you know"),
        queryset=Objective.objects.order_by("number"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = ReviewerProfile
        fields = (
            "languages", "objectives", "countries", "conflict_countries", "conflict_bodies",
            "away_until",
        )  # fmt: skip
        widgets = {
            "conflict_bodies": forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
            "away_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        countries = country_choices()
        for name in ("countries", "conflict_countries"):
            tick(self, name, Country.objects.all(), countries)
