"""Work after the response: mails that repeat the inbox."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django_tasks import task

from contributions.models import Contribution, Notification


@task()
def mail_notification(notification_id: int) -> None:
    """Mail one inbox line, once, if its reader may still see what it is about.

    The row is locked while the mail leaves, so that a task that runs twice sends once.
    """
    with transaction.atomic():
        line = (
            Notification.objects.select_for_update(of=("self",))
            .select_related("recipient", "contribution", "decision")
            .filter(pk=notification_id, mailed_at__isnull=True)
            .first()
        )
        if line is None or not line.recipient.is_active:
            return
        if line.contribution_id and not (
            Contribution.objects.visible_to(line.recipient).filter(pk=line.contribution_id).exists()
        ):
            return
        _send(line)
        line.mailed_at = timezone.now()
        line.save(update_fields=["mailed_at"])


def _send(line: Notification) -> None:
    """Send the mail in the reader's language, as text and HTML."""
    with translation.override(line.recipient.language or settings.LANGUAGE_CODE):
        context = {"line": line, "site_url": settings.SITE_URL, "site_name": settings.SITE_NAME}
        subject = " ".join(render_to_string("mail/notification_subject.txt", context).split())
        mail = EmailMultiAlternatives(
            subject=subject,
            body=render_to_string("mail/notification.txt", context),
            to=[line.recipient.email],
        )
        mail.attach_alternative(render_to_string("mail/notification.html", context), "text/html")
    mail.send()
