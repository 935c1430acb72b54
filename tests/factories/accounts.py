"""People for tests. Everybody is a member; `role=` and `speaks_for=` give more."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import factory
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from accounts.models import FocalPoint, Invitation, JoinRequest, User
from contributions.models import Notification, Preference
from countries.models import Country

PASSWORD = "correct horse battery"


@cache
def hashed_password() -> str:
    """Hashing is slow on purpose; once is enough for all people of the tests."""
    return make_password(PASSWORD)


class UserFactory(factory.django.DjangoModelFactory[User]):
    """UserFactory(role="coordinator"), UserFactory(speaks_for="MA").

    Whoever has a role belongs to no country unless one is given: nobody decides alone on the
    record of the own country, and records of tests are Morocco's.
    """

    if TYPE_CHECKING:  # a call makes the model, which factory-boy's own types do not say

        def __new__(cls, **kwargs: Any) -> User: ...  # type: ignore[misc]

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")
    function = "Prosecutor"
    organisation = "Ministry of Justice"
    country = factory.LazyFunction(lambda: country("MA"))
    language = "en"

    @classmethod
    def _generate(cls, strategy: Any, params: dict[str, Any]) -> Any:
        if params.get("role"):
            params.setdefault("country", None)
        return super()._generate(strategy, params)

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        user = User(password=hashed_password(), **kwargs)
        user.save()
        return user

    @factory.post_generation
    def role(self: User, create: bool, extracted: str | None, **kwargs: Any) -> None:
        if extracted:
            self.groups.add(Group.objects.get(name=extracted))

    @factory.post_generation
    def speaks_for(self: User, create: bool, extracted: str | None, **kwargs: Any) -> None:
        if extracted:
            FocalPoint.objects.create(user=self, country_id=extracted)


class JoinRequestFactory(factory.django.DjangoModelFactory[JoinRequest]):
    if TYPE_CHECKING:  # a call makes the model, which factory-boy's own types do not say

        def __new__(cls, **kwargs: Any) -> JoinRequest: ...  # type: ignore[misc]

    class Meta:
        model = JoinRequest

    name = "Judge from Nepal"
    email = factory.Sequence(lambda n: f"asks{n}@example.org")
    organisation = "Supreme Court"
    function = "Judge"
    country = factory.LazyFunction(lambda: country("NP"))
    why = "We try trafficking cases and would like to compare."


class InvitationFactory(factory.django.DjangoModelFactory[Invitation]):
    if TYPE_CHECKING:  # a call makes the model, which factory-boy's own types do not say

        def __new__(cls, **kwargs: Any) -> Invitation: ...  # type: ignore[misc]

    class Meta:
        model = Invitation

    email = factory.Sequence(lambda n: f"invited{n}@example.org")
    invited_by = factory.SubFactory(UserFactory, role="coordinator")


def country(iso2: str) -> Country:
    """A country of the loaded reference data."""
    return Country.objects.get(pk=iso2)


def wants(pace: str, *people: User) -> None:
    """Let these people choose one pace ("now", "daily", "weekly", "never") for all topics."""
    for person in people:
        Preference.objects.choose(person, dict.fromkeys(Notification.Topic.values, pace))
