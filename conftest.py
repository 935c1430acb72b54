"""The database that tests run on: DATABASE_URL, or the local cluster, started when needed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from copkb import postgres
from copkb.postgres import local
from copkb.translations import compile_catalogues


def pytest_configure() -> None:
    """Compile the catalogues: they are not kept in git."""
    compile_catalogues(Path(settings.BASE_DIR) / "locale")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Start the local cluster before pytest-django makes its test database there.

    Its name carries our pid: two runs at once leave each other alone.
    """
    database = connection.settings_dict
    if postgres.is_local(database, settings.DATA_DIR):
        postgres.ensure_running(settings.DATA_DIR)
        database["TEST"]["NAME"] = f"test_{local.DATABASE}_{os.getpid()}"
        _drop_left_behind()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """End what still has the test database open (a thread that a slow machine left behind), so
    that it can be dropped."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _drop_left_behind() -> None:
    """Drop the test databases of runs that were killed."""
    host = str(local.socket_folder(settings.DATA_DIR))
    with closing(psycopg2.connect(dbname="postgres", user=local.USER, host=host)) as server:
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute(r"SELECT datname FROM pg_database WHERE datname ~ '^test_.*_\d+$'")
            for (name,) in cursor.fetchall():
                try:
                    os.kill(int(name.rpartition("_")[2]), 0)
                except ProcessLookupError:
                    cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                except PermissionError:
                    continue  # another user's run
