"""Registers the kinds practice and lesson."""

from __future__ import annotations

from operator import attrgetter
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from contributions import editions, kinds
from practices.forms import LessonForm, PracticeForm
from practices.models import Lesson, Practice

_PLACE: Final = attrgetter("position")


def practice_body(practice: Practice) -> list[str]:
    """Texts of a practice for search. Two queries (results, building blocks), or prefetched."""
    rows = [result.statement for result in sorted(practice.results.all(), key=_PLACE)]
    for block in sorted(practice.building_blocks.all(), key=_PLACE):
        rows += [block.title, block.description]
    return [
        practice.challenge_addressed, practice.context, practice.approach, *rows,
        practice.success_factors, practice.constraints, practice.how_overcome,
        practice.what_did_not_work, practice.sustainability, practice.replicability,
        practice.beneficiaries, practice.legal_basis, practice.resources_needed,
        practice.organisation,
    ]  # fmt: skip


def lesson_body(lesson: Lesson) -> list[str]:
    """Texts of a lesson for search; the sentence itself is the summary."""
    return [lesson.what_happened, lesson.cause, lesson.recommendation, lesson.organisation]


def register() -> None:
    """Make both kinds known; called once at start-up."""
    kinds.register(
        kinds.Kind(
            name="practice",
            prefix="PR",
            model=Practice,
            form=PracticeForm,
            steps=(editions.FILES,),
            label=_("Good practice"),
            label_plural=_("Practices"),
            counted=lambda n: ngettext("%(n)d practice", "%(n)d practices", n) % {"n": n},
            label_new=_("Post a practice"),
            detail_template="practices/detail.html",
            search_body=practice_body,
        )
    )
    kinds.register(
        kinds.Kind(
            name="lesson",
            prefix="LE",
            model=Lesson,
            form=LessonForm,
            steps=(editions.FILES,),
            label=_("Lesson learned"),
            label_plural=_("Lessons"),
            counted=lambda n: ngettext("%(n)d lesson", "%(n)d lessons", n) % {"n": n},
            label_new=_("Write down a lesson"),
            detail_template="practices/lesson_detail.html",
            search_body=lesson_body,
        )
    )
