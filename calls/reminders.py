"""Reminding of deadlines: a week and a day before, those who began and did not send, and the
focal points of the call's countries from whom nothing came."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from accounts.models import User
from calls import workflow
from calls.models import Call, Reminder
from contributions.models import Revision

AHEAD: Final = (
    (Reminder.Stage.DAY, timedelta(days=1)),
    (Reminder.Stage.WEEK, timedelta(days=7)),
)


def remind(now: datetime) -> int:
    """Write the reminders that are due, each once however often it runs; returns how many."""
    return sum(_remind(call, now) for call in Call.objects.open(now).whole())


@transaction.atomic
def _remind(call: Call, now: datetime) -> int:
    """The nearest stage counts: a timer that was down for a week does not remind twice."""
    left = call.deadline - now
    stage = next((stage for stage, ahead in AHEAD if left <= ahead), None)
    if stage is None:
        return 0
    Call.objects.select_for_update().get(pk=call.pk)
    told = set(call.reminders.filter(stage=stage).values_list("person", flat=True))
    people = [person for person in _people(call) if person.pk not in told]
    Reminder.objects.bulk_create(
        Reminder(call=call, person=person, stage=stage) for person in people
    )
    return workflow.tell(call, people, variant=stage)


def _people(call: Call) -> list[User]:
    begun = Revision.objects.editable().filter(contribution__call_answer__call=call)
    writing = User.objects.filter(pk__in=begun.values("author"))
    sent = Revision.objects.filter(
        contribution__call_answer__call=call, submitted_at__isnull=False
    ).values("author")
    countries = [country.pk for country in call.countries.all()]
    focal = User.objects.filter(focal_points__country__in=countries).exclude(pk__in=sent)
    return list((writing | focal).filter(is_active=True).distinct().order_by("pk"))
