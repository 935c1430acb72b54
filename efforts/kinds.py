"""Registers the kind effort."""

from __future__ import annotations

from operator import attrgetter
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from contributions import editions, kinds
from efforts.forms import EffortForm
from efforts.models import Effort

_PLACE: Final = attrgetter("position")


def effort_body(effort: Effort) -> list[str]:
    """Texts of an effort for search. Two queries (milestones, stakeholders), or prefetched."""
    return [
        *(milestone.label for milestone in sorted(effort.milestones.all(), key=_PLACE)),
        *(body.name for body in sorted(effort.stakeholders.all(), key=_PLACE)),
        effort.adopting_body, effort.lead_body, effort.support_received, effort.challenges,
        effort.next_steps, effort.organisation,
    ]  # fmt: skip


def register() -> None:
    """Make the kind known; called once at start-up."""
    kinds.register(
        kinds.Kind(
            name="effort",
            prefix="EF",
            model=Effort,
            form=EffortForm,
            steps=(editions.FILES,),
            label=_("Country effort"),
            label_plural=_("Efforts"),
            counted=lambda n: ngettext("%(n)d effort", "%(n)d efforts", n) % {"n": n},
            label_new=_("Post an effort"),
            detail_template="efforts/detail.html",
            search_body=effort_body,
        )
    )
