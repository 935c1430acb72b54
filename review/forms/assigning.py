"""Forms about who reviews: assigning, handing over, and how many reviews are needed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from review import assigning, reading
from review.models import ReviewPlan
from review.suggesting import Suggestion

LONGEST = timedelta(days=365)


def _due_field() -> forms.DateField:
    return forms.DateField(
        label=_("Due on"),
        initial=assigning.due_date,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def check_due(day: date) -> date:
    """Not in the past, not in the far future."""
    today = timezone.localdate()
    if not today <= day <= today + LONGEST:
        raise ValidationError(_t("Choose a day from today on, within a year."))
    return day


class AssignForm(forms.Form):
    """Whom to ask, by when, with which words. The reviewers are those of the suggestions."""

    use_required_attribute = False

    reviewer = forms.TypedChoiceField(
        label=_("Reviewer"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reviewer.")},
    )
    due_on = _due_field()
    note = forms.CharField(
        label=_("Note for the reviewer"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(self, *args: Any, suggestions: list[Suggestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {s.reviewer.pk: s.reviewer for s in suggestions if not s.barred}
        self.fields["reviewer"].choices = [  # type: ignore[attr-defined]
            (pk, reading.reviewer_words(person)) for pk, person in self.people.items()
        ]

    def clean_due_on(self) -> date:
        return check_due(self.cleaned_data["due_on"])

    @property
    def chosen(self) -> User:
        """The reviewer; asked after is_valid."""
        return self.people[self.cleaned_data["reviewer"]]


class HandOverForm(AssignForm):
    """To whom and why; the due date goes with it."""

    due_on = None  # type: ignore[assignment]  # Django's way to take an inherited field away
    note = forms.CharField(
        label=_("What the other reviewer should know"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        error_messages={"required": _("Say why, and what the other one should know.")},
    )


class DayForm(forms.Form):
    """Another day for a review."""

    use_required_attribute = False

    due_on = _due_field()

    def clean_due_on(self) -> date:
        return check_due(self.cleaned_data["due_on"])


class PlanForm(forms.Form):
    """Whether two reviews are needed, or why the text is published without them."""

    use_required_attribute = False

    two = forms.BooleanField(label=_("Two reviews before it is published"), required=False)
    waived_reason = forms.CharField(
        label=_("Publish with fewer, because …"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=_("Your reason is kept with the submission."),
    )

    def __init__(self, *args: Any, plan: ReviewPlan | None, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "two": bool(plan and plan.needed > 1),
            "waived_reason": plan.waived_reason if plan else "",
        }
        super().__init__(*args, **kwargs)
