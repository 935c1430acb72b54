"""How people come in and get a role: ask and be answered, or be invited and accept.

Each function checks the right, changes the rows in one transaction and queues the mails.
"""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import mailing, roles
from accounts.acting import acting
from accounts.models import FocalPoint, Invitation, JoinRequest, User, tidy_email
from accounts.permissions import can_decide_join_requests, can_invite_as
from countries.models import Country


class AlreadyDoneError(Exception):
    """Somebody was faster: the request is decided, the invitation used or out of date."""


def add_person(
    *,
    email: str,
    name: str,
    password: str | None = None,
    function: str = "",
    organisation: str = "",
    country: Country | None = None,
    language: str = "",
) -> User:
    """Create a member whose address counts as confirmed: they get here by mail only."""
    user = User.objects.create_user(
        email,
        password,
        name=name,
        function=function,
        organisation=organisation,
        country=country,
        language=language,
    )
    settle_address(user)
    return user


def settle_address(user: User) -> None:
    """Make `user.email` the one address allauth knows of this person, and a confirmed one.

    An address of before would still open the account, so it goes.
    """
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )


def grant(user: User, role: str, country: Country | None = None) -> None:
    """Give a role; "member" adds nothing, since every active user is one."""
    if role == Invitation.Role.FOCAL_POINT:
        if country is None:
            raise ValidationError(_("A focal point needs a country."))
        FocalPoint.objects.get_or_create(user=user, country=country)
    elif role in {declared.name for declared in roles.ROLES}:
        user.groups.add(Group.objects.get(name=role))
    user.forget_rights()


@transaction.atomic
def ask(join_request: JoinRequest) -> None:
    """Keep a request to join. The answer on the page is the same whether or not somebody with
    this address is here or waiting; only the mail to the address itself says more."""
    email = join_request.email = tidy_email(join_request.email)
    member = User.objects.filter(email__iexact=email, is_active=True).first()
    if member:
        sign_in = mailing.absolute(reverse("account_request_login_code"))
        language = mailing.language_of(member)
        mailing.send("join_already_member", to=email, language=language, sign_in=sign_in)
        return
    try:
        with transaction.atomic():
            join_request.save()
    except IntegrityError:  # one waiting request for an address is enough
        return
    queue = mailing.absolute(reverse("admin:accounts_joinrequest_changelist"))
    for coordinator in User.objects.with_role(roles.COORDINATOR):
        mailing.send(
            "join_asked",
            to=coordinator.email,
            language=mailing.language_of(coordinator),
            join_request=join_request,
            queue=queue,
        )


@transaction.atomic
def approve(join_request: JoinRequest, *, by: User, role: str | None = None) -> User:
    """Admit the person, with the role asked for unless another is given, and mail the way in."""
    waiting = _waiting(join_request, by)
    user = User.objects.filter(email__iexact=waiting.email).first() or add_person(
        email=waiting.email,
        name=waiting.name,
        function=waiting.function,
        organisation=waiting.organisation,
        country=waiting.country,
        language=waiting.language,
    )
    if not user.is_active:
        raise ValidationError(
            _("Somebody with this address was deactivated before. Reactivate the person instead.")
        )
    with acting(by.pk, _("Request to join")):
        grant(user, role or waiting.role, waiting.country)
    _decide(waiting, JoinRequest.State.APPROVED, by=by, reason="")
    mailing.send(
        "join_approved",
        to=waiting.email,
        language=waiting.language,
        name=waiting.name,
        sign_in=mailing.absolute(reverse("account_request_login_code")),
    )
    return user


@transaction.atomic
def decline(join_request: JoinRequest, *, by: User, reason: str) -> None:
    """Decline with a reason, which the person reads in a mail."""
    waiting = _waiting(join_request, by)
    if not reason.strip():
        raise ValidationError(_("Write the reason: the person reads it."))
    _decide(waiting, JoinRequest.State.DECLINED, by=by, reason=reason.strip())
    mailing.send(
        "join_declined",
        to=waiting.email,
        language=waiting.language,
        name=waiting.name,
        reason=waiting.reason,
    )


@transaction.atomic
def invite(invitation: Invitation, *, by: User) -> None:
    """Save the invitation and mail its link."""
    if not can_invite_as(by, invitation.role, invitation.country):
        raise PermissionDenied
    invitation.email = tidy_email(invitation.email)
    invitation.invited_by = by
    invitation.save()
    mailing.send(
        "invitation",
        to=invitation.email,
        language=invitation.language,
        invitation=invitation,
        link=mailing.absolute(invitation.get_absolute_url()),
    )


@transaction.atomic
def accept(
    invitation: Invitation,
    *,
    name: str = "",
    function: str = "",
    organisation: str = "",
    password: str | None = None,
    user: User | None = None,
) -> User:
    """Turn an open invitation into a member with its role.

    `user` is given when somebody who is a member already accepts for the own address.
    """
    kept = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if kept.is_used or kept.is_expired:
        raise AlreadyDoneError
    if user is not None and user.email != kept.email:
        raise PermissionDenied
    person = user or add_person(
        email=kept.email,
        name=name,
        password=password,
        function=function,
        organisation=organisation,
        country=kept.country,
        language=kept.language,
    )
    with acting(kept.invited_by_id, _("Invitation accepted")):
        grant(person, kept.role, kept.country)
    kept.accepted_at, kept.accepted_by = timezone.now(), person
    kept.save(update_fields=["accepted_at", "accepted_by"])
    return person


def _waiting(join_request: JoinRequest, by: User) -> JoinRequest:
    """The locked row, still undecided."""
    if not can_decide_join_requests(by):
        raise PermissionDenied
    kept = JoinRequest.objects.select_for_update(of=("self",)).get(pk=join_request.pk)
    if not kept.is_pending:
        raise AlreadyDoneError
    return kept


def _decide(join_request: JoinRequest, state: str, *, by: User, reason: str) -> None:
    join_request.state = state
    join_request.reason = reason
    join_request.decided_by = by
    join_request.decided_at = timezone.now()
    join_request.save(update_fields=["state", "reason", "decided_by", "decided_at"])
