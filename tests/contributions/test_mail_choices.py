"""At which pace each topic is mailed: the defaults, the page, and the links that end mails."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Delivery, User
from contributions import notifications, unsubscribing
from contributions.models import Contribution, Notification, Preference
from tests.factories.accounts import UserFactory, wants
from tests.factories.contributions import published

pytestmark = pytest.mark.django_db

AsUser = Callable[[User], Client]
# topic: (members, reviewers and coordinators). Decisions and direct questions at once, the rest in
# one daily mail; coordinators only what waits for them, or what they asked for.
DEFAULTS = {
    "decision": ("now", "now"),
    "question": ("now", "now"),
    "invited": ("now", "now"),
    "hidden": ("now", "now"),
    "assigned": ("now", "now"),
    "waiting": ("daily", "daily"),
    "overdue": ("daily", "daily"),
    "country": ("daily", "daily"),
    "reminder": ("daily", "daily"),
    "alert": ("daily", "daily"),
    "comment": ("daily", "never"),
    "reply": ("daily", "never"),
    "taken_over": ("daily", "never"),
    "tag": ("daily", "never"),
    "endorsed": ("daily", "never"),
    "call": ("daily", "never"),
}


def pace(user: User, topic: str) -> str:
    return str(Preference.objects.paces([user])[user.pk][topic])


def tell(user: User, topic: str, contribution: Contribution | None = None) -> Notification:
    notifications.send([user], Notification.Topic(topic), contribution, text="Words")
    return Notification.objects.latest("pk")


def form_of(browser: Client) -> dict[str, str]:
    """What the page would send back as it stands."""
    answer = browser.get("/profile/mails/")
    assert answer.status_code == 200
    return {field.name: field.value() for field in answer.context["form"]}


# Defaults


@pytest.mark.parametrize("topic", Notification.Topic.values)
def test_the_table_of_defaults(topic: str, member: User, reviewer: User, coordinator: User) -> None:
    for_members, for_reviewers = DEFAULTS[topic]

    assert pace(member, topic) == for_members
    assert pace(reviewer, topic) == for_reviewers
    assert pace(coordinator, topic) == for_reviewers
    assert pace(UserFactory(is_superuser=True), topic) == for_reviewers


@pytest.mark.parametrize(
    ("chosen", "mails"), [("now", 1), ("daily", 0), ("weekly", 0), ("never", 0)]
)
def test_only_what_is_wanted_at_once_is_mailed_at_once(
    member: User, chosen: str, mails: int
) -> None:
    wants(chosen, member)

    tell(member, "comment", published())

    assert [letter.to for letter in mail.outbox if letter.to == [member.email]] == (
        [[member.email]] * mails
    )
    assert Delivery.objects.filter(recipient=member).count() == mails


def test_telling_many_costs_what_telling_one_costs(django_assert_num_queries: Any) -> None:
    people = [UserFactory() for _ in range(3)]

    # Lines; roles and choices of all; nothing to mail.
    with django_assert_num_queries(3):
        notifications.send(people[:1], Notification.Topic.COMMENT, None)
    with django_assert_num_queries(3):
        notifications.send(people, Notification.Topic.COMMENT, None)


# The page


def test_a_choice_is_kept_and_only_what_differs_is_stored(as_user: AsUser, member: User) -> None:
    browser = as_user(member)
    form = form_of(browser)

    answer = browser.post("/profile/mails/", form | {"comment": "weekly", "tag": "never"})

    assert answer["Location"] == "/profile/mails/"
    kept = dict(Preference.objects.filter(user=member).values_list("topic", "pace"))
    assert kept == {"comment": "weekly", "tag": "never"}
    assert form_of(browser)["comment"] == "weekly"
    browser.post("/profile/mails/", form)
    assert not Preference.objects.filter(user=member).exists()


def test_the_choices_of_others_stay(as_user: AsUser, member: User, author: User) -> None:
    wants("never", author)
    browser = as_user(member)

    browser.post("/profile/mails/", form_of(browser) | {"decision": "weekly"})

    assert pace(author, "decision") == "never"


@pytest.mark.parametrize("bad", ["", "hourly", "now\x00"])
def test_a_bad_choice_is_told_beside_it_and_the_others_are_kept_as_chosen(
    as_user: AsUser, member: User, bad: str
) -> None:
    browser = as_user(member)

    answer = browser.post("/profile/mails/", form_of(browser) | {"comment": bad, "tag": "weekly"})

    html = answer.content.decode()
    assert answer.status_code == 200
    assert 'id="id_comment_error"' in html
    assert 'aria-invalid="true"' in html
    assert re.search(r'name="tag".*?value="weekly" selected', html, re.S)
    assert not Preference.objects.filter(user=member).exists()


def test_people_choose_among_what_can_concern_them(
    as_user: AsUser, member: User, reviewer: User, focal_point_morocco: User
) -> None:
    queue = {"waiting", "assigned", "overdue"}

    assert set(form_of(as_user(member))) == set(DEFAULTS) - queue - {"country"}
    assert set(form_of(as_user(focal_point_morocco))) == set(DEFAULTS) - queue
    assert set(form_of(as_user(reviewer))) == set(DEFAULTS) - {"country"}


def test_the_page_is_found_from_the_settings_and_the_inbox(as_user: AsUser, member: User) -> None:
    browser = as_user(member)

    assert 'href="/profile/mails/"' in browser.get("/profile/").content.decode()
    assert 'href="/profile/mails/"' in browser.get("/inbox/").content.decode()


def test_visitors_sign_in_first(visitor: Client) -> None:
    assert visitor.get("/profile/mails/").status_code == 302
    assert visitor.post("/profile/mails/works/").status_code == 302


# One click


def letter_to(user: User, topic: str = "decision") -> mail.EmailMessage:
    mail.outbox.clear()
    tell(user, topic, published())
    (letter,) = [found for found in mail.outbox if found.to == [user.email]]
    return letter


def link_of(letter: mail.EmailMessage) -> str:
    """The path of the link in the header."""
    address = letter.extra_headers["List-Unsubscribe"].strip("<>")
    assert address.startswith("https://community.example/")
    return str(address.removeprefix("https://community.example"))


@pytest.fixture(autouse=True)
def _site(settings: Any) -> None:
    settings.SITE_URL = "https://community.example"


def test_every_mail_of_the_inbox_says_how_to_end_such_mails(member: User) -> None:
    letter = letter_to(member)
    address = f"https://community.example{link_of(letter)}"

    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in str(letter.body)
    assert address in str(letter.alternatives[0][0])  # type: ignore[attr-defined]
    assert "https://community.example/profile/mails/" in str(letter.body)


def test_mail_programs_end_the_mails_by_one_post_without_a_sign_in(member: User) -> None:
    link = link_of(letter_to(member))
    program = Client(enforce_csrf_checks=True)

    answer = program.post(link, {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200  # RFC 8058: no redirect
    assert pace(member, "decision") == "never"
    assert pace(member, "question") == "now"
    assert "decisions on your texts" in answer.content.decode().lower()
    assert member.email not in answer.content.decode()


def test_programs_that_follow_links_change_nothing(visitor: Client, member: User) -> None:
    link = link_of(letter_to(member))

    answer = visitor.get(link)
    visitor.head(link)

    assert answer.status_code == 200
    assert "Turn these mails off" in answer.content.decode()
    assert pace(member, "decision") == "now"


def test_the_page_brings_the_mails_back_at_the_pace_of_before(
    visitor: Client, member: User
) -> None:
    link = unsubscribing.address(member, "digest")
    wants("weekly", member)
    Preference.objects.choose(member, {"tag": "daily", "call": "never"})
    html = visitor.post(link).content.decode()
    assert {pace(member, topic) for topic in DEFAULTS} == {"never"}
    found = re.search(r'name="before" value="([^"]+)"', html)
    assert found

    answer = visitor.post(link, {"before": found[1]})

    assert "You get these mails again" in answer.content.decode()
    assert pace(member, "comment") == "weekly"
    assert pace(member, "tag") == "daily"
    assert pace(member, "call") == "never"


def test_a_second_click_says_so_and_harms_nothing(visitor: Client, member: User) -> None:
    link = unsubscribing.address(member, "comment")
    visitor.post(link)

    answer = visitor.post(link)

    assert answer.status_code == 200
    assert "They were turned off before." in answer.content.decode()
    assert pace(member, "comment") == "never"


def test_ending_the_digest_leaves_what_comes_at_once(visitor: Client, member: User) -> None:
    visitor.post(unsubscribing.address(member, "digest"))

    assert pace(member, "decision") == "now"
    assert pace(member, "comment") == "never"


def test_the_way_back_is_good_for_one_person(visitor: Client, member: User, author: User) -> None:
    before = unsubscribing.remember(author, {"comment": "now"})

    visitor.post(unsubscribing.address(member, "comment"), {"before": before})
    visitor.post(unsubscribing.address(member, "comment"), {"before": "forged"})

    assert pace(member, "comment") == "daily"
    assert pace(author, "comment") == "daily"


@pytest.mark.parametrize("method", ["get", "post"])
def test_links_nobody_signed_lead_nowhere(visitor: Client, member: User, method: str) -> None:
    good = unsubscribing.address(member, "comment")
    other = unsubscribing.remember(member, {"comment": "now"})

    for bad in (good[:-2] + "/", "/mails/off/x/", f"/mails/off/{other}/"):
        assert getattr(visitor, method)(bad).status_code == 404
    assert pace(member, "comment") == "daily"


def test_links_to_unknown_topics_and_of_people_who_left(visitor: Client, member: User) -> None:
    unknown = unsubscribing.address(member, "weather")
    member.is_active = False
    member.save()

    assert visitor.get(unknown).status_code == 404
    assert visitor.get(unsubscribing.address(member, "comment")).status_code == 404
