"""Asking to join, and what a coordinator does with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts import membership
from accounts.models import JoinRequest, User
from tests.factories.accounts import JoinRequestFactory, UserFactory

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]

ANSWERS = {
    "name": "Judge from Nepal",
    "email": "Judge@Example.org",
    "organisation": "Supreme Court",
    "function": "Judge",
    "country": "NP",
    "role": "member",
    "why": "We try trafficking cases and would like to compare.",
    "website": "",
}


def ask(browser: Client, **changes: str) -> int:
    return browser.post("/join/", {**ANSWERS, **changes}).status_code


def test_the_page_is_open_to_visitors(visitor: Client) -> None:
    page = visitor.get("/join/").content.decode()

    assert "<h1>Ask to join</h1>" in page
    assert "Lao People’s Democratic Republic" in page


def test_a_request_waits_for_a_coordinator_and_tells_all_of_them(
    visitor: Client, coordinator: User
) -> None:
    response = visitor.post("/join/", ANSWERS, follow=True)

    assert response.redirect_chain == [("/join/thanks/", 302)]
    kept = JoinRequest.objects.get()
    assert (kept.email, kept.state, kept.country_id) == ("judge@example.org", "pending", "NP")
    assert [sent.to for sent in mail.outbox] == [["coordinator@example.org"]]
    assert "Judge from Nepal (Judge, Supreme Court, Nepal) asks to join." in mail.outbox[0].body


def test_the_answer_does_not_tell_whether_the_address_is_a_members(
    visitor: Client, member: User
) -> None:
    stranger = visitor.post("/join/", ANSWERS)
    known = visitor.post("/join/", {**ANSWERS, "email": "MEMBER@example.org"})

    assert (stranger.status_code, stranger["Location"]) == (known.status_code, known["Location"])
    assert JoinRequest.objects.count() == 1
    assert [sent.to for sent in mail.outbox] == [["member@example.org"]]
    assert mail.outbox[0].subject == "You are a member already"


def test_asking_twice_keeps_one_request(visitor: Client) -> None:
    ask(visitor)

    assert ask(visitor, email="JUDGE@example.org", name="Other name") == 302
    assert [kept.name for kept in JoinRequest.objects.all()] == ["Judge from Nepal"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "This field is required."),
        ("name", "n" * 121, "at most 120 characters"),
        ("name", "a\x00b", "Null characters are not allowed."),
        ("email", "nobody", "Enter a valid email address."),
        ("country", "XX", "Select a valid choice."),
        ("country", "", "This field is required."),
        ("role", "administrator", "Select a valid choice."),
        ("why", "w" * 2001, "at most 2000 characters"),
        ("why", "", "This field is required."),
    ],
)
def test_bad_answers_are_named_and_the_rest_is_kept(
    visitor: Client, field: str, value: str, message: str
) -> None:
    response = visitor.post("/join/", {**ANSWERS, field: value})

    page = response.content.decode()
    assert response.status_code == 200
    assert message in page
    assert "Supreme Court" in page
    assert not JoinRequest.objects.exists()


def test_text_is_shown_as_text(visitor: Client) -> None:
    page = visitor.post("/join/", {**ANSWERS, "email": "", "name": "<script>x</script>"})

    assert b"<script>x</script>" not in page.content
    assert b"&lt;script&gt;x&lt;/script&gt;" in page.content


def test_a_program_that_fills_in_everything_is_thanked_and_ignored(visitor: Client) -> None:
    assert ask(visitor, website="https://example.org") == 302
    assert not JoinRequest.objects.exists()


def test_many_requests_from_one_network_are_slowed_down(visitor: Client) -> None:
    first_ten = [ask(visitor, email=f"p{n}@example.org") for n in range(10)]

    assert first_ten == [302] * 10
    assert ask(visitor, email="p11@example.org") == 429
    assert JoinRequest.objects.count() == 10


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(visitor: Client, method: str) -> None:
    assert getattr(visitor, method)("/join/").status_code == 405
    assert visitor.post("/join/thanks/").status_code == 405


def test_a_member_is_led_to_the_own_profile(as_user: AsUser, member: User) -> None:
    assert as_user(member).get("/join/")["Location"] == "/profile/"


def test_approval_makes_a_member_and_mails_the_way_in(coordinator: User) -> None:
    asked = JoinRequestFactory(email="judge@example.org", language="fr")

    user = membership.approve(asked, by=coordinator)

    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("approved", coordinator)
    assert (user.email, user.function, user.language) == ("judge@example.org", "Judge", "fr")
    assert user.is_member
    assert not user.has_usable_password()
    assert user.emailaddress_set.get().verified
    assert "/accounts/login/code/" in mail.outbox[0].body
    assert mail.outbox[0].to == ["judge@example.org"]


def test_approval_gives_the_focal_point_role_asked_for(coordinator: User) -> None:
    user = membership.approve(JoinRequestFactory(role="focal_point"), by=coordinator)

    assert user.focal_countries == {"NP"}


def test_a_coordinator_may_admit_as_a_member_only(coordinator: User) -> None:
    asked = JoinRequestFactory(role="focal_point")

    user = membership.approve(asked, by=coordinator, role="member")

    assert user.focal_countries == frozenset()


def test_declining_mails_the_reason(coordinator: User) -> None:
    asked = JoinRequestFactory()

    membership.decline(
        asked, by=coordinator, reason="Please use your official address & ask again."
    )

    asked.refresh_from_db()
    assert asked.state == "declined"
    assert "Please use your official address & ask again." in mail.outbox[0].body
    assert "address &amp; ask" in str(mail.outbox[0].alternatives[0][0])
    assert not User.objects.filter(email=asked.email).exists()


def test_declining_without_a_reason_is_refused(coordinator: User) -> None:
    asked = JoinRequestFactory()

    with pytest.raises(ValidationError):
        membership.decline(asked, by=coordinator, reason="  ")

    asked.refresh_from_db()
    assert asked.is_pending


def test_a_decided_request_stays_decided(coordinator: User) -> None:
    asked = JoinRequestFactory()
    membership.approve(asked, by=coordinator)

    with pytest.raises(membership.AlreadyDoneError):
        membership.decline(asked, by=coordinator, reason="Changed my mind.")


def test_only_coordinators_decide(member: User, reviewer: User, focal_point_morocco: User) -> None:
    asked = JoinRequestFactory()

    for person in (member, reviewer, focal_point_morocco):
        with pytest.raises(PermissionDenied):
            membership.approve(asked, by=person)


def test_a_deactivated_person_does_not_come_back_by_asking(coordinator: User) -> None:
    UserFactory(email="gone@example.org", is_active=False)

    with pytest.raises(ValidationError):
        membership.approve(JoinRequestFactory(email="gone@example.org"), by=coordinator)


def test_the_admin_queue_shows_the_longest_waiting_first(
    as_user: AsUser, coordinator: User
) -> None:
    JoinRequestFactory(name="Second", created_at=timezone.now())
    JoinRequestFactory(name="First", created_at=timezone.now() - timezone.timedelta(days=3))

    page = as_user(coordinator).get("/admin/accounts/joinrequest/").content.decode()

    assert page.index("First") < page.index("Second")


def test_the_admin_page_approves(as_user: AsUser, coordinator: User) -> None:
    asked = JoinRequestFactory(email="judge@example.org")
    browser = as_user(coordinator)

    page = browser.get(f"/admin/accounts/joinrequest/{asked.pk}/change/")
    answer = browser.post(
        f"/admin/accounts/joinrequest/{asked.pk}/change/", {"answer": "approve", "role": "member"}
    )

    assert "would like to compare" in page.content.decode()
    assert answer.status_code == 302
    assert User.objects.filter(email="judge@example.org").exists()


def test_the_admin_page_wants_a_reason_for_no(as_user: AsUser, coordinator: User) -> None:
    asked = JoinRequestFactory()

    page = as_user(coordinator).post(
        f"/admin/accounts/joinrequest/{asked.pk}/change/", {"answer": "decline", "reason": " "}
    )

    assert "Write the reason" in page.content.decode()
    asked.refresh_from_db()
    assert asked.is_pending


def test_the_second_of_two_coordinators_is_told(as_user: AsUser, coordinator: User) -> None:
    asked = JoinRequestFactory()
    membership.approve(asked, by=coordinator)

    page = as_user(coordinator).post(
        f"/admin/accounts/joinrequest/{asked.pk}/change/", {"answer": "approve"}, follow=True
    )

    assert "Somebody has decided this request already." in page.content.decode()


@pytest.mark.parametrize("who", ["member", "reviewer", "focal_point_morocco"])
def test_others_do_not_get_into_the_queue(
    as_user: AsUser, who: str, request: pytest.FixtureRequest
) -> None:
    asked = JoinRequestFactory()
    browser = as_user(request.getfixturevalue(who))

    page = f"/admin/accounts/joinrequest/{asked.pk}/change/"

    assert browser.get(page).status_code in {302, 403}
    assert browser.post(page, {"answer": "approve"}).status_code in {302, 403}
    asked.refresh_from_db()
    assert asked.is_pending


def test_an_unknown_request_is_not_found(as_user: AsUser, coordinator: User) -> None:
    browser = as_user(coordinator)

    assert browser.get("/admin/accounts/joinrequest/999/change/").status_code == 404
    assert browser.get("/admin/accounts/joinrequest/x/change/").status_code == 404


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "approved"},
        {"state": "declined", "reason": ""},
        {"decided_at": timezone.now()},
    ],
)
def test_the_database_holds_decisions_whole(broken: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        JoinRequestFactory(**broken)


def test_the_database_keeps_one_waiting_request_per_address() -> None:
    JoinRequestFactory(email="judge@example.org")

    with pytest.raises(IntegrityError, match="join_request_one_waiting"), transaction.atomic():
        JoinRequestFactory(email="JUDGE@example.org")
