"""`/healthz` tells a monitor what is well, and never falls over itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from accounts.models import Beat, Delivery, User
from contributions.models import Notification
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
        "mails": {
            "ok": True,
            "waiting": 0,
            "oldest_unsent_seconds": 0,
            "last_sent": None,
            "last_timer": None,
        },
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
    assert response.json()["mails"] == {"ok": False}


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


# Mails


def waits(hours: float) -> Delivery:
    """A mail that has waited this long."""
    return Delivery.objects.create(
        address="a@example.org", topic="account", created_at=timezone.now() - timedelta(hours=hours)
    )


def was_sent(hours: float) -> None:
    moment = timezone.now() - timedelta(hours=hours)
    Delivery.objects.create(
        address="b@example.org", topic="digest", state="sent", sent_at=moment, created_at=moment
    )


def ran(hours: float) -> None:
    moment = timezone.now() - timedelta(hours=hours)
    Beat.objects.create(name="digests", began_at=moment, ended_at=moment)


def test_mail_that_waits_while_nothing_leaves_is_told(visitor: Client) -> None:
    was_sent(hours=8)
    waits(hours=7)

    response = visitor.get("/healthz")

    mails = response.json()["mails"]
    assert response.status_code == 503
    assert (mails["ok"], mails["waiting"]) == (False, 1)
    assert 7 * 3600 <= mails["oldest_unsent_seconds"] < 7 * 3600 + 30
    assert mails["last_sent"]


@pytest.mark.parametrize(("waited", "sent"), [(5, None), (7, 1), (100, 1)])
def test_one_refused_mail_among_others_that_leave_is_no_alarm(
    visitor: Client, waited: float, sent: float | None
) -> None:
    waits(hours=waited)
    if sent:
        was_sent(hours=sent)

    assert visitor.get("/healthz").status_code == 200


@pytest.mark.parametrize(("hours", "status"), [(25, 200), (27, 503)])
def test_a_timer_that_runs_no_more_is_told(visitor: Client, hours: float, status: int) -> None:
    ran(hours)

    response = visitor.get("/healthz")

    assert response.status_code == status
    assert response.json()["mails"]["last_timer"]


@pytest.mark.parametrize(("hours", "status"), [(25, 200), (27, 503)])
def test_a_timer_that_never_ran_is_told_when_there_is_news_for_it(
    visitor: Client, member: User, hours: float, status: int
) -> None:
    Notification.objects.create(
        recipient=member, topic="comment", created_at=timezone.now() - timedelta(hours=hours)
    )

    assert visitor.get("/healthz").status_code == status


def test_the_thresholds_are_settings(visitor: Client, settings: Any) -> None:
    waits(hours=2)
    assert visitor.get("/healthz").status_code == 200

    settings.MAIL_LATE_HOURS = 1

    assert visitor.get("/healthz").status_code == 503


def test_coordinators_read_it_on_the_first_page_of_the_administration(
    as_user: Callable[[User], Client], coordinator: User, reviewer: User
) -> None:
    assert "Mails do not leave" not in as_user(coordinator).get("/admin/").content.decode()
    waits(hours=7)

    assert "Mails do not leave: 1 waits." in as_user(coordinator).get("/admin/").content.decode()
    assert "Mails do not leave" not in as_user(reviewer).get("/admin/").content.decode()
