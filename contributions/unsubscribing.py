"""Getting fewer mails without signing in: signed links for one person and one topic (RFC 8058)."""

from __future__ import annotations

from django.core import signing
from django.urls import reverse

from accounts.models import Delivery, User
from contributions.models import Notification, Pace, Preference

SALT = "contributions.unsubscribe"
UNDO_SALT = "contributions.unsubscribe.undo"


def address(person: User, scope: str) -> str:
    """Path of the link that ends mails of one topic, or the digest ("digest")."""
    return reverse("contributions:mail_off", args=[signing.dumps([person.pk, scope], salt=SALT)])


def read(token: str) -> tuple[User, str] | None:
    """Whom and what a link is about; None where nobody signed it or the person is gone."""
    try:
        key, scope = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    person = User.objects.filter(pk=key, is_active=True).first()
    known = scope == Delivery.DIGEST or scope in Notification.Topic.values
    return (person, scope) if person and known else None


def turn_off(person: User, scope: str) -> dict[str, str]:
    """End the mails of the topic, or of all topics of the digest; return the paces of before."""
    paces = Preference.objects.paces([person])[person.pk]
    if scope == Delivery.DIGEST:
        ended = [t for t, pace in paces.items() if pace in (Pace.DAILY, Pace.WEEKLY)]
    else:
        ended = [scope] if paces[scope] != Pace.NEVER else []
    Preference.objects.choose(person, dict.fromkeys(ended, Pace.NEVER))
    return {topic: str(paces[topic]) for topic in ended}


def remember(person: User, before: dict[str, str]) -> str:
    """What the page carries so that its second button can bring the paces back."""
    return signing.dumps([person.pk, before], salt=UNDO_SALT)


def bring_back(person: User, remembered: str) -> bool:
    """Undo `turn_off`; tell whether that was possible."""
    try:
        key, before = signing.loads(remembered, salt=UNDO_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return False
    if key != person.pk:
        return False
    Preference.objects.choose(person, before)
    return True
