"""What the page of an effort says, in which order, and when things happened; no HTML here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contributions.at_once import Relation, kind_rows
from contributions.models import Contribution
from contributions.pages import Fact, Part, Parts, period, recorded_parts
from contributions.templatetags.text import partial_date
from efforts.models import Effort, EffortStakeholder, Indicator, Milestone

MILESTONES: Final = kind_rows("effort", "milestones", Milestone, "date", "label")
EFFORT_ROWS: Final[tuple[Relation, ...]] = (
    MILESTONES,
    kind_rows("effort", "stakeholders", EffortStakeholder, "name", "kind", "role", "lead"),
    kind_rows("effort", "indicators", Indicator, "name", "unit", "value", "year", "source"),
)
_PARTS: Final[Parts] = (
    (Part("milestones", _("Milestones")), ("milestones",)),
    (Part("bodies", _("Who takes part")), ("stakeholders", "adopting_body", "lead_body")),
    (Part("figures", _("Figures")), ("indicators",)),
    (Part("support", _("Support received")), ("support_received",)),
    (Part("challenges", _("Challenges")), ("challenges",)),
    (Part("next", _("Next steps")), ("next_steps",)),
)
# How long before its end a plan or law says that it is about to lapse.
ENDS_SOON: Final = timedelta(days=180)


@dataclass(frozen=True)
class Step:
    """A milestone on the thread."""

    knot: str  # done, or plan for what lies ahead, or none without a date
    when: str
    title: str
    language: str


def parts(effort: Effort) -> tuple[list[Part], list[Part]]:
    """(parts to show, parts of which nothing is recorded), in order. No query after `load`."""
    return recorded_parts(effort, _PARTS)


def facts(contribution: Contribution) -> list[Fact]:
    """The further lines of "at a glance" that are recorded."""
    effort = contribution.effort
    found = [
        Fact(_("Valid"), period(effort.valid_from, effort.valid_to)),
        Fact(_("Monitoring"), effort.get_monitoring_mechanism_display()),
    ]
    return [fact for fact in found if fact.text]


def steps(contribution: Contribution) -> list[Step]:
    """The milestones in the order of their dates; those without a date stay where they were put.

    No query after `load` with MILESTONES.
    """
    ordered = sorted(contribution.effort.milestones.all(), key=lambda row: row.date or "9999")
    return [
        Step(_knot(row.date), partial_date(row.date), row.label, contribution.original_language)
        for row in ordered
    ]


def _knot(day: str) -> str:
    if not day:
        return "none"
    return "plan" if day > timezone.localdate().isoformat()[: len(day)] else "done"


def last_day(value: str) -> date | None:
    """The last day that a year, month or day names; None for anything else."""
    pieces = [int(piece) for piece in value.split("-") if piece.isdecimal()]
    try:
        if len(pieces) == 3:
            return date(*pieces)
        if len(pieces) == 2:
            year, month = pieces
            return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        return date(pieces[0], 12, 31) if pieces else None
    except ValueError:
        return None


def lapse(effort: Effort) -> str:
    """ "over" when its time is up and nobody has said so, "soon" half a year before; else empty."""
    end = last_day(effort.valid_to)
    if end is None or effort.standing in (Effort.Standing.LAPSED, Effort.Standing.REPEALED):
        return ""
    today = timezone.localdate()
    if end < today:
        return "over"
    return "soon" if end <= today + ENDS_SOON else ""


@dataclass(frozen=True)
class Entry:
    """An effort on the thread of its country."""

    contribution: Contribution
    when: str
    steps: list[Step]


def timeline(contributions: list[Contribution]) -> list[Entry]:
    """Efforts as a thread through time, newest first; those without any date come last.

    No query after `load` with MILESTONES.
    """
    ordered = sorted(contributions, key=lambda item: _newest_date(item.effort), reverse=True)
    return [Entry(item, when(item.effort), steps(item)) for item in ordered]


def _newest_date(effort: Effort) -> str:
    """For ordering: "2018-05"; empty where it names none."""
    return max([effort.valid_from, *(row.date for row in effort.milestones.all())])


def when(effort: Effort) -> str:
    """The time it covers, in words: its validity, else from its first to its last milestone."""
    if effort.valid_from or effort.valid_to:
        return period(effort.valid_from, effort.valid_to)
    dates = sorted({row.date for row in effort.milestones.all() if row.date})
    return period(dates[0], dates[-1] if len(dates) > 1 else "") if dates else ""
