"""`GET /healthz`: one machine-readable answer on database, migrations, task queue and mails."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Case, Count, F, Max, Min, When
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_tasks_db.models import DBTaskResult

from accounts.models import Beat, Delivery
from contributions import digests
from contributions.models import Notification

# A job that has waited this long means that no worker runs.
LONGEST_WAIT_SECONDS = 15 * 60


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when all is well, else 503; says what, never why: the log has the details."""
    try:
        migrations = _migrations()
        tasks = _tasks() if migrations["ok"] else {"ok": False}
        mails = mail_state() if migrations["ok"] else {"ok": False}
    except DatabaseError:
        return JsonResponse({"ok": False, "database": {"ok": False}}, status=503)
    parts = {"migrations": migrations, "tasks": tasks, "mails": mails}
    healthy = all(part["ok"] for part in parts.values())
    answer = {"ok": healthy, "database": {"ok": True}, **parts}
    return JsonResponse(answer, status=200 if healthy else 503)


def _migrations() -> dict[str, object]:
    executor = MigrationExecutor(connection)
    unapplied = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return {"ok": unapplied == 0, "unapplied": unapplied}


def _tasks() -> dict[str, object]:
    """Failed jobs are counted, not held against us: people look at them in their own time."""
    now = timezone.now()
    # A job to be done at once has a run_after in the year 9999, a delayed one its due time.
    due = Case(When(run_after__lte=now, then=F("run_after")), default=F("enqueued_at"))
    waiting = DBTaskResult.objects.ready().aggregate(count=Count("pk"), since=Min(due))
    oldest = int((now - waiting["since"]).total_seconds()) if waiting["since"] else 0
    return {
        "ok": oldest <= LONGEST_WAIT_SECONDS,
        "waiting": waiting["count"],
        "failed": DBTaskResult.objects.failed().count(),
        "oldest_waiting_seconds": oldest,
    }


def mail_state() -> dict[str, object]:
    """Whether mails leave. Three queries.

    A single mail that another server keeps refusing is no alarm; mail that waits long while
    nothing at all has left since, or a timer that ran once and runs no more, is. So is a timer
    that never ran where there is news for it.
    """
    now = timezone.now()
    queue = Delivery.objects.waiting().aggregate(count=Count("pk"), oldest=Min("created_at"))
    oldest = queue["oldest"]
    last_sent = Delivery.objects.aggregate(last=Max("sent_at"))["last"]
    beat = Beat.objects.filter(name="digests").first()
    late = timedelta(hours=settings.MAIL_LATE_HOURS)
    silent = timedelta(hours=settings.MAIL_TIMER_HOURS)
    stuck = oldest is not None and now - oldest > late and (last_sent is None or last_sent < oldest)
    if beat is not None:
        stopped = now - (beat.ended_at or beat.began_at) > silent
    else:
        stopped = Notification.objects.unread().filter(
            mailed_at__isnull=True, created_at__range=(now - digests.OLDEST, now - silent)
        ).exists()  # fmt: skip
    return {
        "ok": not stuck and not stopped,
        "waiting": queue["count"],
        "oldest_unsent_seconds": int((now - oldest).total_seconds()) if oldest else 0,
        "last_sent": _when(last_sent),
        "last_timer": _when(beat.began_at if beat else None),
    }


def _when(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
