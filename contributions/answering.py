"""Points that reviewers asked and the author's answers to them."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass

from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _t

from accounts.models import User
from contributions import differences, editing, history, kinds
from contributions.content import clean_text
from contributions.models import Point, Revision

MAX_ANSWER = 5_000


@dataclass(frozen=True)
class Asked:
    """A point as a page shows it; `parts` is what changed in its field since it was asked."""

    point: Point
    label: str | Promise
    parts: list[differences.Part]

    @property
    def answer_name(self) -> str:
        return f"point-{self.point.pk}-answer"

    @property
    def done_name(self) -> str:
        return f"point-{self.point.pk}-done"


def label_of(revision: Revision, field: str) -> str | Promise:
    """The words of a field or of rows in the kind's form."""
    form = kinds.get(revision.contribution.kind).form
    if field in form.rows:
        return form.rows[field].title
    bound = form.base_fields.get(field)
    return (bound.label or field) if bound else _t("The text as a whole")


def asked(revision: Revision, *, reader: User | None = None) -> list[Asked]:
    """The points of this text in the order they were asked. One query; for a `reader` who compares
    also what changed since, with the queries of rendering both texts for each request."""
    points = list(Point.objects.of_text(revision).select_related("decision__by__country"))
    parts: dict[tuple[int, str], list[differences.Part]] = {}
    for decision in {point.decision_id: point.decision for point in points}.values():
        if reader is None or decision.content is None:
            continue
        before = copy(revision)
        before.content = decision.content
        for change in history.changes(before, revision, reader):
            parts[decision.pk, change.name] = change.parts
    return [
        Asked(
            point, label_of(revision, point.field), parts.get((point.decision_id, point.field), [])
        )
        for point in points
    ]


@dataclass(frozen=True)
class Placed:
    """The points of a draft as one page of the editor shows them."""

    beside: list[Asked]  # their fields are on this page
    above: list[Asked]  # about the text as a whole, or about a question this form does not ask
    elsewhere: list[tuple[str, Asked]]  # address of the page that asks, point


def placed(revision: Revision, part: str) -> Placed:
    """The points by where they are answered. One query."""
    form = kinds.get(revision.contribution.kind).form
    level = editing.level_of(revision.content)
    on_page = set(editing.names_on_page(form, level, part)) - editing.SHOWN_WITH_ANOTHER
    parts = {
        name: section.key
        for section in form.shown_sections(level)
        for name in section.names
        if name not in editing.SHOWN_WITH_ANOTHER
    }
    found = Placed([], [], [])
    for item in asked(revision):
        name = item.point.field
        if name in on_page:
            found.beside.append(item)
        elif name in parts:
            found.elsewhere.append((_address(revision, item, parts[name]), item))
        else:
            found.above.append(item)
    return found


def _address(revision: Revision, item: Asked, part: str) -> str:
    page = reverse("contributions:edit", args=[revision.contribution.code])
    return f"{page}?part={part}#point-{item.point.pk}"


def problems(shown: Placed) -> list[editing.Problem]:
    """Points without an answer, each with the address of its place. No query."""
    here = [(f"#point-{item.point.pk}", item) for item in (*shown.above, *shown.beside)]
    return [
        editing.Problem(url, item.label, _t("Answer the point, or mark it as done."))
        for url, item in (*here, *shown.elsewhere)
        if not item.point.is_answered
    ]


def are_sent(post: QueryDict) -> bool:
    """Whether the page held any point. No query."""
    return any(name.startswith("point-") for name in post)


def read(post: QueryDict, revision: Revision) -> dict[int, tuple[str, bool]]:
    """The answers that a page of the editor sent: only those it showed. One query."""
    found = {}
    for pk in Point.objects.of_text(revision).values_list("pk", flat=True):
        name = f"point-{pk}-answer"
        if name in post:
            answer = clean_text(str(post[name])).strip()[:MAX_ANSWER]
            found[pk] = (answer, bool(post.get(f"point-{pk}-done")))
    return found


@transaction.atomic
def keep(
    revision: Revision, answers: Mapping[int, tuple[str, bool]], *, stale: bool = False
) -> None:
    """Write answers (point → text, done). A stale page overwrites nothing: its text is put below
    what was answered meanwhile."""
    points = Point.objects.of_text(revision).filter(pk__in=answers).select_for_update(of=("self",))
    for point in points:
        answer, is_done = answers[point.pk]
        if stale:
            is_done = is_done or point.is_done
            if answer in point.answer:
                answer = point.answer
            elif point.answer:
                answer = f"{point.answer}\n\n{answer}"
        if (answer, is_done) == (point.answer, point.is_done):
            continue
        point.answer, point.is_done = answer, is_done
        point.answered_at = timezone.now() if answer or is_done else None
        point.save(update_fields=["answer", "is_done", "answered_at"])
