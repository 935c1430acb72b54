"""The score sheet as a form: points and a reason for each criterion, and one remark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from contributions.models import Revision
from review.models import Assessment, Score
from review.scoring import Sheet

Criterion = Score.Criterion

_QUESTIONS: dict[str, str | Promise] = {
    Criterion.RELEVANCE: _("Does it answer a real need under the programme’s objectives?"),
    Criterion.EVIDENCE: _("Is what it says shown by figures, sources or an evaluation?"),
    Criterion.EFFECTIVENESS: _("Did it reach what it set out to reach, and for whom?"),
    Criterion.REPLICABILITY: _("Could others do it, and does the text say how?"),
    Criterion.SUSTAINABILITY: _("Does it last beyond the project and its money?"),
    Criterion.ETHICS: _("Are victims safe, rights kept, and nobody put at risk?"),
}


@dataclass(frozen=True)
class Row:
    """One criterion on the page."""

    label: str | Promise
    question: str | Promise
    points: BoundField
    reason: BoundField


class ScoreForm(forms.Form):
    """Everything may be missing in a draft; finishing asks for all points and reasons."""

    use_required_attribute = False

    remark = forms.CharField(
        label=_("In one or two sentences"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    # The text that was read, and the state of the sheet it was read with.
    lock = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    edition = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self,
        *args: Any,
        revision: Revision,
        assessment: Assessment | None,
        finish: bool = False,
        **kwargs: Any,
    ) -> None:
        initial: dict[str, Any] = {"lock": revision.lock, "edition": 0}
        if assessment is not None:
            initial |= {"remark": assessment.remark, "edition": assessment.edition}
            for score in assessment.scores.all():
                initial[f"{score.criterion}_points"] = score.points
                initial[f"{score.criterion}_reason"] = score.reason
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.finish = finish
        for name, _label in Criterion.choices:
            self.fields[f"{name}_points"] = forms.TypedChoiceField(
                label=_("Points"),
                choices=Score.Points.choices,
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )
            self.fields[f"{name}_reason"] = forms.CharField(
                label=_("Why"),
                required=False,
                max_length=2_000,
                widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.finish:
            for name in Criterion.values:
                if f"{name}_points" in cleaned and cleaned[f"{name}_points"] is None:
                    self.add_error(f"{name}_points", _t("Give points from 0 to 4."))
                if f"{name}_reason" in cleaned and not cleaned[f"{name}_reason"].strip():
                    self.add_error(f"{name}_reason", _t("Say why, in a few words."))
        return cleaned

    def sheet(self) -> Sheet:
        """What can be kept of it; asked after is_valid, whatever that said."""
        kept = self.cleaned_data
        return Sheet(
            points={name: kept.get(f"{name}_points") for name in Criterion.values},
            reasons={name: self._reason(name) for name in Criterion.values},
            remark=kept.get("remark", "").replace("\x00", ""),
        )

    def _reason(self, name: str) -> str:
        # Where a reason is refused (missing when finishing) what was typed is still kept.
        return str(self.cleaned_data.get(f"{name}_reason") or "").replace("\x00", "")

    def rows(self) -> list[Row]:
        """The criteria in their order, for the template."""
        return [
            Row(label, _QUESTIONS[name], self[f"{name}_points"], self[f"{name}_reason"])
            for name, label in Criterion.choices
        ]
