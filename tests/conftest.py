"""The cast of people all tests share, and the reference data loaded once per test database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command, get_commands
from django.test import Client
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import User
from contributions import names
from tests.factories.accounts import UserFactory

REFERENCE_COMMANDS = (
    "load_objectives",
    "load_countries",
    "load_concepts",
    "sync_roles",
)


def pytest_configure(config: pytest.Config) -> None:
    # Whitenoise misses the folder of collected static files, which tests do without.
    config.addinivalue_line("filterwarnings", "ignore:No directory at:UserWarning")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        for command in REFERENCE_COMMANDS:
            if command in get_commands():
                call_command(command, verbosity=0, stdout=_Silence())
        # Else every test that publishes something would make them anew.
        names.refresh()


@pytest.fixture(scope="module")
def reference_data_afterwards(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """For modules whose tests really write and empty all tables when they end: the tests of other
    modules need the reference data."""
    yield
    with django_db_blocker.unblock():
        call_command("load_reference", verbosity=0, stdout=_Silence())


class _Silence:
    """Swallows what a command prints."""

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        return None


@pytest.fixture(autouse=True)
def _rate_limits_start_afresh() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _english_before_each_test() -> None:
    """A request leaves its language active in the thread; the next test must not inherit it."""
    translation.activate("en")


@pytest.fixture
def visitor() -> Client:
    """A browser in which nobody is signed in."""
    return Client()


@pytest.fixture
def as_user() -> Callable[[User], Client]:
    """as_user(member).get("/inbox/"): a browser in which this person is signed in."""

    def browser(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return browser


@pytest.fixture
def member(db: Any) -> User:
    return UserFactory(email="member@example.org", name="Member", function="Trainer")


@pytest.fixture
def author(db: Any) -> User:
    """A member who wrote the thing under test; not the same person as `member`."""
    return UserFactory(email="author@example.org", name="Author", function="Prosecutor")


@pytest.fixture
def reviewer(db: Any) -> User:
    return UserFactory(email="reviewer@example.org", name="Reviewer", role="reviewer")


@pytest.fixture
def coordinator(db: Any) -> User:
    return UserFactory(email="coordinator@example.org", name="Coordinator", role="coordinator")


@pytest.fixture
def focal_point_morocco(db: Any) -> User:
    return UserFactory(email="focal.morocco@example.org", name="Focal point", speaks_for="MA")


@pytest.fixture
def administrator(db: Any) -> User:
    return UserFactory(email="administrator@example.org", name="Admin", role="administrator")
