"""Where django-allauth asks this project how to do things."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import translation

from accounts import mailing
from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People come by a request to join or by an invitation."""
        return False

    def send_mail(
        self, template_prefix: str, email: str, context: dict[str, Any]
    ) -> None:
        """Allauth's mails go the way of all mails: the recipient's language, HTML too, a task."""
        user = context.get("user")
        language = user.language if isinstance(user, User) else ""
        with translation.override(language or translation.get_language()):
            everything = {
                "email": email,
                "site_url": settings.SITE_URL,
                "site_name": settings.SITE_NAME,
                **context,
            }
            subject = render_to_string(f"{template_prefix}_subject.txt", everything)
            text = render_to_string(f"{template_prefix}_message.txt", everything)
            mailing.queue(subject, text.strip(), to=email)
