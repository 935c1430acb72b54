"""Which mails a person gets: the choices, the links of mails that end them, a dead address."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _t
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts import sending
from accounts.http import MemberRequest
from accounts.models import Delivery
from contributions import unsubscribing
from contributions.forms.mails import MailChoicesForm
from contributions.models import Notification

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@form_methods
def mail_choices(request: MemberRequest) -> HttpResponse:
    """Choose a pace for each topic."""
    form = MailChoicesForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _t("Your choice of mails is saved."))
        return redirect("contributions:mail_choices")
    context = {
        "form": form,
        "hour": f"{settings.DIGEST_HOUR:02d}:00 {settings.TIME_ZONE}",
        "weekday": WEEKDAYS[settings.DIGEST_WEEKDAY],
    }
    return render(request, "contributions/mail_choices.html", context)


@require_POST
def mail_works(request: MemberRequest) -> HttpResponse:
    """The person says that the address from which mails came back works."""
    sending.works_again(request.user)
    messages.success(request, _t("We send mails to %s again.") % request.user.email)
    return redirect("contributions:mail_choices")


@csrf_exempt
@login_not_required
@never_cache
@form_methods
def mail_off(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a mail. Looking changes nothing, since programs follow links in mails; a POST,
    by the page's button or by the mail program (RFC 8058), ends the mails. The signature in the
    address stands for the sign-in and for the token against forged forms."""
    found = unsubscribing.read(token)
    if found is None:
        raise Http404
    person, scope = found
    context: dict[str, object] = {
        "what": "" if scope == Delivery.DIGEST else Notification.Topic(scope).label
    }
    if request.method == "POST" and "before" in request.POST:
        context["back"] = unsubscribing.bring_back(person, request.POST["before"])
    elif request.method == "POST":
        before = unsubscribing.turn_off(person, scope)
        context |= {"done": True, "before": unsubscribing.remember(person, before)}
        context["topics"] = [Notification.Topic(topic).label for topic in before]
    return render(request, "contributions/mail_off.html", context)
