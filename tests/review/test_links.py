"""Links of a text are tried in the background, and never inside our own network."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from contributions.models import Revision
from review import calling, links
from review.models import LinkCheck
from tests.factories.contributions import sent

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]
QUEUE = "/admin/contributions/revision/"
GOOD, GONE = "https://example.org/report", "https://example.org/gone"


@pytest.fixture
def revision() -> Revision:
    return sent(summary=f"Read {GOOD}. See also ({GONE}), and {GOOD}!")


def answering(answers: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Instead of the net: what each address says; returns what was asked."""
    asked: list[str] = []

    def ask(url: str) -> calling.Answer:
        asked.append(url)
        return calling.Answer(answers[url], 200)

    monkeypatch.setattr(calling, "ask", ask)
    return asked


def test_each_address_is_asked_once_and_what_is_broken_is_said(
    as_user: AsUser, coordinator: User, revision: Revision, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = f"{QUEUE}{revision.pk}/moderate/"
    before = as_user(coordinator).get(page).content.decode()
    asked = answering({GOOD: "answers", GONE: "broken"}, monkeypatch)

    links.check_links.call(revision.pk)

    html = as_user(coordinator).get(page).content.decode()
    assert asked == [GOOD, GONE]
    assert "2 links have not been tried yet." in before
    # Isolated, so that an Arabic sentence does not take it apart.
    assert f"The link \u2068{GONE}\u2069 is not there any more." in html
    assert f"The link \u2068{GOOD}" not in html


def test_a_link_that_was_mended_is_no_finding_any_more(
    revision: Revision, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering({GOOD: "answers", GONE: "broken"}, monkeypatch)
    links.check(revision)
    answering({GOOD: "answers"}, monkeypatch)
    revision.content["summary"] = f"Read {GOOD}."

    links.check(revision)

    assert [finding.text for finding in links.findings(revision)] == ["All links answer."]
    assert LinkCheck.objects.count() == 1


def test_reviewers_have_them_tried_again(
    as_user: AsUser, reviewer: User, revision: Revision, monkeypatch: pytest.MonkeyPatch,
    settings: Any,
) -> None:  # fmt: skip
    settings.CHECK_LINKS = True
    asked = answering({GOOD: "answers", GONE: "answers"}, monkeypatch)
    client = as_user(reviewer)
    step = f"{QUEUE}{revision.pk}/links/"

    assert f'action="{step}"' in client.get(f"{QUEUE}{revision.pk}/moderate/").content.decode()
    html = client.post(step, follow=True).content.decode()

    assert asked == [GOOD, GONE]
    assert "The links are being tried." in html


def test_a_text_without_links_has_no_button(as_user: AsUser, reviewer: User, settings: Any) -> None:
    settings.CHECK_LINKS = True
    page = as_user(reviewer).get(f"{QUEUE}{sent().pk}/moderate/").content.decode()

    assert "/links/" not in page


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "::1", "fd00::1", "fe80::1%eth0", "::ffff:10.0.0.1", "2002:0a00:0001::1", "64:ff9b::a00:1",
        "224.0.0.1",
    ],
)  # fmt: skip
def test_addresses_inside_are_refused(ip: str) -> None:
    assert not calling.is_public(ip)


@pytest.mark.parametrize("ip", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_addresses_of_the_internet_are_called(ip: str) -> None:
    assert calling.is_public(ip)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/", "http://example.org:8080/", "https://me:secret@example.org/",
        "https:///nowhere", "http://localhost/",
    ],
)  # fmt: skip
def test_other_schemes_ports_and_passwords_are_refused(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _resolves_to(monkeypatch, "127.0.0.1")

    assert calling.ask(url).result == "refused"


def test_one_address_inside_is_enough_to_refuse_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    _resolves_to(monkeypatch, "93.184.215.14", "10.0.0.1")

    assert calling.ask("https://example.org/").result == "refused"


def test_a_redirect_to_the_inside_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []

    def call(url: str) -> tuple[int, str]:
        called.append(url)
        if "inside" in url:
            raise calling.RefusedError
        return 302, "http://inside.example/"

    monkeypatch.setattr(calling, "_call", call)

    assert calling.ask("https://example.org/").result == "refused"
    assert called == ["https://example.org/", "http://inside.example/"]


@pytest.mark.parametrize(
    ("status", "result"),
    [(200, "answers"), (403, "answers"), (404, "broken"), (410, "broken"), (500, "silent")],
)
def test_what_a_status_means(status: int, result: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "_call", lambda url: (status, ""))

    assert calling.ask("https://example.org/").result == result


def _resolves_to(monkeypatch: pytest.MonkeyPatch, *ips: str) -> None:
    found = [(socket.AF_INET, 0, 0, "", (ip, 443)) for ip in ips]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: found)
