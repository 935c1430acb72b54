"""Loads the workshop's content and, in demo mode, the people to try the site with.

Idempotent: what is there stays, also what people have changed; an entry of the files that changed
since becomes a new version only where nobody else has touched the contribution.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from accounts.models import FocalPoint, User
from calls import workflow as answering
from calls.models import Call
from contributions import drafts, workflow
from contributions.models import Contribution, Revision
from vocabulary.models import Concept

FOLDER = Path(__file__).parent
# In this order: lessons point to practices by code.
FILES = ("practices.json", "efforts.json", "lessons.json")
REPORT_EMAIL = "workshop-report@demo.example"
PASSWORD = "learn-from-each-other"  # noqa: S105  known on purpose; the server refuses it in public


@dataclass(frozen=True)
class DemoPerson:
    """Somebody to try a role with, named by function."""

    email: str
    name: str
    function: str
    country: str | None = None
    group: str | None = None
    focal: bool = False


PEOPLE = (
    DemoPerson("member@demo.example", "Demo member, Brazil", "Labour inspector", "BR"),
    DemoPerson("author@demo.example", "Demo author, Niger", "Prosecutor", "NE"),
    DemoPerson(
        "focal.morocco@demo.example", "Demo focal point, Morocco", "Focal point", "MA", focal=True
    ),
    DemoPerson(
        "focal.pakistan@demo.example", "Demo focal point, Pakistan", "Focal point", "PK", focal=True
    ),
    DemoPerson("reviewer@demo.example", "Demo reviewer", "Reviewer", "ZA", "reviewer"),
    DemoPerson("coordinator@demo.example", "Demo coordinator", "Coordinator", None, "coordinator"),
    DemoPerson(
        "administrator@demo.example", "Demo administrator", "Administrator", None, "administrator"
    ),
)


def load_content() -> dict[str, int]:
    """Publish every entry of the files that is not there yet; how many were added and renewed."""
    report = _report_account()
    loaded = Contribution.objects.exclude(source_key=None)
    codes = {str(key): code for key, code in loaded.values_list("source_key", "code")}
    counts = {"added": 0, "renewed": 0, "kept": 0}
    for entry in _entries():
        _link_to_practice(entry, codes)
        if entry["source_key"] not in codes:
            codes[entry["source_key"]] = _add(entry, report)
            counts["added"] += 1
        elif _renew(entry, report):
            counts["renewed"] += 1
        else:
            counts["kept"] += 1
    return counts


def _entries() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for name in FILES:
        found += json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return found


def _link_to_practice(entry: dict[str, Any], codes: dict[str, str]) -> None:
    """A lesson is learned from the first practice that its facts name."""
    for key in entry.get("practice_keys", [])[:1]:
        entry["content"]["source_contribution"] = codes.get(f"practice:{key}", "")


def _report_account() -> User:
    """The author of what the report says: nobody can sign in as it, no mail goes to it."""
    account = User.objects.filter(email=REPORT_EMAIL).first() or User.objects.create_user(
        REPORT_EMAIL,
        name="Workshop report",
        function="Report of the workshop of 20 and 21 May 2019",
        is_active=False,
    )
    # In memory only: the workflow asks for an active administrator.
    account.is_active = account.is_superuser = True
    return account


@transaction.atomic
def _add(entry: dict[str, Any], report: User) -> str:
    revision = drafts.begin(entry["kind"], by=report, content=entry["content"])
    _publish(revision, entry, report)
    return revision.contribution.code


@transaction.atomic
def _renew(entry: dict[str, Any], report: User) -> bool:
    """A changed entry becomes a new version, unless somebody else has written one."""
    contribution = Contribution.objects.select_related("live").get(source_key=entry["source_key"])
    touched = contribution.revisions.exclude(author=report).exists()
    live = contribution.live
    if touched or live is None or entry["content"].items() <= live.content.items():
        return False
    revision = drafts.revise(contribution, by=report)
    revision = drafts.save(revision, entry["content"], by=report, lock=revision.lock)
    _publish(revision, entry, report)
    return True


def _publish(revision: Revision, entry: dict[str, Any], report: User) -> None:
    workflow.perform(workflow.Action.IMPORT, revision, by=report)
    Contribution.objects.filter(pk=revision.contribution_id).update(
        source_key=entry["source_key"],
        doubtful=bool(entry["doubt_note"]),
        doubt_note=entry["doubt_note"],
        # Said at the workshop and not confirmed since: pages and prints say so.
        last_confirmed_on=date.fromisoformat(entry["published_on"]),
    )


def load_people() -> int:
    """Make the demo accounts that are missing; how many were made."""
    made = 0
    password = make_password(PASSWORD)  # slow on purpose; once is enough
    for person in PEOPLE:
        if User.objects.filter(email=person.email).exists():
            continue
        user = User.objects.create(
            email=person.email,
            password=password,
            name=person.name,
            function=person.function,
            country_id=person.country,
        )
        if person.group:
            user.groups.add(Group.objects.get(name=person.group))
        if person.focal and person.country:
            FocalPoint.objects.create(user=user, country_id=person.country)
        made += 1
    return made


@transaction.atomic
def load_call() -> int:
    """One call that is open, for what the report says that participants lacked; how many were
    made. A later run gives it another deadline where it has passed."""
    coordinator = User.objects.get(email="coordinator@demo.example")
    entry = json.loads((FOLDER / "call.json").read_text(encoding="utf-8"))
    ends = timezone.now() + timedelta(days=entry["open_days"])
    deadline = ends.replace(hour=23, minute=59, second=0, microsecond=0)
    found = Call.objects.filter(slug=entry["slug"]).first()
    if found is not None:
        if found.deadline <= timezone.now():
            answering.move(found, deadline, by=coordinator)
        return 0
    call = Call.objects.create(
        slug=entry["slug"], kind=entry["kind"], deadline=deadline, made_by=coordinator
    )
    call.objectives.set(entry["objectives"])
    call.themes.set(Concept.objects.filter(slug__in=entry["themes"]))
    for text in entry["texts"]:
        call.texts.create(**text)
    answering.open_call(call, by=coordinator)
    return 1


def load_waiting() -> int:
    """Two texts of the demo author that wait for review, so that the queue can be tried, and one
    that is begun for the call."""
    author = User.objects.get(email="author@demo.example")
    if author.contributions.exists():
        return 0
    entries = json.loads((FOLDER / "waiting.json").read_text(encoding="utf-8"))
    for entry in entries:
        revision = drafts.begin(entry["kind"], by=author, content=entry["content"])
        if entry["send"]:
            workflow.perform(workflow.Action.SUBMIT, revision, by=author)
        if answered := Call.objects.open().filter(slug=entry.get("answers")).first():
            answering.join(answered, revision.contribution, by=author)
    return len(entries)
