"""Profiles of reviewers: each keeps the own one on a page, coordinators see and mend all."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contributions.permissions import can_see_queue
from review import permissions
from review.admin import kept
from review.forms.profile import ProfileForm
from review.models import ReviewerProfile


@admin.register(ReviewerProfile)
class ProfileAdmin(admin.ModelAdmin[ReviewerProfile]):
    """What reviewers know, and what they declared that they must not judge."""

    form = ProfileForm
    list_display = ("who", "languages_read", "objectives_known", "conflicts", "away_until")
    list_display_links = ("who",)
    list_filter = (("away_until", admin.EmptyFieldListFilter),)
    search_fields = ("user__name", "user__email")
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReviewerProfile]:
        return (
            ReviewerProfile.objects.select_related("user__country")
            .prefetch_related("objectives", "conflict_countries")
            .order_by("user__name", "pk")
        )

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user = request.user
        return isinstance(user, User) and permissions.can_see_profiles(user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("reviewer"), ordering="user__name")
    def who(self, profile: ReviewerProfile) -> str:
        return f"{profile.user} · {profile.user.public_function}"

    @admin.display(description=_("languages"))
    def languages_read(self, profile: ReviewerProfile) -> str:
        return ", ".join(profile.languages) or "–"

    @admin.display(description=_("objectives"))
    def objectives_known(self, profile: ReviewerProfile) -> str:
        return ", ".join(sorted(str(row.pk) for row in profile.objectives.all())) or "–"

    @admin.display(description=_("conflicts of interest"))
    def conflicts(self, profile: ReviewerProfile) -> str:
        countries = [country.label() for country in profile.conflict_countries.all()]
        return "; ".join([*countries, *profile.bodies]) or "–"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(mine)
        return [path("mine/", view, name="review_reviewerprofile_mine"), *super().get_urls()]


def mine(request: HttpRequest) -> HttpResponse:
    """The own profile; it comes into being when it is saved."""
    user = request.user
    if not isinstance(user, User) or not can_see_queue(user):
        raise PermissionDenied
    profile = ReviewerProfile.objects.filter(user=user).first() or ReviewerProfile(user=user)
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=profile)
    if form.is_valid():
        form.instance.updated_at = timezone.now()
        form.save()
        messages.success(request, _t("Your profile is saved."))
        return redirect(kept.queue(request))
    context = {
        **admin.site.each_context(request),
        **kept.context(request),
        "title": _t("Your profile as a reviewer"),
        "opts": ReviewerProfile._meta,
        "form": form,
    }
    return TemplateResponse(request, "admin/review/reviewerprofile/mine.html", context)
