"""Addresses of practices."""

from __future__ import annotations

from django.urls import path

import contributions.converters  # noqa: F401  registers <code:…>
from contributions.views.begin import new
from contributions.views.browse import browse
from practices import views

app_name = "practices"
urlpatterns = [
    path("", browse, {"kind_name": "practice"}, name="browse"),
    path("new/", new, {"kind_name": "practice"}, name="new"),
    path("compare/", views.compare, name="compare"),
    path("<code:code>/", views.detail, name="detail"),
]
