"""Reviewers and what they do, for tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from accounts.models import User
from contributions.models import Revision
from review import assigning, scoring
from review.models import Assessment, Assignment, ReviewerProfile, Score
from tests.factories.accounts import UserFactory


def reviewer(name: str = "", *, role: str = "reviewer", **profile: Any) -> User:
    """A reviewer; with words about languages, objectives, countries or conflicts, a profile."""
    person = UserFactory(role=role, **({"name": name} if name else {}))
    if profile:
        describe(person, **profile)
    return person


def describe(
    person: User,
    *,
    objectives: tuple[int, ...] = (),
    countries: tuple[str, ...] = (),
    conflict_countries: tuple[str, ...] = (),
    **fields: Any,
) -> ReviewerProfile:
    made = ReviewerProfile.objects.create(user=person, **fields)
    made.objectives.set(objectives)
    made.countries.set(countries)
    made.conflict_countries.set(conflict_countries)
    return made


def assigned(revision: Revision, to: User, *, by: User, due_on: date | None = None) -> Assignment:
    """An open review; `due_on` may be past, as it becomes when nobody reviews."""
    made = assigning.assign(revision, to, by=by, due_on=due_on or assigning.due_date())
    made.refresh_from_db()
    return made


def scored(
    revision: Revision, by: User, *, points: int | dict[str, int] = 3, finish: bool = True
) -> Assessment:
    """A score sheet with a reason for each criterion."""
    names = Score.Criterion.values
    given = points if isinstance(points, dict) else dict.fromkeys(names, points)
    sheet = scoring.Sheet(
        points={name: given.get(name, 3) for name in names},
        reasons={name: f"Why {name}." for name in names},
    )
    done = Assessment.objects.filter(revision=revision, reviewer=by).first()
    edition = done.edition if done else 0
    return scoring.save(revision, sheet, by=by, lock=revision.lock, edition=edition, finish=finish)
