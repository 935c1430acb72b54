"""The database that tests run on: DATABASE_URL, or the local cluster, started when needed."""

from pathlib import Path

import pytest
from django.conf import settings

from copkb import postgres
from copkb.translations import compile_catalogues


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Start the local cluster before pytest-django makes its test database there."""
    postgres.start_if_local(settings.DATABASES["default"], settings.DATA_DIR)


def pytest_configure() -> None:
    """Compile the catalogues: they are not kept in git."""
    compile_catalogues(Path(settings.BASE_DIR) / "locale")
