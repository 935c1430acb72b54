"""Writing together: who is asked, who takes part, who leaves. Only authors may ask."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _t

from accounts.models import User, tidy_email
from contributions import notifications, permissions
from contributions.models import CoAuthorInvitation, Contribution, Notification
from contributions.models.co_author import KEEP_UNANSWERED

# Open invitations of one contribution; more is a mailing.
MAX_OPEN = 10
Answer = CoAuthorInvitation.Answer


@transaction.atomic
def invite(contribution: Contribution, email: str, *, by: User, title: str) -> None:
    """Ask the owner of an address. Nothing tells the asker whether the address is known here.

    Raises PermissionDenied, and ValidationError for the own address, for that of somebody who
    writes with them already, and beyond ten open invitations. Asking twice asks once.
    """
    locked = Contribution.objects.select_for_update().get(pk=contribution.pk)
    if not permissions.can_invite(by, locked):
        raise PermissionDenied
    email = tidy_email(email)
    known = {user.email.lower() for user in notifications.authors(locked)}
    if email in known:
        raise ValidationError({"email": _t("Whoever has this address writes here already.")})
    if locked.co_author_invitations.open().count() >= MAX_OPEN:
        raise ValidationError({"email": _t("Wait until some of those you asked have answered.")})
    invitation, is_new = locked.co_author_invitations.open().get_or_create(
        contribution=locked, email=email, defaults={"invited_by": by}
    )
    if is_new:
        person = User.objects.filter(email__iexact=email, is_active=True)
        link = invitation.get_absolute_url()
        # Before accepting nobody sees the contribution, so the line carries no more than a title.
        notifications.send(
            person, Notification.Topic.INVITED, None, text=title, link=link, variant="unseen"
        )


@transaction.atomic
def answer(invitation: CoAuthorInvitation, *, by: User, accepts: bool) -> None:
    """Accept or decline. Raises PermissionDenied for everybody but who was asked; answering a
    second time changes nothing."""
    locked = CoAuthorInvitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.email != by.email.lower() or not by.is_member:
        raise PermissionDenied
    if locked.answer:
        return
    if accepts:
        locked.contribution.co_authors.add(by)
    _close(locked, Answer.ACCEPTED if accepts else Answer.DECLINED)


def take_back(invitation: CoAuthorInvitation, *, by: User) -> None:
    """Withdraw an invitation that was not answered yet."""
    if not permissions.can_invite(by, invitation.contribution):
        raise PermissionDenied
    if not invitation.answer:
        _close(invitation, Answer.TAKEN_BACK)


def _close(invitation: CoAuthorInvitation, how: CoAuthorInvitation.Answer) -> None:
    invitation.answer, invitation.answered_at = how, timezone.now()
    invitation.save(update_fields=["answer", "answered_at"])


@transaction.atomic
def remove(contribution: Contribution, person: User, *, by: User) -> None:
    """Take a co-author away: the owner anybody, a co-author only themselves (they leave).

    What they wrote stays; a draft they hold is free at once.
    """
    if not permissions.can_remove_author(by, contribution, person):
        raise PermissionDenied
    contribution.co_authors.remove(person)
    contribution.revisions.filter(held_by=person).update(
        held_by=None, held_since=None, held_until=None
    )


def purge(now: datetime) -> int:
    """Delete invitations that nobody answered in sixty days, and the addresses in them."""
    old = CoAuthorInvitation.objects.open().filter(created_at__lte=now - KEEP_UNANSWERED)
    return old.delete()[0]
