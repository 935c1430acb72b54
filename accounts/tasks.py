"""Work of this app after the response."""

from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django_tasks import task


@task()
def deliver_mail(subject: str, text: str, html: str, to: str) -> None:
    """Hand one finished mail to the mail server; fails (and is kept as failed) if that fails."""
    mail = EmailMultiAlternatives(subject=subject, body=text, to=[to])
    mail.attach_alternative(html, "text/html")
    mail.send()
