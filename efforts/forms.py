"""The form of a country effort."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contributions import content as contents
from contributions.forms import fields
from contributions.forms.base import (
    FULL,
    REPORT,
    SNAPSHOT,
    ContributionForm,
    RowForm,
    Rows,
    Section,
)
from efforts.models import Effort, EffortStakeholder, Indicator, Milestone


class MilestoneRow(RowForm):
    date = fields.PartialDateField(label=_("Date"), required=False)

    class Meta:
        model = Milestone
        fields = ("date", "label")


class StakeholderRow(RowForm):
    class Meta:
        model = EffortStakeholder
        fields = ("name", "kind", "role", "lead")


class IndicatorRow(RowForm):
    class Meta:
        model = Indicator
        fields = ("name", "unit", "value", "year", "source")


class EffortForm(ContributionForm):
    """What a country does: a few questions for the focal point, the rest when it is known."""

    effort_type = forms.ChoiceField(
        label=_("What kind of effort is it?"), choices=[("", _("Choose")), *Effort.Type.choices]
    )
    status = forms.ChoiceField(
        label=_("Where does it stand?"), choices=[("", _("Choose")), *Effort.Standing.choices]
    )
    valid_from = fields.PartialDateField(label=_("Valid from"))
    valid_to = fields.PartialDateField(label=_("Valid to"))
    support_received = fields.WordLimitField(
        label=_("Support received"), max_words=100, help_text=_("Phase of the programme, donor.")
    )
    challenges = fields.WordLimitField(label=_("Challenges"), max_words=200)
    next_steps = fields.WordLimitField(label=_("Next steps"), max_words=200)

    rows: ClassVar[Mapping[str, Rows]] = {
        "milestones": Rows(
            MilestoneRow, _("Milestones"), _("Add a milestone"),
            _("What happened when; a year is enough."),
        ),
        "stakeholders": Rows(StakeholderRow, _("Who takes part"), _("Add a body")),
        "indicators": Rows(
            IndicatorRow, _("Figures"), _("Add a figure"), _("A figure needs its source."),
        ),
        **ContributionForm.rows,
    }  # fmt: skip
    sections: ClassVar[tuple[Section, ...]] = (
        Section("what", _("What it is"), (
            "original_language", "countries", "title", "summary", "effort_type", "status",
            "milestones", "primary_objective", "objectives", "crime_scope",
            "crime_scope_reason", "tags",
        )),
        Section("who", _("Who and how"), (
            "adopting_body", "lead_body", "organisation", "resource_person_function",
            "stakeholders", "valid_from", "valid_to", "monitoring_mechanism", "indicators",
            "support_received", "challenges", "next_steps",
        )),
        Section("source", _("Source and links"), (
            "source_kind", "source_text", "source_url", "links", "attachments",
        )),
        Section("harm", _("Do no harm"), (
            "no_identifying_details", "operational_detail", "visibility", "consent_to_publish",
        )),
    )  # fmt: skip
    snapshot: ClassVar[tuple[str, ...]] = (
        "original_language", "countries", "title", "summary", "effort_type", "status",
        "milestones", "primary_objective", "objectives", "crime_scope", "crime_scope_reason",
        "tags", "no_identifying_details", "operational_detail", "visibility",
        "consent_to_publish",
    )  # fmt: skip
    one_country: ClassVar[bool] = True
    _asked: ClassVar[tuple[str, ...]] = (
        "original_language", "countries", "title", "summary", "effort_type", "status",
        "primary_objective", "crime_scope", "no_identifying_details", "operational_detail",
        "visibility", "consent_to_publish",
    )  # fmt: skip
    required: ClassVar[Mapping[str, tuple[str, ...]]] = {
        REPORT: (
            "title", "summary", "countries", "source_text", "original_language", "visibility",
        ),
        SNAPSHOT: _asked,
        FULL: _asked,
    }  # fmt: skip
    guides: ClassVar[Mapping[str, tuple[str | Promise, ...]]] = {
        "title": (_("Example: “National action plan against trafficking in persons”."),),
        "status": (_("Announced and planned things are welcome; say so here."),),
        "milestones": (_("Example: 2016 – the law is adopted."),),
    }

    class Meta:
        model = Effort
        fields: ClassVar[tuple[str, ...]] = (
            *(name for name in ContributionForm.Meta.fields if name != "international"),
            "effort_type", "adopting_body", "lead_body", "valid_from", "valid_to",
            "monitoring_mechanism", "support_received", "challenges", "next_steps",
        )  # fmt: skip

    @classmethod
    def first_content(cls, author: User) -> contents.Content:
        """A focal point begins with a country they speak for; the own one, if it is among them."""
        content = super().first_content(author)
        if author.focal_countries and author.country_id not in author.focal_countries:
            content["countries"] = [min(author.focal_countries)]
        return content

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if len(cleaned.get("countries") or []) > 1:
            self.add_error("countries", _t("An effort belongs to one country: choose one."))
        start, end = cleaned.get("valid_from"), cleaned.get("valid_to")
        if start and end and end < start[: len(end)]:
            self.add_error("valid_to", _t("The end lies before the beginning."))
        return cleaned

    def columns(self) -> dict[str, Any]:
        """`status` is the word people know; the column is `standing` (see the model)."""
        found = super().columns()
        found.pop("status", None)
        return found | {"standing": self.cleaned_data["status"]}
