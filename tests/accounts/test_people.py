"""What each role is and may do; truths about people that the database keeps."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.core.management import call_command
from django.db import IntegrityError, transaction

from accounts import permissions, roles
from accounts.models import FocalPoint, Invitation, User
from countries.models import Country
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

#                       member reviewer coordinator administrator staff
WHO_IS_WHAT = {
    "member": (True, False, False, False, False),
    "focal_point_morocco": (True, False, False, False, True),
    "reviewer": (True, True, False, False, True),
    "coordinator": (True, True, True, False, True),
    "administrator": (True, True, True, True, True),
}


@pytest.mark.parametrize("who", WHO_IS_WHAT)
def test_a_higher_role_includes_the_lower_ones(who: str, request: pytest.FixtureRequest) -> None:
    person: User = request.getfixturevalue(who)

    found = (
        person.is_member,
        person.is_reviewer,
        person.is_coordinator,
        person.is_administrator,
        person.is_staff,
    )

    assert found == WHO_IS_WHAT[who]


@pytest.mark.parametrize("role", ["reviewer", "coordinator", "administrator"])
def test_a_deactivated_person_has_no_role(role: str) -> None:
    person = UserFactory(role=role, speaks_for="MA", is_active=False)

    rights = (person.is_member, person.is_reviewer, person.is_staff, person.is_focal_point)
    assert rights == (False, False, False, False)
    assert permissions.signed_in(person) is None
    assert not permissions.can_invite(person)


def test_roles_and_countries_are_asked_for_once(
    django_assert_num_queries: Callable[..., object],
) -> None:
    person = User.objects.get(pk=UserFactory(role="reviewer", speaks_for="NE").pk)

    with django_assert_num_queries(2):  # type: ignore[attr-defined]
        for _again in range(3):
            assert person.is_reviewer
            assert person.focal_countries == {"NE"}


def test_speaking_for_one_country_is_not_speaking_for_another(focal_point_morocco: User) -> None:
    morocco, egypt = Country.objects.get(pk="MA"), Country.objects.get(pk="EG")

    assert permissions.speaks_for(focal_point_morocco, morocco)
    assert permissions.can_edit_country_profile(focal_point_morocco, morocco)
    assert not permissions.speaks_for(focal_point_morocco, egypt)
    assert not permissions.can_edit_country_profile(focal_point_morocco, egypt)


def test_a_visitor_may_nothing() -> None:
    visitor = AnonymousUser()

    assert not permissions.can_edit_country_profile(visitor, Country.objects.get(pk="MA"))
    assert not permissions.can_decide_join_requests(visitor)
    assert permissions.invitable_roles(visitor) == []
    assert not permissions.can_invite_as(visitor, Invitation.Role.MEMBER, None)


@pytest.mark.parametrize(
    ("function", "country", "shown"),
    [("Judge", "NP", "Judge, Nepal"), ("", "NP", "Member, Nepal"), ("Judge", None, "Judge")],
)
def test_others_see_function_and_country_not_the_name(
    function: str, country: str | None, shown: str
) -> None:
    person = UserFactory(
        name="Secret", function=function, country=Country.objects.filter(pk=country).first()
    )

    assert person.public_function == shown


def test_all_coordinators_can_be_told(coordinator: User, member: User) -> None:
    UserFactory(role="coordinator", is_active=False)

    assert list(User.objects.with_role("coordinator")) == [coordinator]


def test_an_address_is_one_persons_whatever_its_capitals() -> None:
    UserFactory(email="one@example.org")

    with pytest.raises(IntegrityError, match="user_email_unique_any_case"), transaction.atomic():
        UserFactory(email="ONE@example.org")


def test_addresses_are_kept_in_small_letters() -> None:
    assert User.objects.create_user(" Judge@Example.ORG ").email == "judge@example.org"


def test_a_person_needs_an_address() -> None:
    with pytest.raises(ValueError, match="e-mail address"):
        User.objects.create_user("")


def test_nobody_is_focal_point_of_a_country_twice(focal_point_morocco: User) -> None:
    with pytest.raises(IntegrityError, match="focal_point_once"), transaction.atomic():
        FocalPoint.objects.create(user=focal_point_morocco, country_id="MA")


def test_the_superuser_command_makes_an_administrator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a sentence nobody guesses")

    call_command("createsuperuser", email="root@example.org", name="Root", interactive=False)

    person = User.objects.get(email="root@example.org")
    assert person.is_administrator
    assert person.is_staff


def held(group: str) -> set[str]:
    rows = Permission.objects.filter(group__name=group)
    return set(rows.values_list("codename", flat=True))


def test_each_group_holds_exactly_what_the_table_says() -> None:
    known = set(Permission.objects.values_list("content_type__app_label", "codename"))

    for role in roles.ROLES:
        wanted = {
            f"{action}_{name.split('.')[1]}"
            for name, actions in role.permissions.items()
            for action in actions
            if (name.split(".")[0], f"{action}_{name.split('.')[1]}") in known
        }
        assert held(role.name) == wanted


def test_the_table_names_only_models_that_exist() -> None:
    named = {name for role in roles.ROLES for name in role.permissions}
    existing = {model._meta.label_lower for model in apps.get_models()}

    assert named - existing == set()


def test_reviewers_look_and_do_not_change() -> None:
    assert {code for code in held("reviewer") if not code.startswith("view_")} == set()


def test_coordinators_do_not_touch_groups_or_delete_people() -> None:
    assert not {"delete_user", "change_group", "add_group"} & held("coordinator")


def test_syncing_again_changes_nothing() -> None:
    assert roles.sync() == []


def test_syncing_puts_a_group_right_that_was_changed_by_hand() -> None:
    group = Group.objects.get(name="reviewer")
    group.permissions.set(Permission.objects.filter(codename="delete_user"))

    changes = roles.sync()

    assert "reviewer - accounts.delete_user" in changes
    assert "reviewer + countries.view_country" in changes
    assert "delete_user" not in held("reviewer")
