"""All addresses: what shows one app lives in its app, what shows several lives here."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("practices/", include("practices.urls")),
    path("lessons/", include("practices.lesson_urls")),
    path("efforts/", include("efforts.urls")),
    path("", include("contributions.urls")),
]
