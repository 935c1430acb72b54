"""Addresses of efforts."""

from __future__ import annotations

from django.urls import path

import contributions.converters  # noqa: F401  registers <code:…>
from contributions.views.begin import new
from contributions.views.browse import browse
from efforts import views

app_name = "efforts"
urlpatterns = [
    path("", browse, {"kind_name": "effort"}, name="browse"),
    path("new/", new, {"kind_name": "effort"}, name="new"),
    path("<code:code>/", views.detail, name="detail"),
]
