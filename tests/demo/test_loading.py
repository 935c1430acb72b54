"""Loading the workshop's content and the demo accounts."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from calls.models import Call
from contributions import drafts, workflow
from contributions.models import Contribution, Notification
from copkb.demo import loader
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

# Matters that stay with members until their focal point confirms (and one remark of Lao PDR).
FOR_MEMBERS = {
    "practice:NE-tot-prosecutors-judges", "effort:NE-tot-prosecutors-judges",
    "lesson:child-recruitment", "challenge:child-recruitment",
    "effort:KG-programme-against-tip", "lesson:coordination-lacking",
    "challenge:coordination-gaps",
    "lesson:first-policy-with-support", "challenge:no-law-or-policy-on-som",
    "practice:MA-whatsapp-after-training", "lesson:whatsapp-after-training",
    "lesson:need-to-improve-assistance",
}  # fmt: skip


def load_demo() -> str:
    out = StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


@pytest.fixture
def some_content(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Loading a few entries of each file is enough for how loading behaves."""
    entries = loader._entries()
    few = [e for e in entries if e["source_key"] in FOR_MEMBERS or "MA-" in e["source_key"]]
    monkeypatch.setattr(loader, "_entries", lambda: [dict(e) for e in few])
    return [e["source_key"] for e in few]


def test_everything_is_published_with_its_source_and_stays_for_members_where_it_must() -> None:
    loader.load_content()

    found = Contribution.objects.published()
    count = {kind: found.of_kind(kind).count() for kind in ("practice", "lesson", "effort")}
    assert count["practice"] >= 26
    assert count["lesson"] >= 20
    assert count["effort"] >= 20
    assert not found.filter(source_key=None).exists()
    assert not found.filter(source_text="").exists()
    members = found.exclude(visibility="public").values_list("source_key", flat=True)
    assert set(members) == FOR_MEMBERS
    without = found.filter(objective_links=None).values_list("source_key", flat=True)
    assert list(without) == ["practice:INT-mobile-applications"]
    assert found.filter(doubtful=True).count() > 20
    assert not found.filter(doubtful=True, doubt_note="").exists()
    # Nobody is told of what a report says.
    assert not Notification.objects.exists()
    assert mail.outbox == []


def test_a_second_time_adds_nothing(some_content: list[str]) -> None:
    first, second = load_demo(), load_demo()

    assert f"{len(some_content)} added" in first
    assert f"0 added, 0 renewed, {len(some_content)} kept" in second


def test_what_people_changed_is_kept(some_content: list[str], coordinator: User) -> None:
    load_demo()
    contribution = Contribution.objects.get(source_key="practice:MA-prosecutors-network")
    revision = drafts.revise(contribution, by=coordinator)
    drafts.save(revision, {"title": "As our office tells it"}, by=coordinator, lock=0)
    revision.refresh_from_db()
    workflow.perform("submit", revision, by=coordinator)
    workflow.perform("approve", revision, by=UserFactory(role="coordinator"))

    load_demo()

    contribution.refresh_from_db()
    assert contribution.title == "As our office tells it"
    assert contribution.live is not None
    assert contribution.live.version == 2


def test_a_changed_entry_becomes_a_new_version(
    some_content: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    load_demo()
    changed = loader._entries()
    changed[0]["content"] = changed[0]["content"] | {"title": "Better words"}
    monkeypatch.setattr(loader, "_entries", lambda: changed)

    assert "1 renewed" in load_demo()

    contribution = Contribution.objects.get(source_key=changed[0]["source_key"])
    assert contribution.title == "Better words"
    assert contribution.revisions.approved().count() == 2


@pytest.mark.parametrize("demo", [True, False])
def test_demo_accounts_exist_only_in_demo_mode(
    some_content: list[str], settings: Settings, demo: bool
) -> None:
    settings.DEMO = demo

    load_demo()

    emails = set(User.objects.values_list("email", flat=True))
    assert ({person.email for person in loader.PEOPLE} <= emails) is demo
    assert loader.REPORT_EMAIL in emails


def test_one_call_is_open_in_three_languages_and_its_answer_is_begun(
    some_content: list[str], settings: Settings
) -> None:
    settings.DEMO = True

    assert "Calls: 1 opened." in load_demo()
    assert "Calls: 0 opened." in load_demo()

    call = Call.objects.open().get()
    assert {text.language for text in call.texts.all()} == {"en", "fr", "ar"}
    assert call.themes.count() == 3
    answer = Contribution.objects.get(call_answer__call=call)
    assert (answer.kind, answer.owner.email) == (call.kind, "author@demo.example")
    # A demo that was set up long ago has an open call too.
    with time_machine.travel(call.deadline + timedelta(days=1)):
        load_demo()
        assert Call.objects.open().get() == call


def test_nobody_signs_in_as_the_report(some_content: list[str]) -> None:
    load_demo()

    report = User.objects.get(email=loader.REPORT_EMAIL)

    assert not report.is_active
    assert not report.is_superuser
    assert not report.has_usable_password()
    assert not Client().login(email=loader.REPORT_EMAIL, password=loader.PASSWORD)


def test_the_server_refuses_demo_accounts_on_a_public_host(settings: Settings) -> None:
    settings.DEMO, settings.DEBUG = True, False

    settings.ALLOWED_HOSTS = ["practices.example.org"]
    with pytest.raises(Exception, match="Demo accounts are switched on for a public host"):
        call_command("check")

    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    call_command("check", stdout=StringIO())
