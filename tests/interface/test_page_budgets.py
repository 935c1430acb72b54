"""Every page, with the demo's real content, is small, comes from here alone, and is strict.

Lists and their counts of queries are held by the tests of their apps.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client, RequestFactory

from accounts.models import User
from contributions import drafts
from contributions.forms.base import FULL, SNAPSHOT
from contributions.models import Contribution
from copkb.middleware import HeadMiddleware

MOST = 40 * 1024
VISITOR = (
    "/", "/search/", "/search/?q=prosecutors", "/search/?q=zzyzxqq", "/search/all/tag/",
    "/practices/", "/lessons/", "/efforts/", "/countries/", "/countries/ma/", "/countries/pk/",
    "/objectives/", "/objectives/3/", "/tags/", "/about/", "/join/",
    "/accounts/login/", "/accounts/login/code/",
    "/accounts/password/reset/", "/no/such/page/",
)  # fmt: skip
MEMBER = (
    "/practices/new/", "/lessons/new/", "/efforts/new/", "/offline/practice/", "/inbox/", "/mine/",
    "/profile/", "/accounts/email/", "/accounts/2fa/",
)  # fmt: skip
# Addresses that a browser loads by itself.
LOADED = re.compile(
    r"<(?:script|img|iframe|source|audio|video|embed|object|use|image)\b[^>]*?"
    r"\s(?:src|srcset|href|data|poster)=[\"']([^\"']+)"
    r"|<link\b(?![^>]*\srel=\"canonical\")[^>]*?\shref=[\"']([^\"']+)"
)
STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def _faults(browser: Client, paths: list[str], language: str) -> dict[str, list[str]]:
    """What is wrong with the pages, in words."""
    faults: dict[str, list[str]] = {}
    for path in paths:
        answer = browser.get(path, headers={"accept-language": language})
        html = answer.content.decode()
        found = []
        if answer.status_code != (404 if "no/such" in path else 200):
            found.append(f"answers {answer.status_code}")
        if len(answer.content) > MOST:
            found.append(f"weighs {len(answer.content)} bytes")
        loaded = [first or second for first, second in LOADED.findall(html)]
        found += [f"loads {address}" for address in loaded if not re.match(r"/(?!/)", address)]
        if not loaded:
            found.append("loads nothing at all")
        if re.search(r"<style\b|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)", html):
            found.append("has a script or style inside")
        if _policy(answer) != STRICT | {"manifest-src": "'self'"}:
            found.append(f"allows {_policy(answer)}")
        if found:
            faults[path] = found
    return faults


def _policy(answer: Any) -> dict[str, str]:
    header = answer.headers.get("Content-Security-Policy", "")
    parts = [part.strip().partition(" ") for part in header.split(";")]
    return {name: sources for name, _space, sources in parts}


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_with_the_real_content_keep_to_their_budget(
    visitor: Client, as_user: Callable[[User], Client], member: User, language: str
) -> None:
    call_command("load_demo", verbosity=0)
    public = Contribution.objects.published().filter(visibility="public")
    paths = [*VISITOR, *(item.get_absolute_url() for item in public.order_by("code")[::4])]
    own = list(MEMBER)
    for kind in Contribution.Kind.values:
        for level in (SNAPSHOT, FULL):
            code = drafts.begin(kind, by=member, content={"form": level}).contribution.code
            page = f"/contributions/{code}/edit/"
            own += [page, f"{page}?check=1", f"/contributions/{code}/status/"]
            parts = ("what", "where", "how", "who", "results", "rights", "source", "harm")
            own += [f"{page}?part={part}" for part in parts if level == FULL]

    assert len(paths) > 30
    assert _faults(visitor, paths, language) == {}
    assert _faults(as_user(member), own, language) == {}


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "fr", "ar"])
@pytest.mark.parametrize("kind", Contribution.Kind.values)
def test_the_form_with_all_countries_keeps_to_its_budget(
    as_user: Callable[[User], Client], member: User, kind: str, language: str
) -> None:
    code = drafts.begin(kind, by=member, content={"form": SNAPSHOT}).contribution.code
    User.objects.filter(pk=member.pk).update(language=language)
    member.refresh_from_db()

    answer = as_user(member).get(f"/contributions/{code}/edit/?countries=1")

    assert 'value="TV"' in answer.content.decode()
    assert len(answer.content) <= MOST


def test_no_body_reaches_the_server_after_head() -> None:
    answer = HeadMiddleware(lambda request: HttpResponse("text"))(RequestFactory().head("/"))

    assert answer.content == b""


@pytest.mark.django_db
@pytest.mark.parametrize("path", [path for path in VISITOR if "no/such" not in path])
def test_only_the_head_is_sent_when_only_the_head_is_asked_for(visitor: Client, path: str) -> None:
    answer = visitor.head(path)

    assert answer.status_code == 200
    assert answer.content == b""
    assert int(answer.headers["Content-Length"]) > 1000


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/", "/search/", "/practices/", "/countries/", "/countries/ma/", "/objectives/3/",
        "/tags/", "/about/", "/join/",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_wrong_methods_are_refused(visitor: Client, path: str, method: str) -> None:
    answer = getattr(visitor, method)(path)

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/practices/PR-9999/", "/lessons/LE-9999/", "/efforts/EF-9999/", "/practices/nonsense/",
        "/countries/zz/", "/countries/mars/", "/objectives/7/", "/objectives/0/", "/tags/no-such/",
        "/contributions/PR-9999/versions/",
    ],
)  # fmt: skip
def test_unknown_codes_are_not_found(visitor: Client, path: str) -> None:
    assert visitor.get(path).status_code == 404
