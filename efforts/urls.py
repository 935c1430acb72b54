"""Addresses of efforts."""

from __future__ import annotations

from django.urls import path

from contributions.views.begin import new

app_name = "efforts"
urlpatterns = [
    path("new/", new, {"kind_name": "effort"}, name="new"),
    # Browse and detail follow here; `new/` stays first, so that no code shadows it.
]
