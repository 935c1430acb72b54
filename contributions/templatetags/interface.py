"""Filters of the interface's drawings: strip, knots, bars, pages. None of them queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.utils.formats import localize
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

register = template.Library()

PLACES = range(1, 7)
# A knot says how something stands, by its shape first (DESIGN: full = done, half = running,
# ring = nothing known, dashed = announced, crossed = did not work).
KNOTS = {
    # lessons
    "worked": "done",
    "did_not_work": "no",
    "challenge": "none",
    "recommended": "plan",
    # efforts
    "announced": "plan",
    "drafting": "plan",
    "adopted": "done",
    "in_force": "done",
    "implementing": "part",
    "evaluated": "done",
    "lapsed": "none",
    "repealed": "none",
    # practices
    "planned": "plan",
    "running": "part",
    "completed": "done",
    "suspended": "none",
    # versions
    "draft": "plan",
    "submitted": "part",
    "in_review": "part",
    "changes_requested": "plan",
    "approved": "done",
    "declined": "no",
    "withdrawn": "none",
}
MATURITY_STEPS = {"innovation": 1, "promising": 2, "good": 3, "institutionalised": 4}
MARKER_STEPS = {"mainstreamed": 1, "responsive": 2, "theory_of_change": 3}


@register.filter
def strip_places(objectives: Iterable[tuple[int, bool]]) -> list[tuple[int, str]]:
    """The six places with their class: "main", "on" or empty."""
    given = dict(objectives)
    css = {True: "main", False: "on", None: ""}
    return [(number, css[given.get(number)]) for number in PLACES]


@register.filter
def strip_label(objectives: Iterable[tuple[int, bool]]) -> str:
    """The strip in words, for those who do not see it."""
    pairs = list(objectives)
    main = [str(number) for number, is_main in pairs if is_main]
    others = pgettext("between numbers of objectives", ", ").join(
        str(number) for number, is_main in pairs if not is_main
    )
    if main and others:
        return gettext("Main objective %(main)s, also %(others)s") % {
            "main": main[0],
            "others": others,
        }
    if main:
        return gettext("Main objective %(main)s") % {"main": main[0]}
    return gettext("Objectives %(others)s") % {"others": others}


@register.filter
def knot_of(value: str) -> str:
    """Knot of a lesson's type, an effort's or practice's status, a version's state."""
    return KNOTS.get(value, "none")


@register.filter
def maturity_step(maturity: str) -> int:
    return MATURITY_STEPS.get(maturity, 1)


@register.filter
def marker_step(marker: str) -> int:
    return MARKER_STEPS.get(marker, 0)


@register.filter
def facet_choices(group: Any) -> SafeString:
    """The values of a filter with their counts: seventy on a page, for which a template takes ten
    times as long. `group` is that of components/_facet.html."""
    name = escape(group.name)
    lines = []
    for choice in group.choices:
        label: str = escape(choice.label)
        checked = " checked" if choice.checked else ""
        if choice.objective:
            number = escape(choice.objective)
            label = f'<span class="om o{number}"><b>{number}</b> {label}</span>'
        lines.append(
            f'<label><input type="checkbox" name="{name}" value="{escape(choice.value)}"{checked}>'
            f" <span>{label}</span>"
            f' <data value="{choice.count}">{localize(choice.count)}</data></label>\n'
        )
    return SafeString("".join(lines))


@register.filter
def holds(field: BoundField, value: object) -> bool:
    """Whether a bound field of choices holds the value now."""
    held = field.value()
    chosen = held if isinstance(held, list | tuple) else [held]
    return str(value) in {str(item) for item in chosen}


@register.filter
def page_numbers(page: Page[object]) -> Iterator[int | str]:
    """Numbers around the current page, first and last, with an ellipsis in the gaps."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
