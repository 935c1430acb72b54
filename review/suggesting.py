"""Who should review a text: ranked by what they know and how much they have to do, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext

from accounts.models import User
from accounts.roles import COORDINATOR, REVIEWER
from contributions.models import Revision
from countries.models import Country
from review.models import ReviewerProfile

# What each fit counts; an open review weighs as much as half a language.
_LANGUAGE, _MAIN_OBJECTIVE, _OBJECTIVE, _COUNTRY, _REGION, _OPEN = 4.0, 3.0, 1.0, 2.0, 1.0, 1.0
_AWAY, _OWN_COUNTRY, _OTHER_LANGUAGE = -6.0, -5.0, -4.0


@dataclass(frozen=True)
class Suggestion:
    """A reviewer and why they fit or do not. `barred` says why they cannot be asked at all."""

    reviewer: User
    fit: float
    load: int
    reasons: list[str]
    barred: str = ""


def reviewers() -> QuerySet[User]:
    """All who can review, each with `open_reviews`: how many they have to do."""
    waiting = Q(
        assignments__ended_at=None, assignments__revision__state__in=Revision.WAITING_STATES
    )
    return (
        User.objects.with_role(REVIEWER, COORDINATOR)
        .select_related("country")
        .annotate(open_reviews=Count("assignments", filter=waiting, distinct=True))
        .order_by("open_reviews", "name", "pk")
    )


def for_revision(revision: Revision, today: date) -> list[Suggestion]:
    """All reviewers but the authors, the fittest first, those who cannot last.

    Seven queries whatever the number of reviewers. Prefetch contribution.co_authors.
    """
    people = (
        reviewers()
        .select_related("reviewer_profile")
        .prefetch_related(
            "reviewer_profile__objectives",
            "reviewer_profile__countries",
            "reviewer_profile__conflict_countries",
        )
    )
    authors = {revision.author_id, revision.contribution.owner_id}
    authors |= {person.pk for person in revision.contribution.co_authors.all()}
    written = list(revision.content.get("countries") or [])
    countries = list(Country.objects.filter(pk__in=written))
    found = [
        _suggestion(person, revision, countries, today)
        for person in people
        if person.pk not in authors
    ]
    return sorted(found, key=lambda s: (bool(s.barred), -s.fit, s.load, s.reviewer.pk))


def _suggestion(
    person: User, revision: Revision, countries: list[Country], today: date
) -> Suggestion:
    profile: ReviewerProfile | None = getattr(person, "reviewer_profile", None)
    load: int = person.open_reviews  # type: ignore[attr-defined]  # annotated above
    if profile and (what := profile.conflict_with(revision)):
        why = _t("Conflict of interest declared: %s.") % what
        return Suggestion(person, 0, load, [why], why)
    parts = [
        *_by_language(profile, revision),
        *_by_objective(profile, revision),
        *_by_country(person, profile, countries),
        *_by_time(profile, load, today),
    ]
    return Suggestion(person, sum(fit for fit, _w in parts), load, [w for _f, w in parts])


Part = tuple[float, str]


def _by_language(profile: ReviewerProfile | None, revision: Revision) -> list[Part]:
    name = dict(settings.CONTENT_LANGUAGES).get(revision.language, revision.language)
    if profile is None or not profile.languages:
        return [(0, _t("has not said which languages they read"))]
    if revision.language in profile.languages:
        return [(_LANGUAGE, _t("reads %s") % name)]
    return [(_OTHER_LANGUAGE, _t("does not read %s") % name)]


def _by_objective(profile: ReviewerProfile | None, revision: Revision) -> list[Part]:
    known = {str(row.pk): row.short_label() for row in profile.objectives.all()} if profile else {}
    main = str(revision.content.get("primary_objective") or "")
    if main in known:
        return [(_MAIN_OBJECTIVE, _t("knows the main objective, %s") % known[main])]
    also = [known[n] for n in map(str, revision.content.get("objectives") or []) if n in known]
    return [(_OBJECTIVE, _t("knows an objective it also serves, %s") % also[0])] if also else []


def _by_country(
    person: User, profile: ReviewerProfile | None, countries: list[Country]
) -> list[Part]:
    if [country.pk for country in countries] == [person.country_id]:
        return [(_OWN_COUNTRY, _t("it is about their own country only"))]
    known = {country.pk: country for country in profile.countries.all()} if profile else {}
    if person.country:
        known[person.country.pk] = person.country
    same = [country.label() for country in countries if country.pk in known]
    if same:
        return [(_COUNTRY, _t("knows %s") % ", ".join(same))]
    regions = {country.region_id for country in known.values()}
    if any(country.region_id in regions for country in countries):
        return [(_REGION, _t("knows the region"))]
    return []


def _by_time(profile: ReviewerProfile | None, load: int, today: date) -> list[Part]:
    words = ngettext("%d open review", "%d open reviews", load) % load if load else ""
    found = [(-_OPEN * load, words or _t("no open review"))]
    if profile and profile.away_until and profile.away_until > today:
        found.append((_AWAY, _t("takes no new reviews for now")))
    return found
