"""Pages about oneself and the two ways in. Signing in and passwords are allauth's pages."""

from __future__ import annotations

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)
from django.views.i18n import set_language as remember_in_cookie

from accounts import membership
from accounts.forms import AcceptForm, InvitationForm, JoinForm, ProfileForm
from accounts.http import MemberRequest
from accounts.models import INVITATION_SALT, Invitation, User
from accounts.permissions import can_invite, signed_in

PASSWORD_BACKEND = "django.contrib.auth.backends.ModelBackend"  # noqa: S105  # a class path

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@login_not_required
@form_methods
def join(request: HttpRequest) -> HttpResponse:
    if signed_in(request.user):
        return redirect("accounts:profile")
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="join"):
            form.add_error(None, _("Too many requests from your network. Try again in an hour."))
            return render(request, "accounts/join.html", {"form": form}, status=429)
        form.instance.language = get_language() or settings.LANGUAGE_CODE
        if not form.is_from_program:
            membership.ask(form.instance)
        return redirect("accounts:joined")
    return render(request, "accounts/join.html", {"form": form})


@login_not_required
@require_safe
def joined(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/joined.html", {})


@form_methods
def invite(request: MemberRequest) -> HttpResponse:
    if not can_invite(request.user):
        raise PermissionDenied
    form = InvitationForm(
        request.POST or None,
        by=request.user,
        initial={"language": get_language()},
        instance=Invitation(invited_by=request.user),
    )
    if request.method == "POST" and form.is_valid():
        membership.invite(form.instance, by=request.user)
        messages.success(request, _("The invitation is on its way to %s.") % form.instance.email)
        return redirect("accounts:invite")
    sent = Invitation.objects.sent_by(request.user)[:20]
    return render(request, "accounts/invite.html", {"form": form, "sent": sent})


@login_not_required
@never_cache
@form_methods
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The link of an invitation mail. Somebody who is a member already signs in and accepts."""
    invitation = _invitation_behind(token)
    if invitation.is_used or invitation.is_expired:
        return _too_late(request, invitation)
    member = User.objects.filter(email__iexact=invitation.email).first()
    if member:
        return _accept_as_member(request, invitation, member)
    form = AcceptForm(request.POST or None, instance=User(email=invitation.email))
    if request.method == "POST" and form.is_valid():
        try:
            user = membership.accept(invitation, **form.cleaned_data)
        except membership.AlreadyDoneError:
            return _too_late(request, invitation)
        login(request, user, backend=PASSWORD_BACKEND)
        messages.success(request, _("Welcome. You are signed in."))
        return redirect("home")
    return render(request, "accounts/accept.html", {"form": form, "invitation": invitation})


def _accept_as_member(request: HttpRequest, invitation: Invitation, member: User) -> HttpResponse:
    user = signed_in(request.user)
    is_theirs = user == member
    if request.method == "POST" and user and is_theirs:
        try:
            membership.accept(invitation, user=user)
        except membership.AlreadyDoneError:
            return _too_late(request, invitation)
        messages.success(request, _("You have the new role."))
        return redirect("accounts:profile")
    context = {"invitation": invitation, "is_theirs": is_theirs}
    return render(request, "accounts/accept_as_member.html", context)


def _invitation_behind(token: str) -> Invitation:
    try:
        number = signing.loads(token, salt=INVITATION_SALT)
        return Invitation.objects.select_related("country").get(pk=number)
    except (signing.BadSignature, Invitation.DoesNotExist) as error:
        raise Http404 from error


def _too_late(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    invitation.refresh_from_db(fields=["accepted_at"])
    return render(request, "accounts/invitation_over.html", {"invitation": invitation}, status=410)


@form_methods
def profile(request: MemberRequest) -> HttpResponse:
    # A copy of its own: a refused form must not change the name shown in the masthead.
    person = User.objects.get(pk=request.user.pk)
    form = ProfileForm(
        request.POST or None,
        instance=person,
        initial={"language": person.language or get_language()},
    )
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your profile is saved."))
        response = redirect("accounts:profile")
        _remember_language(response, person.language)
        return response
    return render(request, "accounts/profile.html", {"form": form})


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponseBase:
    """Django's switch keeps the choice in a cookie; a signed-in person keeps it as well."""
    user, language = signed_in(request.user), request.POST.get("language", "")
    if user and language in dict(settings.LANGUAGES):
        user.language = language
        user.save(update_fields=["language"])
    return remember_in_cookie(request)


def _remember_language(response: HttpResponse, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,  # type: ignore[arg-type]  # "Lax" in settings
    )
