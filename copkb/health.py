"""`GET /healthz`: one machine-readable answer on database, migrations and task queue."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Case, Count, F, Min, When
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_tasks_db.models import DBTaskResult

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
    except DatabaseError:
        return JsonResponse({"ok": False, "database": {"ok": False}}, status=503)
    healthy = bool(migrations["ok"] and tasks["ok"])
    answer = {"ok": healthy, "database": {"ok": True}, "migrations": migrations, "tasks": tasks}
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
