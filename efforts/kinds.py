"""Registers the kind effort."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from contributions import editions, kinds
from efforts.forms import EffortForm
from efforts.models import Effort


def effort_body(effort: Effort) -> list[str]:
    """Texts of an effort for search. Two queries (milestones, stakeholders)."""
    return [
        *(milestone.label for milestone in effort.milestones.order_by("position")),
        *(body.name for body in effort.stakeholders.order_by("position")),
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
