"""The audit trail: what is in it, who reads it, that nobody changes it."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.test import Client
from openpyxl import load_workbook

from accounts import membership
from accounts.models import User
from contributions import workflow
from contributions.models import Decision
from copkb import audit
from copkb.models import AuditEntry
from countries.models import Country
from tests.factories.accounts import JoinRequestFactory, UserFactory
from tests.factories.contributions import draft, sent
from tests.factories.vocabulary import concept
from vocabulary.models import Concept

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]
PAGE = "/admin/copkb/auditentry/"


@pytest.fixture(autouse=True)
def begun(db: Any) -> int:
    """Reference data loaded for all tests has entries, too; here only later ones count."""
    last = AuditEntry.objects.order_by("-pk").first()
    return last.pk if last else 0


def entries(begun: int, thing: str) -> list[tuple[str, str, str, str]]:
    """(who, name, action, why) of the entries of a kind, oldest first."""
    found = AuditEntry.objects.filter(pk__gt=begun, thing=thing).order_by("pk")
    return [(audit.who(e), e.name, e.action, e.why) for e in found.select_related("actor")]


# What is in it


def test_every_decision_is_there_and_the_authors_own_steps_are_not(
    begun: int, coordinator: User, author: User
) -> None:
    revision = sent(by=author, title="A network")
    workflow.perform("decline", revision, by=coordinator, note="Not about this crime.")
    workflow.perform("withdraw", draft(by=author), by=author)

    name = f"{revision.contribution.code} A network"
    assert entries(begun, "decision") == [
        ("Author", name, "submit", ""),
        ("Coordinator", name, "decline", "Not about this crime."),
    ]


def form_of(user: User, **changes: Any) -> dict[str, Any]:
    return {
        "name": user.name, "email": user.email, "function": user.function,
        "organisation": user.organisation, "country": user.country_id or "",
        "language": user.language, "is_active": "on", "groups": [],
        "focal_points-TOTAL_FORMS": 0, "focal_points-INITIAL_FORMS": 0,
    } | changes  # fmt: skip


def test_a_role_given_in_the_admin_needs_a_reason(
    begun: int, as_user: AsUser, coordinator: User, member: User
) -> None:
    page = f"/admin/accounts/user/{member.pk}/change/"
    reviewer = Group.objects.get(name="reviewer")
    typed = form_of(member, groups=[reviewer.pk])

    refused = as_user(coordinator).post(page, typed)
    assert "Give the reason." in refused.content.decode()
    assert not member.groups.exists()
    as_user(coordinator).post(page, typed | {"reason": "Reads French."})
    as_user(coordinator).post(page, form_of(member, reason="Has left the service."))

    given = [entry for entry in entries(begun, "role") if entry[1] == "Member"]
    assert given == [
        ("Coordinator", "Member", "added", "Reads French."),
        ("Coordinator", "Member", "removed", "Has left the service."),
    ]
    last = AuditEntry.objects.filter(thing="role").latest("pk")
    assert (last.before, last.after) == ({"role": "reviewer"}, {})
    assert audit.changes(last) == ["role: Reviewer → –"]


def test_focal_points_and_deactivation_need_one_too(
    begun: int, as_user: AsUser, coordinator: User, member: User
) -> None:
    page = f"/admin/accounts/user/{member.pk}/change/"
    more = {"focal_points-TOTAL_FORMS": 1, "focal_points-0-country": "NE",
            "focal_points-0-since": "2026-01-01"}  # fmt: skip

    as_user(coordinator).post(page, form_of(member, **more))
    assert not member.focal_points.exists()
    as_user(coordinator).post(page, form_of(member, reason="Named by Niger.", **more))
    without = form_of(member, reason="Left.", **more)
    del without["is_active"], without["focal_points-0-country"], without["focal_points-0-since"]
    as_user(coordinator).post(page, without | {"focal_points-TOTAL_FORMS": 0})

    assert entries(begun, "focal_point") == [("Coordinator", "Member", "added", "Named by Niger.")]
    assert entries(begun, "person") == [("Coordinator", "Member", "changed", "Left.")]


def test_roles_of_requests_and_invitations_are_there(begun: int, coordinator: User) -> None:
    asked = JoinRequestFactory(role="focal_point")
    membership.approve(asked, by=coordinator)
    refused = JoinRequestFactory()
    membership.decline(refused, by=coordinator, reason="Unknown body.")

    assert entries(begun, "focal_point") == [
        ("Coordinator", "Judge from Nepal", "added", "Request to join")
    ]
    assert [(who, action, why) for who, _n, action, why in entries(begun, "join_request")] == [
        ("Coordinator", "approved", ""), ("Coordinator", "declined", "Unknown body."),
    ]  # fmt: skip


def test_commands_say_which_they_are(begun: int) -> None:
    Group.objects.get(name="reviewer").permissions.clear()

    call_command("sync_roles", stdout=StringIO())

    rights = entries(begun, "rights")
    assert {(who, action) for who, _name, action, why in rights if why} == {
        ("not through the site", "added")
    }
    assert {why for _who, _name, action, why in rights if action == "added"} == {
        "manage.py sync_roles"
    }


def test_concepts_and_country_data_are_there_however_they_are_changed(begun: int) -> None:
    """Also what no save() of a model sees."""
    made = concept("Hotspots", fr="Points chauds")
    Concept.objects.filter(pk=made.pk).update(status="rejected")
    Country.objects.filter(pk="MA").update(takes_part=False)
    Country.objects.get(pk="MA").phases.clear()

    assert [(n, a) for _w, n, a, _y in entries(begun, "concept")] == [
        ("Hotspots", "added"), ("Hotspots", "changed"),
    ]  # fmt: skip
    assert [n for _w, n, _a, _y in entries(begun, "label")] == ["Hotspots", "Points chauds"]
    changed = AuditEntry.objects.get(pk__gt=begun, thing="country")
    assert audit.changes(changed) == ["takes part: Yes → No"]
    renamed = AuditEntry.objects.get(pk__gt=begun, thing="concept", action="changed")
    assert "Accepted → Rejected" in audit.changes(renamed)[0].title()


def test_signing_in_leaves_nothing(begun: int, as_user: AsUser, member: User) -> None:
    as_user(member).get("/")
    member.save()

    assert not AuditEntry.objects.filter(pk__gt=begun).exists()


# Nobody changes it


def test_the_database_refuses_to_change_it(begun: int, coordinator: User) -> None:
    workflow.perform("decline", sent(), by=coordinator, note="No.")

    for change in (
        lambda: AuditEntry.objects.update(why="Yes."),
        lambda: AuditEntry.objects.all().delete(),
        lambda: Decision.objects.update(note="Yes."),
        lambda: Decision.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()

    assert Decision.objects.filter(note="No.").exists()


def test_a_draft_that_nobody_read_can_be_forgotten(author: User) -> None:
    revision = draft(by=author)
    workflow.perform("withdraw", revision, by=author)

    revision.delete()

    assert not Decision.objects.exists()


def test_the_admin_has_no_page_to_change_it(
    as_user: AsUser, administrator: User, coordinator: User
) -> None:
    workflow.perform("decline", sent(), by=coordinator, note="No.")
    entry = AuditEntry.objects.order_by("-pk")[0]
    client = as_user(administrator)

    assert client.get(f"{PAGE}add/").status_code == 403
    assert client.post(f"{PAGE}{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"{PAGE}{entry.pk}/change/", {"why": "Yes."}).status_code == 403


# Reading


def test_coordinators_read_it_and_nobody_else(
    as_user: AsUser, coordinator: User, reviewer: User, focal_point_morocco: User
) -> None:
    for address in (PAGE, f"{PAGE}export/csv/", f"{PAGE}export/xlsx/"):
        assert as_user(coordinator).get(address).status_code == 200
        assert as_user(reviewer).get(address).status_code == 403
        assert as_user(focal_point_morocco).get(address).status_code == 403


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("thing=decision", True), ("thing=concept", False), ("action=decline", True),
        ("q=crime", True), ("q=nothing+like+it", False), ("since=2001-01-01", True),
        ("until=2001-01-01", False), ("since=tomorrow", True), ("actor=none", False),
        ("since=&until=", True),
    ],
)  # fmt: skip
def test_it_is_filtered(as_user: AsUser, coordinator: User, query: str, found: bool) -> None:
    workflow.perform("decline", sent(), by=coordinator, note="Not about this crime.")

    page = as_user(coordinator).get(f"{PAGE}?{query}").content.decode()
    file = as_user(coordinator).get(f"{PAGE}export/csv/?{query}")
    text = b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]

    assert ("Not about this crime." in page) == found
    assert ("Not about this crime." in text) == found


def test_by_whom(as_user: AsUser, coordinator: User) -> None:
    other = UserFactory(role="coordinator", name="Somebody else")
    workflow.perform("decline", sent(), by=coordinator, note="First reason.")
    workflow.perform("decline", sent(), by=other, note="Second reason.")

    html = as_user(coordinator).get(f"{PAGE}?actor={other.pk}").content.decode()

    assert "Second reason." in html
    assert "First reason." not in html


def test_files_hold_no_formulas(as_user: AsUser, coordinator: User) -> None:
    evil = '=HYPERLINK("http://example.org")'
    workflow.perform("decline", sent(), by=coordinator, note=evil)
    client = as_user(coordinator)

    text = b"".join(client.get(f"{PAGE}export/csv/?thing=decision").streaming_content).decode()  # type: ignore[attr-defined]
    book = load_workbook(BytesIO(client.get(f"{PAGE}export/xlsx/?thing=decision").content))

    cells = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    assert f"'{evil}" in cells
    assert evil not in cells
    assert text.startswith("\ufeffWhen,Who,")
    assert ',"=' not in text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_queries(
    as_user: AsUser, coordinator: User, rows: int, django_assert_num_queries: Any
) -> None:
    for _number in range(rows):
        workflow.perform("decline", sent(), by=coordinator, note="No.")
    client = as_user(coordinator)
    client.get(PAGE)

    with django_assert_num_queries(6):
        client.get(f"{PAGE}?thing=decision")
