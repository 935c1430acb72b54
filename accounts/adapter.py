"""Where django-allauth asks this project how to do things."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from qrcode.image.svg import SvgPathFillImage

from accounts import mailing, membership
from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People come by a request to join or by an invitation."""
        return False

    def pre_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse | None:
        """People made by a command or in the admin get their address settled when they first
        come; without it, allauth would lose the address on its change."""
        if not EmailAddress.objects.filter(user=user).exists():
            membership.settle_address(user)
        answer: HttpResponse | None = super().pre_login(request, user, **details)
        return answer

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Allauth's mails go the way of all mails: the recipient's language, HTML too, a task."""
        user = context.get("user") or User.objects.filter(email__iexact=email).first()
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


class SecondStepAdapter(DefaultMFAAdapter):
    def build_totp_svg(self, url: str) -> str:
        """The picture to scan, made to stand inside the page: an image from a data address would
        be refused by the content security policy. White ground, so that it scans in dark mode."""
        drawn = BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage, box_size=12).save(drawn)
        text = drawn.getvalue().decode()
        return text[text.index("<svg") :]
