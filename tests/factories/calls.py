"""Calls for tests, opened through the real workflow."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from calls import workflow
from calls.models import Call, CallText
from countries.models import Country
from objectives.models import Objective


def call(by: User, *, texts: dict[str, str] | None = None, **changes: Any) -> Call:
    """A call that is prepared."""
    countries = changes.pop("countries", [])
    fields = {
        "slug": "first-hours",
        "kind": "practice",
        "deadline": timezone.now() + timedelta(days=30),
        "made_by": by,
    }
    made = Call.objects.create(**fields | changes)
    made.objectives.set(Objective.objects.filter(pk__in=[3, 5]))
    made.countries.set(Country.objects.filter(pk__in=countries))
    for language, title in (
        texts or {"en": "The first hours", "fr": "Les premières heures"}
    ).items():
        CallText.objects.create(call=made, language=language, title=title, body=f"*{title}* now")
    return made


def opened(by: User, **changes: Any) -> Call:
    made = call(by, **changes)
    workflow.open_call(made, by=by)
    made.refresh_from_db()
    return made
