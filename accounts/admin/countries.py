"""Countries: coordinators edit all of it, a focal point the profile of the own country."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import can_edit_country_profile, signed_in
from countries.models import Country, PhaseParticipation, Region

PROFILE = (
    "current_situation",
    "challenges",
    "opportunities",
    "expectations",
    "profile_language",
    "profile_confirmed_on",
)
MEMBERSHIP = ("region", "takes_part")
# These follow the data files (`load_countries`).
FROM_FILES = ("iso2", "iso3", "names")


class ParticipationInline(admin.TabularInline[PhaseParticipation, Country]):
    model = PhaseParticipation
    extra = 0


@admin.register(Country)
class CountryAdmin(admin.ModelAdmin[Country]):
    list_display = ("iso2", "__str__", "region", "takes_part", "profile_confirmed_on")
    list_display_links = ("iso2", "__str__")
    list_filter = ("takes_part", "region", "phases")
    list_select_related = ("region",)
    search_fields = ("iso2", "iso3", "names")
    ordering = ("iso2",)
    inlines = (ParticipationInline,)
    fieldsets = (
        (None, {"fields": (*FROM_FILES, *MEMBERSHIP)}),
        (_("Profile"), {"fields": PROFILE}),
    )

    def has_module_permission(self, request: HttpRequest) -> bool:
        user = signed_in(request.user)
        return super().has_module_permission(request) or (user is not None and user.is_focal_point)

    def has_view_permission(self, request: HttpRequest, obj: Country | None = None) -> bool:
        return super().has_view_permission(request, obj) or self._is_own(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Country | None = None) -> bool:
        return super().has_change_permission(request, obj) or self._is_own(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Country]:
        countries = super().get_queryset(request)
        if super().has_view_permission(request):
            return countries
        user = signed_in(request.user)
        return countries.filter(pk__in=user.focal_countries if user else [])

    def get_readonly_fields(
        self, request: HttpRequest, obj: Country | None = None
    ) -> tuple[str, ...]:
        if obj is None:
            return ()
        return FROM_FILES if super().has_change_permission(request) else FROM_FILES + MEMBERSHIP

    def _is_own(self, request: HttpRequest, obj: Country | None) -> bool:
        """May they, as a focal point? Without an object: is there any country of theirs?"""
        if obj is not None:
            return can_edit_country_profile(request.user, obj)
        return isinstance(request.user, User) and request.user.is_focal_point


@admin.register(Region)
class RegionAdmin(admin.ModelAdmin[Region]):
    list_display = ("slug", "__str__", "position")
    ordering = ("position",)

    def get_readonly_fields(self, request: HttpRequest, obj: Region | None = None) -> list[str]:
        return ["slug"] if obj else []
