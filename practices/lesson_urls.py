"""Addresses of lessons."""

from __future__ import annotations

from django.urls import path

import contributions.converters  # noqa: F401  registers <code:…>
from contributions.views.begin import new
from contributions.views.browse import browse
from practices import views

app_name = "lessons"
urlpatterns = [
    path("", browse, {"kind_name": "lesson"}, name="browse"),
    path("new/", new, {"kind_name": "lesson"}, name="new"),
    path("<code:code>/", views.lesson_detail, name="detail"),
]
