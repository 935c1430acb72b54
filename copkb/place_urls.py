"""Addresses of countries and objectives; their pages show several apps, so they live here."""

from __future__ import annotations

from django.urls import path, register_converter

from copkb import place_views


class Iso2Converter:
    """Two letters, in whatever case people type them."""

    regex = "[A-Za-z]{2}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Iso2Converter, "iso2")

countries = (
    [
        path("", place_views.countries, name="index"),
        path("<iso2:code>/", place_views.country, name="detail"),
    ],
    "countries",
)
objectives = (
    [
        path("", place_views.objectives, name="index"),
        path("<int:number>/", place_views.objective, name="detail"),
    ],
    "objectives",
)
