"""The queue of requests to join: longest waiting first, one page to read and decide."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from accounts import membership
from accounts.forms import DecisionForm
from accounts.models import JoinRequest, User
from accounts.permissions import can_decide_join_requests


@admin.register(JoinRequest)
class JoinRequestAdmin(admin.ModelAdmin[JoinRequest]):
    list_display = (
        "name",
        "organisation",
        "function",
        "country",
        "role",
        "created_at",
        "state",
    )
    list_filter = ("state", "role", "country")
    list_select_related = ("country",)
    search_fields = ("name", "email", "organisation")
    date_hierarchy = "created_at"
    # "pending" is the last of the three states in the alphabet.
    ordering = ("-state", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: JoinRequest | None = None) -> bool:
        return False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Read the request; approve it, or decline it with a reason."""
        person = request.user
        if not isinstance(person, User) or not can_decide_join_requests(person):
            raise PermissionDenied
        join_request = get_object_or_404(
            JoinRequest.objects.select_related("country", "decided_by"),
            pk=object_id if object_id.isdecimal() else None,
        )
        form = DecisionForm(request.POST or None, initial={"role": join_request.role})
        if request.method == "POST" and form.is_valid():
            _decide(request, join_request, form, by=person)
            return redirect("admin:accounts_joinrequest_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Request to join"),
            "opts": self.opts,
            "join_request": join_request,
            "form": form,
        }
        return TemplateResponse(request, "admin/accounts/joinrequest/decide.html", context)


def _decide(
    request: HttpRequest, join_request: JoinRequest, form: DecisionForm, *, by: User
) -> None:
    """Carry the answer out and say what came of it."""
    answer = form.cleaned_data
    try:
        if answer["answer"] == "approve":
            membership.approve(join_request, by=by, role=answer["role"] or None)
            messages.success(request, _("Approved. The person has a mail with the way in."))
        else:
            membership.decline(join_request, by=by, reason=answer["reason"])
            messages.success(request, _("Declined. The person has a mail with the reason."))
    except membership.AlreadyDoneError:
        messages.warning(request, _("Somebody has decided this request already."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
