"""The forms of practices and lessons: fields, guidance, what is required at which level."""

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
from contributions.models import Contribution
from practices.models import BuildingBlock, Lesson, Practice, PracticeStakeholder, Result


class ResultRow(RowForm):
    class Meta:
        model = Result
        fields = ("statement", "impact_level", "indicator", "baseline", "value", "year", "source")
        widgets: ClassVar[dict[str, Any]] = {"statement": forms.Textarea(attrs={"rows": 2})}


class StakeholderRow(RowForm):
    class Meta:
        model = PracticeStakeholder
        fields = ("name", "kind", "role", "lead")


class BuildingBlockRow(RowForm):
    class Meta:
        model = BuildingBlock
        fields = ("title", "description", "enabling_factors")
        widgets: ClassVar[dict[str, Any]] = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "enabling_factors": forms.Textarea(attrs={"rows": 2}),
        }


def _several(choices: Any, label: Any, **kwargs: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        choices=choices, label=label, widget=forms.CheckboxSelectMultiple, **kwargs
    )


def _text(label: str | Promise, help_text: str | Promise = "", words: int = 400) -> Any:
    return fields.WordLimitField(label=label, help_text=help_text, max_words=words)


class PracticeForm(ContributionForm):
    """A good practice: the snapshot in under fifteen minutes, or the full record."""

    adapts = forms.CharField(
        label=_("Adapted from"),
        max_length=12,
        help_text=_("The code of the practice here that you took over, for example PR-0007."),
    )

    challenge_addressed = _text(
        _("The challenge it answers"), _("What was wrong before, in two or three sentences."), 150
    )
    context = _text(_("Context"), _("Legal, institutional and social: what must one know?"), 300)
    route_role = _several(Practice.RouteRole.choices, _("Place of the country on the route"))
    forms_of_exploitation = _several(Practice.Exploitation.choices, _("Forms of exploitation"))
    smuggling_aspects = _several(Practice.SmugglingAspect.choices, _("Aspects of smuggling"))
    target_groups = _several(Practice.TargetGroup.choices, _("For whom is it?"))
    beneficiaries = _text(_("Who benefits in the end?"), words=80)
    approach = _text(
        _("How it was done"), _("The steps in their order; begin each with 1., 2., 3."), 800
    )
    start_date = fields.PartialDateField(label=_("Begun"))
    end_date = fields.PartialDateField(label=_("Ended"))
    resources_needed = _text(_("Resources needed"), _("People, money, rooms, time."), 150)
    legal_basis = _text(_("Legal basis"), _("Instrument and article."), 100)
    success_factors = _text(_("What helped"), words=200)
    constraints = _text(_("What stood in the way"), words=200)
    how_overcome = _text(_("How it was overcome"), words=200)
    what_did_not_work = _text(
        _("What did not work"), _("As valuable as the rest. “Nothing known” is an answer."), 200
    )
    sustainability = _text(_("What keeps it alive"), _("Also through a change of government."), 200)
    replicability = _text(
        _("If others copy it"),
        _("What must stay, what may change, what is needed first, when not to copy it."),
        200,
    )

    rows: ClassVar[Mapping[str, Rows]] = {
        "results": Rows(
            ResultRow, _("Results"), _("Add a result"),
            _("One result a row. A figure needs its source."),
        ),
        "stakeholders": Rows(StakeholderRow, _("Who took part"), _("Add a body")),
        "building_blocks": Rows(
            BuildingBlockRow, _("Building blocks"), _("Add a building block"),
            _("The parts that another country can keep, change or leave out."),
        ),
        **ContributionForm.rows,
    }  # fmt: skip
    sections: ClassVar[tuple[Section, ...]] = (
        Section("what", _("What it is"), (
            "original_language", "title", "summary", "adapts", "practice_type", "crime_scope",
            "crime_scope_reason", "maturity", "implementation_status", "start_date", "end_date",
            "forms_of_exploitation", "smuggling_aspects", "tags",
        )),
        Section("where", _("Where and for whom"), (
            "countries", "international", "subnational_area", "route_role", "primary_objective",
            "objectives", "target_groups", "beneficiaries", "organisation",
            "resource_person_function", "stakeholders",
        )),
        Section("how", _("How it was done"), (
            "challenge_addressed", "context", "approach", "building_blocks", "legal_basis",
            "cost_band", "resources_needed",
        )),
        Section("results", _("What came of it"), (
            "results", "evidence_level", "success_factors", "constraints", "how_overcome",
            "what_did_not_work", "sustainability", "replicability",
        )),
        Section("rights", _("Rights, gender, age, society"), (
            "marker_human_rights", "marker_human_rights_reason", "marker_gender",
            "marker_gender_reason", "marker_age", "marker_age_reason", "marker_society",
            "marker_society_reason",
        )),
        Section("source", _("Source and links"), (
            "source_kind", "source_text", "source_url", "links", "attachments", "licence",
        )),
        Section("harm", _("Do no harm"), (
            "no_identifying_details", "operational_detail", "visibility", "consent_to_publish",
        )),
    )  # fmt: skip
    snapshot: ClassVar[tuple[str, ...]] = (
        "title", "summary", "practice_type", "crime_scope", "crime_scope_reason",
        "original_language", "countries", "international", "primary_objective", "objectives",
        "target_groups", "organisation", "challenge_addressed", "results", "replicability",
        "tags", "no_identifying_details", "operational_detail", "visibility",
        "consent_to_publish",
    )  # fmt: skip
    required: ClassVar[Mapping[str, tuple[str, ...]]] = {
        REPORT: ("title", "summary", "source_text", "original_language", "visibility"),
        SNAPSHOT: (
            "title", "summary", "practice_type", "crime_scope", "original_language",
            "primary_objective", "target_groups", "organisation", "challenge_addressed",
            "replicability", "no_identifying_details", "operational_detail", "visibility",
            "consent_to_publish",
        ),
        FULL: (
            "title", "summary", "practice_type", "crime_scope", "original_language",
            "primary_objective", "target_groups", "organisation", "challenge_addressed",
            "replicability", "no_identifying_details", "operational_detail", "visibility",
            "consent_to_publish", "maturity", "context", "beneficiaries", "approach",
            "implementation_status", "evidence_level", "success_factors", "constraints",
            "how_overcome", "what_did_not_work", "sustainability", "marker_human_rights",
            "marker_gender", "marker_age", "marker_society",
        ),
    }  # fmt: skip
    required_rows: ClassVar[Mapping[str, tuple[str, ...]]] = {
        SNAPSHOT: ("results",),
        FULL: ("results", "stakeholders"),
    }
    guides: ClassVar[Mapping[str, tuple[str | Promise, ...]]] = {
        "title": (
            _("Good: “A network of specialised prosecutors at every court of appeal”."),
            _("Too vague: “Strengthening capacities”."),
        ),
        "summary": (_("Two or three sentences are enough. No names of persons."),),
        "crime_scope": (
            _("Trafficking exploits a person. Smuggling is helping somebody across a border for"
              " profit. A practice may fit one and not the other."),
        ),
        "challenge_addressed": (
            _("Example: trained people move to other posts and the knowledge goes with them."),
            _("Do not tell what was done to a person."),
        ),
        "results": (
            _("Example: every court of appeal is represented in the network."),
            _("A plan is not a result."),
        ),
        "replicability": (
            _("Example: prosecutors from every court must stay; the way of staying in touch may"
              " change; a law is needed first."),
        ),
        "what_did_not_work": (_("Others will not repeat it if you tell it here."),),
        "operational_detail": (
            _("Think of investigation methods, addresses of shelters, routes of patrols."),
        ),
    }  # fmt: skip

    class Meta:
        model = Practice
        fields: ClassVar[tuple[str, ...]] = (
            *ContributionForm.Meta.fields,
            "practice_type", "maturity", "challenge_addressed", "context", "route_role",
            "forms_of_exploitation", "smuggling_aspects", "target_groups", "beneficiaries",
            "approach", "start_date", "end_date", "implementation_status", "cost_band",
            "resources_needed", "legal_basis", "evidence_level", "success_factors",
            "constraints", "how_overcome", "what_did_not_work", "sustainability",
            "replicability", "marker_human_rights", "marker_human_rights_reason",
            "marker_gender", "marker_gender_reason", "marker_age", "marker_age_reason",
            "marker_society", "marker_society_reason",
        )  # fmt: skip

    def clean_adapts(self) -> Contribution | None:
        return self.pointed_to("adapts", Contribution.Kind.PRACTICE)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        start, end = cleaned.get("start_date"), cleaned.get("end_date")
        if start and end and end < start[: len(end)]:
            self.add_error("end_date", _t("The end lies before the beginning."))
        return cleaned


