"""Counts and newest entries for the pages that show several apps, as one reader may see them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext

from accounts.models import JoinRequest, User
from contributions import at_once, todo
from contributions.models import Contribution, ContributionQuerySet, Revision
from contributions.todo import Todo
from countries.models import Country, CountryQuerySet, Region, folded
from objectives.models import Objective, Phase
from vocabulary.models import Concept

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Reader = User | AnonymousUser

KINDS = ("practice", "lesson", "effort")
FAILURES = ("did_not_work", "challenge")
HAS_ANY = Q(practices__gt=0) | Q(lessons__gt=0) | Q(efforts__gt=0)


def published(reader: Reader) -> ContributionQuerySet:
    """What all these pages count and list: published, and open to this reader."""
    return Contribution.objects.visible_to(reader).published()


def _counts(among: QuerySet[Contribution]) -> dict[str, Count]:
    """Counts by kind of those `contributions` of a row that are among these."""
    seen = Q(contributions__in=among.values("pk"))
    return {
        f"{kind}s": Count("contributions", distinct=True, filter=seen & Q(contributions__kind=kind))
        for kind in KINDS
    }


def objectives(reader: Reader) -> list[Objective]:
    """The objectives in order with `practices`, `lessons`, `efforts`: numbers. One query."""
    counts = _counts(published(reader))
    return list(Objective.objects.annotate(**counts).order_by("number"))


def countries(reader: Reader, among: QuerySet[Contribution] | None = None) -> CountryQuerySet:
    """Countries with their region and `practices`, `lessons`, `efforts`: numbers."""
    seen = published(reader) if among is None else among
    return Country.objects.select_related("region").annotate(**_counts(seen))


def shown_countries(reader: Reader) -> list[Country]:
    """Countries that take part or from which the reader may see something. One query."""
    return list(countries(reader).filter(Q(takes_part=True) | HAS_ANY))


def country(reader: Reader, iso2: str) -> tuple[Country, list[Phase]] | None:
    """A country with its counts, and the phases it takes part in. One query."""
    phases = Phase.objects.filter(participations__country=OuterRef("pk")).order_by("number")
    columns = JSONObject(**{name: name for name in ("number", "name", "year_from", "year_to")})
    rows = ArraySubquery(phases.values(row=columns))
    for place in countries(reader).filter(pk=iso2).annotate(phase_rows=rows):
        return place, [Phase(**row) for row in vars(place)["phase_rows"]]
    return None


def by_region(found: list[Country]) -> list[tuple[Region, list[Country]]]:
    """Regions in their order, each with its countries in the order of the active language."""
    ordered = sorted(found, key=lambda c: (c.region.position, c.region_id, folded(c.label())))
    return [
        (group[0].region, group)
        for group in (list(items) for _key, items in groupby(ordered, lambda c: c.region_id))
    ]


def total(counted: Objective | Country) -> int:
    """All contributions of something that carries the three counts."""
    return sum(getattr(counted, f"{kind}s") for kind in KINDS)


def in_words(counted: Objective | Country) -> str:
    """ "7 practices · 2 lessons · 6 efforts", without what there is none of."""
    numbers = [getattr(counted, f"{kind}s") for kind in KINDS]
    words = [
        ngettext("%d practice", "%d practices", numbers[0]),
        ngettext("%d lesson", "%d lessons", numbers[1]),
        ngettext("%d effort", "%d efforts", numbers[2]),
    ]
    parts = [word % number for word, number in zip(words, numbers, strict=True) if number]
    return " · ".join(parts) or _t("Nothing posted yet")


def newest(
    *lists: tuple[ContributionQuerySet, int],
    relations: tuple[at_once.Relation, ...] = at_once.CARD,
) -> list[Contribution]:  # fmt: skip
    """The newest of each list, at most so many of each, newest first. One query."""
    wanted = Q()
    for listed, limit in lists:
        wanted |= Q(pk__in=listed.newest_first().values("pk")[:limit])
    return at_once.load(Contribution.objects.filter(wanted).newest_first(), *relations)


def failures_first(found: list[Contribution]) -> list[Contribution]:
    """Of these, the lessons of what did not work, before those of challenges."""
    lessons = [item for item in found if item.kind == Contribution.Kind.LESSON]
    return sorted(lessons, key=lambda item: FAILURES.index(item.lesson.lesson_type))


def waiting(user: User) -> list[Todo]:
    """What waits for the person: own texts, and for those who decide the queues.

    One query for members, up to four more by role.
    """
    own = Contribution.objects.written_by(user).aggregate(
        drafts=Count("pk", filter=Q(open_state=Revision.State.DRAFT)),
        returned=Count("pk", filter=Q(open_state=Revision.State.CHANGES_REQUESTED)),
    )
    mine = reverse("contributions:mine")
    returned = ngettext("%d text came back to you", "%d texts came back to you", own["returned"])
    drafts = ngettext("%d draft of yours", "%d drafts of yours", own["drafts"])
    found = [(own["returned"], returned, mine), (own["drafts"], drafts, mine)]
    if user.is_reviewer:
        found.append(_review_queue(user))
    if user.is_coordinator:
        found += _coordinators_queues()
    return todo.of(user) + [Todo(text % number, url) for number, text, url in found if number]


def _review_queue(user: User) -> tuple[int, str, str]:
    number = (
        Contribution.objects.filter(open_state__in=Revision.WAITING_STATES)
        .exclude(owner=user)
        .count()
    )
    text = ngettext("%d text waits for review", "%d texts wait for review", number)
    return number, text, reverse("admin:contributions_revision_changelist")


def _coordinators_queues() -> list[tuple[int, str, str]]:
    asked = JoinRequest.objects.pending().count()
    proposed = Concept.objects.proposed().count()
    return [
        (
            asked,
            ngettext("%d person asks to join", "%d people ask to join", asked),
            reverse("admin:accounts_joinrequest_changelist"),
        ),
        (
            proposed,
            ngettext("%d tag is proposed", "%d tags are proposed", proposed),
            reverse("admin:vocabulary_concept_changelist") + "?status__exact=proposed",
        ),
    ]
