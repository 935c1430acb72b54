"""The database that tests run on: DATABASE_URL, or the local cluster, started when needed."""

import pytest
from django.conf import settings

from copkb import postgres


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Start the local cluster before pytest-django makes its test database there."""
    postgres.start_if_local(settings.DATABASES["default"], settings.DATA_DIR)
