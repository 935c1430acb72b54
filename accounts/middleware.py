"""Who sends a request, and in which language they read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from accounts.models import SessionStore, User


class PersonMiddleware(AuthenticationMiddleware):
    """Django's, for whom the person that was read with the session is enough. Whatever is not plain
    (left the community, another password, an older secret key) is left to Django."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        # Only read when somebody asks, so that pages for all stay without a session.
        person: Any = SimpleLazyObject(lambda: _came_along(request) or get_user(request))
        request.user = person


def _came_along(request: HttpRequest) -> User | None:
    """The person of the session, if all that Django would ask of them holds."""
    session = request.session
    key = session.get(SESSION_KEY)  # reads the session
    person = session.person if isinstance(session, SessionStore) else None
    if person is None or key != str(person.pk) or not person.is_active:
        return None
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    proof = session.get(HASH_SESSION_KEY, "")
    return person if constant_time_compare(proof, person.get_session_auth_hash()) else None


class LanguageMiddleware:
    """Shows the interface in the language a signed-in person chose, whatever the browser asks for.

    Stands behind LocaleMiddleware (cookie, then browser) and PersonMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and user.language in dict(settings.LANGUAGES):
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)
