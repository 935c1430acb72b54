"""One timer does everything that time brings about: nothing that waits for it is left out."""

from __future__ import annotations

import re
from datetime import timedelta
from importlib import import_module
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from contributions import digests
from contributions.models import Notification
from copkb.management.commands.send_digests import COLLECTORS, PURGES
from search.models import LoggedQuery
from tests.factories.contributions import published, sent
from tests.factories.following import saved_search
from tests.factories.review import assigned, reviewer
from tests.test_house import ROOMS

DAY = timedelta(days=1)
# What such a function looks like: it is given the time and returns how much it did.
_STEP = re.compile(r"^def ([a-z]\w*)\(now: (?:datetime\.)?datetime\) -> int:", re.M)


def run(after: timedelta) -> None:
    with time_machine.travel(timezone.now() + after, tick=False):
        call_command("send_digests", stdout=StringIO())


def told(user: User) -> list[tuple[str, str]]:
    lines = Notification.objects.filter(recipient=user).order_by("pk")
    return list(lines.values_list("topic", "variant"))


def test_the_timer_calls_every_function_that_waits_for_it() -> None:
    root = Path(settings.BASE_DIR)
    waiting = {
        getattr(import_module(".".join(path.relative_to(root).with_suffix("").parts)), name)
        for room in ROOMS
        for path in (root / room).rglob("*.py")
        for name in _STEP.findall(path.read_text(encoding="utf-8"))
    }

    assert waiting == {*COLLECTORS, *PURGES, digests.send_due}


@pytest.mark.django_db
def test_it_tells_of_reviews_that_are_due_and_overdue(coordinator: User) -> None:
    judge = reviewer()
    assigned(sent(), judge, by=coordinator)
    Notification.objects.all().delete()

    run(13 * DAY)
    assert told(judge) == [("assigned", "soon")]
    run(15 * DAY)
    assert told(judge)[1:] == told(coordinator) == [("overdue", "")]


@pytest.mark.django_db
def test_it_tells_of_news_in_saved_searches(member: User) -> None:
    saved_search(member, "q=hotline", alert="daily")
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        published(title="A hotline")

    run(2 * DAY)

    assert told(member) == [("alert", "")]


@pytest.mark.django_db
def test_it_forgets_what_was_searched_for_after_thirteen_months() -> None:
    today = timezone.localdate()
    for words, age in (("old", 400), ("new", 300)):
        LoggedQuery.objects.create(
            pk=uuid4(), words=words, folded=words, results=0, day=today - age * DAY
        )

    run(timedelta())

    assert [line.folded for line in LoggedQuery.objects.all()] == ["new"]