class LessonForm(ContributionForm):
    """A lesson in ten minutes: one sentence, what happened, what to do."""

    statement = fields.WordLimitField(
        label=_("The lesson in one sentence"),
        max_words=45,
        help_text=_("When …, do (or avoid) …, because …"),
    )
    lesson_type = forms.ChoiceField(
        label=_("What kind of lesson is it?"), choices=Lesson.Type.choices, widget=forms.RadioSelect
    )
    what_happened = _text(_("What happened"), words=200)
    cause = _text(_("Why it happened"), words=150)
    recommendation = _text(_("What you advise"), words=100)
    applies_to = _several(Practice.Type.choices, _("Applies to"))
    source_contribution = forms.CharField(
        label=_("Learned from"),
        max_length=12,
        help_text=_("The code of a practice or an effort here, for example PR-0007."),
    )

    sections: ClassVar[tuple[Section, ...]] = (
        Section("what", _("The lesson"), (
            "original_language", "title", "statement", "lesson_type", "what_happened", "cause",
            "recommendation",
        )),
        Section("where", _("Where and for whom"), (
            "countries", "international", "primary_objective", "objectives", "crime_scope",
            "crime_scope_reason", "applies_to", "source_contribution", "organisation", "tags",
        )),
        Section("source", _("Source and links"), (
            "source_kind", "source_text", "source_url", "links", "attachments",
        )),
        Section("harm", _("Do no harm"), (
            "anonymous_to_members", "no_identifying_details", "operational_detail", "visibility",
            "consent_to_publish",
        )),
    )  # fmt: skip
    snapshot: ClassVar[tuple[str, ...]] = (
        "original_language", "title", "statement", "lesson_type", "what_happened",
        "recommendation", "countries", "international", "primary_objective", "objectives",
        "crime_scope", "crime_scope_reason", "source_contribution", "organisation", "tags",
        "source_kind", "source_text", "anonymous_to_members", "no_identifying_details",
        "operational_detail", "visibility", "consent_to_publish",
    )  # fmt: skip
    _asked: ClassVar[tuple[str, ...]] = (
        "original_language", "title", "statement", "lesson_type", "what_happened",
        "recommendation", "primary_objective", "crime_scope", "no_identifying_details",
        "operational_detail", "visibility", "consent_to_publish",
    )  # fmt: skip
    required: ClassVar[Mapping[str, tuple[str, ...]]] = {
        REPORT: ("title", "statement", "source_text", "original_language", "visibility"),
        SNAPSHOT: _asked,
        FULL: _asked,
    }
    guides: ClassVar[Mapping[str, tuple[str | Promise, ...]]] = {
        "statement": (
            _("Example: when several services train together, let people swap roles, because each"
              " then understands the other’s task."),
        ),
        "source_contribution": (
            _("Learned at a session of an event? Say so under “Source and links”."),
        ),
        "source_text": (_("Of a session: its title, the event, the place and the year."),),
        "lesson_type": (_("What did not work is worth as much as what did."),),
        "anonymous_to_members": (
            _("Coordinators still see who wrote it; nobody else does, anywhere."),
        ),
    }  # fmt: skip

    class Meta:
        model = Lesson
        fields: ClassVar[tuple[str, ...]] = (
            *(name for name in ContributionForm.Meta.fields if name != "summary"),
            "statement", "lesson_type", "what_happened", "cause", "recommendation",
            "applies_to", "anonymous_to_members",
        )  # fmt: skip

    summary = None  # type: ignore[assignment]  # Django's way to drop an inherited field

    @classmethod
    def first_content(cls, author: User) -> contents.Content:
        return super().first_content(author) | {"resource_person_function": ""}

    def clean_source_contribution(self) -> Contribution | None:
        return self.pointed_to(
            "source_contribution", Contribution.Kind.PRACTICE, Contribution.Kind.EFFORT
        )

    def columns(self) -> dict[str, Any]:
        """The sentence is also the summary that lists and search show."""
        return super().columns() | {"summary": self.cleaned_data["statement"]}
