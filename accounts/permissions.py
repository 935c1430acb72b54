"""May they? Questions about people, countries and the ways in."""

from __future__ import annotations

from typing import TypeAlias

from django.contrib.auth.models import AnonymousUser

from accounts.models import Invitation, User
from countries.models import Country

Person: TypeAlias = User | AnonymousUser


def signed_in(person: Person) -> User | None:
    """The active member behind a request, or None for a visitor."""
    return person if isinstance(person, User) and person.is_active else None


def is_coordinator(person: Person) -> bool:
    user = signed_in(person)
    return user is not None and user.is_coordinator


def speaks_for(person: Person, country: Country | str) -> bool:
    """Focal point of this country (`country` may be the ISO code)."""
    user = signed_in(person)
    code = country if isinstance(country, str) else country.pk
    return user is not None and code in user.focal_countries


def can_edit_country_profile(person: Person, country: Country) -> bool:
    return is_coordinator(person) or speaks_for(person, country)


def can_decide_join_requests(person: Person) -> bool:
    return is_coordinator(person)


def can_invite(person: Person) -> bool:
    user = signed_in(person)
    return user is not None and (user.is_coordinator or user.is_focal_point)


def invitable_roles(person: Person) -> list[str]:
    """Roles this person may hand out by invitation."""
    if is_coordinator(person):
        return list(Invitation.Role.values)
    if can_invite(person):
        return [Invitation.Role.MEMBER.value, Invitation.Role.FOCAL_POINT.value]
    return []


def can_invite_as(person: Person, role: str, country: Country | None) -> bool:
    """A focal point invites members and focal points, for the own country only."""
    if role not in invitable_roles(person):
        return False
    return is_coordinator(person) or (country is not None and speaks_for(person, country))
