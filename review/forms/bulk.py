"""Forms of the steps for several submissions at once."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from review import assigning, reading, suggesting
from review.forms.assigning import check_due


class BulkForm(forms.Form):
    """Nothing but the confirmation."""

    use_required_attribute = False

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    @staticmethod
    def with_reason() -> type[BulkForm]:
        return ReasonForm


class ReasonForm(BulkForm):
    """One reason for all."""

    note = forms.CharField(
        label=_("Reason for the authors"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        help_text=_("Each author reads it, so it must be true of every text below."),
        error_messages={"required": _("Give the reason. The author reads it.")},
    )


class ReviewerField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Reviewers with what they have to do already."""

    def label_from_instance(self, obj: Any) -> str:
        load = ngettext("%d open review", "%d open reviews", obj.open_reviews) % obj.open_reviews
        return f"{reading.reviewer_words(obj)} ({load})"


class BulkAssignForm(BulkForm):
    """One reviewer and one due date for all."""

    reviewer = ReviewerField(label=_("Reviewer"), queryset=User.objects.none())
    due_on = forms.DateField(
        label=_("Due on"),
        initial=assigning.due_date,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(
        label=_("Note for the reviewer"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reviewer"].queryset = (  # type: ignore[attr-defined]
            suggesting.reviewers()
        )

    def clean_due_on(self) -> date:
        return check_due(self.cleaned_data["due_on"])
