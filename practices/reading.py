"""What the pages of a practice and a lesson say, in which order; no HTML here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contributions.at_once import Relation, kind_rows
from contributions.models import Contribution
from contributions.pages import Fact, Part, Parts, labels, period, recorded_parts
from practices.models import BuildingBlock, Lesson, Practice, PracticeStakeholder, Result

PRACTICE_ROWS: Final[tuple[Relation, ...]] = (
    kind_rows(
        "practice", "results", Result,
        "statement", "impact_level", "indicator", "baseline", "value", "year", "source",
    ),
    kind_rows(
        "practice", "stakeholders", PracticeStakeholder, "name", "kind", "role", "lead"
    ),
    kind_rows(
        "practice", "building_blocks", BuildingBlock, "title", "description", "enabling_factors"
    ),
)  # fmt: skip

# Parts of which something must be recorded to be shown, with the fields that fill them. The
# others (what did not work, sources, discussion) are always there.
_PRACTICE_PARTS: Final[Parts] = (
    (Part("challenge", _("The challenge")), ("challenge_addressed",)),
    (Part("context", _("Context")), ("context", "legal_basis")),
    (
        Part("how", _("How it was done")),
        ("approach", "building_blocks", "stakeholders", "resources_needed", "cost_band"),
    ),
    (Part("results", _("Results")), ("results", "evidence_level")),
    (Part("failed", _("What did not work")), ()),
    (
        Part("helped", _("What helped, what stood in the way")),
        ("success_factors", "constraints", "how_overcome"),
    ),
    (Part("copy", _("If you copy it")), ("replicability", "sustainability")),
    (
        Part("rights", _("Rights, gender, age, society")),
        ("marker_human_rights", "marker_gender", "marker_age", "marker_society"),
    ),
)
_LESSON_PARTS: Final[Parts] = (
    (Part("happened", _("What happened")), ("what_happened",)),
    (Part("cause", _("Why it happened")), ("cause",)),
    (Part("advice", _("What is advised")), ("recommendation",)),
)


@dataclass(frozen=True)
class Marker:
    """How far a practice takes one of the four cross-cutting concerns into account."""

    title: str | Promise
    level: str
    label: str
    reason: str


def practice_parts(practice: Practice) -> tuple[list[Part], list[Part]]:
    """(parts to show, parts of which nothing is recorded), in order. No query after `load`."""
    return recorded_parts(practice, _PRACTICE_PARTS)


def lesson_parts(lesson: Lesson) -> tuple[list[Part], list[Part]]:
    return recorded_parts(lesson, _LESSON_PARTS)


def markers(practice: Practice) -> list[Marker]:
    """The four concerns, each with its level and the reason given."""
    titles = {
        "human_rights": _("Human rights"),
        "gender": _("Gender"),
        "age": _("Age and children"),
        "society": _("Whole of society"),
    }
    return [
        Marker(
            title,
            getattr(practice, f"marker_{name}"),
            getattr(practice, f"get_marker_{name}_display")(),
            getattr(practice, f"marker_{name}_reason"),
        )
        for name, title in titles.items()
    ]


def practice_facts(contribution: Contribution) -> list[Fact]:
    """The further lines of "at a glance" that are recorded."""
    practice, language = contribution.practice, contribution.original_language
    facts = [
        Fact(_("For whom"), labels(Practice.TargetGroup, practice.target_groups)),
        Fact(_("Who benefits in the end"), practice.beneficiaries, language),
        Fact(_("When"), period(practice.start_date, practice.end_date)),
        Fact(
            _("Forms of exploitation"),
            labels(Practice.Exploitation, practice.forms_of_exploitation),
        ),
        Fact(
            _("Aspects of smuggling"),
            labels(Practice.SmugglingAspect, practice.smuggling_aspects),
        ),
        Fact(_("Place on the route"), labels(Practice.RouteRole, practice.route_role)),
    ]
    return [fact for fact in facts if fact.text]


def lesson_facts(contribution: Contribution) -> list[Fact]:
    """The further lines of "at a glance" of a lesson that are recorded."""
    lesson: Lesson = contribution.lesson
    facts = [Fact(_("Applies to"), labels(Practice.Type, lesson.applies_to))]
    return [fact for fact in facts if fact.text]
