"""`/healthz` tells a monitor what is well, and never falls over itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from copkb import health

pytestmark = pytest.mark.django_db


def queue(*, waited: timedelta, run_after: Any = None, **fields: Any) -> None:
    """Put a job into the queue that was enqueued this long ago."""
    job = DBTaskResult.objects.create(
        task_path="contributions.tasks.mail_notification",
        args_kwargs={"args": [], "kwargs": {}},
        backend_name="default",
        run_after=run_after or get_date_max(),
        exception_class_path="",
        traceback="",
        **fields,
    )
    DBTaskResult.objects.filter(pk=job.pk).update(enqueued_at=timezone.now() - waited)


def test_all_is_well(visitor: Client) -> None:
    response = visitor.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {
        "ok": True,
        "database": {"ok": True},
        "migrations": {"ok": True, "unapplied": 0},
        "tasks": {"ok": True, "waiting": 0, "failed": 0, "oldest_waiting_seconds": 0},
    }
    assert "no-store" in response["Cache-Control"]


def test_no_database(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("password of the server: secret")

    monkeypatch.setattr(connection, "cursor", refuse)

    response = visitor.get("/healthz")

    assert response.status_code == 503
    assert response.json() == {"ok": False, "database": {"ok": False}}


def test_a_migration_that_was_not_run(visitor: Client) -> None:
    MigrationRecorder(connection).record_unapplied("discussion", "0001_initial")
    last = MigrationRecorder(connection).migration_qs.filter(app="discussion").last()
    if last is not None:
        MigrationRecorder(connection).record_unapplied("discussion", last.name)

    response = visitor.get("/healthz")

    assert response.status_code == 503
    assert response.json()["migrations"]["ok"] is False
    assert response.json()["migrations"]["unapplied"] >= 1
    assert response.json()["tasks"] == {"ok": False}


def test_jobs_that_wait_a_little_are_no_reason_to_worry(visitor: Client) -> None:
    queue(waited=timedelta(minutes=2))
    queue(waited=timedelta(minutes=1))

    response = visitor.get("/healthz")

    assert response.status_code == 200
    tasks = response.json()["tasks"]
    assert (tasks["waiting"], tasks["failed"]) == (2, 0)
    assert 120 <= tasks["oldest_waiting_seconds"] < 150


def test_a_job_nobody_takes_means_that_no_worker_runs(visitor: Client) -> None:
    queue(waited=timedelta(seconds=health.LONGEST_WAIT_SECONDS + 5))

    response = visitor.get("/healthz")

    assert response.status_code == 503
    assert response.json()["tasks"]["ok"] is False


def test_a_job_for_later_waits_from_its_hour_on(visitor: Client) -> None:
    day = timedelta(days=1)
    queue(waited=day, run_after=timezone.now() + day)
    queue(waited=day, run_after=timezone.now() - timedelta(seconds=30))

    response = visitor.get("/healthz")

    assert response.status_code == 200
    tasks = response.json()["tasks"]
    assert tasks["waiting"] == 1
    assert 30 <= tasks["oldest_waiting_seconds"] < 60


def test_failed_jobs_are_counted(visitor: Client) -> None:
    queue(
        waited=timedelta(days=1),
        status=TaskResultStatus.FAILED,
        started_at=timezone.now(),
        finished_at=timezone.now(),
    )

    response = visitor.get("/healthz")

    assert response.status_code == 200
    assert response.json()["tasks"]["failed"] == 1


def test_methods(visitor: Client) -> None:
    assert visitor.head("/healthz").status_code == 200
    assert visitor.post("/healthz").status_code == 405
