"""Work of this app after the response."""

from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django_tasks import task

from accounts import sending
from accounts.models import Delivery


@task()
def deliver_mail(delivery_id: int) -> None:
    """Hand one finished mail to the mail server, once; a failure is tried again by the timer."""
    with transaction.atomic():
        delivery = (
            Delivery.objects.waiting()
            .select_for_update(of=("self",), skip_locked=True)
            .filter(pk=delivery_id)
            .first()
        )
        if delivery is None or not delivery.content:
            return
        mail = EmailMultiAlternatives(
            subject=delivery.subject, body=delivery.content["text"], to=[delivery.address]
        )
        mail.attach_alternative(delivery.content["html"], "text/html")
        sending.attempt(delivery, mail)
