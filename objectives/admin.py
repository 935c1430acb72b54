"""Coordinators correct wording and add a phase here; numbers are fixed once used."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from objectives.models import Objective, Phase


@admin.register(Objective)
class ObjectiveAdmin(admin.ModelAdmin[Objective]):
    list_display = ("number", "name", "short_name")
    list_display_links = ("number", "name")
    ordering = ("number",)
    search_fields = ("name", "short_name")

    def get_readonly_fields(self, request: HttpRequest, obj: Objective | None = None) -> list[str]:
        return ["number"] if obj else []


@admin.register(Phase)
class PhaseAdmin(admin.ModelAdmin[Phase]):
    list_display = ("number", "name", "year_from", "year_to")
    list_display_links = ("number", "name")
    ordering = ("number",)

    def get_readonly_fields(self, request: HttpRequest, obj: Phase | None = None) -> list[str]:
        return ["number"] if obj else []
