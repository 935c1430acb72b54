"""Addresses of tags: pages of concepts, offers while typing, tags of a contribution."""

from __future__ import annotations

from django.urls import path

import contributions.converters  # noqa: F401  registers <code:…>
from contributions.views import tags

app_name = "tags"
urlpatterns = [
    path("tags/", tags.index, name="index"),
    path("tags/suggest/", tags.suggest, name="suggest"),
    path("tags/concepts.<str:suffix>", tags.download, name="download"),
    path("tags/<str:slug>/", tags.detail, name="detail"),
    path("contributions/<code:code>/tags/", tags.change, name="change"),
    path("contributions/<code:code>/tags/remove/", tags.remove, name="remove"),
]
