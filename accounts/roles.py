"""Roles above member, as data: which groups exist and what each may do in the admin.

The names on the left are Django's "app.model"; what is not installed yet is passed over, so a new
app needs a line here and one run of `manage.py sync_roles`. What a role may do with one particular
contribution is decided by the `permissions` module of its app, not here. A focal point is no group:
it is a member with a country (`accounts.models.FocalPoint`).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REVIEWER = "reviewer"
COORDINATOR = "coordinator"
ADMINISTRATOR = "administrator"

LOOK = frozenset({"view"})
EDIT = frozenset({"view", "change"})
KEEP = frozenset({"view", "add", "change"})
ALL = frozenset({"view", "add", "change", "delete"})

_REVIEW = {
    "contributions.contribution": LOOK,
    "contributions.revision": LOOK,
    "contributions.decision": LOOK,
    "practices.practice": LOOK,
    "practices.lesson": LOOK,
    "efforts.effort": LOOK,
    "discussion.comment": LOOK,
    "vocabulary.concept": LOOK,
    "vocabulary.conceptlabel": LOOK,
    "objectives.objective": LOOK,
    "objectives.phase": LOOK,
    "countries.country": LOOK,
    "countries.region": LOOK,
}

_COORDINATE = {
    **_REVIEW,
    "contributions.contribution": EDIT,
    "contributions.revision": EDIT,
    "practices.practice": EDIT,
    "practices.lesson": EDIT,
    "efforts.effort": EDIT,
    "discussion.comment": EDIT,
    "vocabulary.concept": ALL,
    "vocabulary.conceptlabel": ALL,
    "search.loggedquery": frozenset({"view", "change", "delete"}),
    "objectives.objective": EDIT,
    "objectives.phase": KEEP,
    "countries.country": EDIT,
    "countries.region": EDIT,
    "countries.phaseparticipation": ALL,
    "accounts.user": KEEP,
    "accounts.focalpoint": ALL,
    "accounts.joinrequest": EDIT,
    "accounts.invitation": ALL,
    "accounts.delivery": LOOK,
    "calls.call": ALL,
    "calls.calltext": ALL,
}

_ADMINISTRATE = {
    **_COORDINATE,
    "contributions.decision": LOOK,
    "contributions.notification": LOOK,
    "contributions.searchdocument": LOOK,
    "objectives.objective": KEEP,
    "countries.country": KEEP,
    "countries.region": KEEP,
    "accounts.joinrequest": ALL,
    "auth.group": LOOK,
    "django_tasks_database.dbtaskresult": LOOK,
}


@dataclass(frozen=True)
class Role:
    name: str
    label: str | Promise
    permissions: dict[str, frozenset[str]]


ROLES: tuple[Role, ...] = (
    Role(REVIEWER, _("Reviewer"), _REVIEW),
    Role(COORDINATOR, _("Coordinator"), _COORDINATE),
    Role(ADMINISTRATOR, _("Administrator"), _ADMINISTRATE),
)


@transaction.atomic
def sync() -> list[str]:
    """Make the groups hold exactly the permissions above; returns one line for each change."""
    known = _known_permissions()
    changes: list[str] = []
    for role in ROLES:
        group, _created = Group.objects.get_or_create(name=role.name)
        wanted = {code for code in _codes(role) if code in known}
        held = {code: pk for code, pk in known.items() if pk in _held_by(group)}
        added, removed = wanted - held.keys(), held.keys() - wanted
        group.permissions.add(*(known[code] for code in added))
        group.permissions.remove(*(known[code] for code in removed))
        changes += [f"{role.name} + {code}" for code in sorted(added)]
        changes += [f"{role.name} - {code}" for code in sorted(removed)]
    return changes


def _codes(role: Role) -> set[str]:
    return {
        f"{app}.{action}_{model}"
        for app_model, actions in role.permissions.items()
        for app, model in [app_model.split(".")]
        for action in actions
    }


def _known_permissions() -> dict[str, int]:
    rows = Permission.objects.values_list("content_type__app_label", "codename", "pk")
    return {f"{app}.{codename}": pk for app, codename, pk in rows}


def _held_by(group: Group) -> set[int]:
    return set(group.permissions.values_list("pk", flat=True))
