"""Addresses of comments."""

from __future__ import annotations

from django.urls import path

import contributions.converters  # noqa: F401  registers <code:…>
from discussion import views

app_name = "discussion"
urlpatterns = [
    path("contributions/<code:code>/comments/", views.comment, name="comment"),
    path("comments/<int:pk>/answer/", views.answer, name="answer"),
    path("comments/<int:pk>/hide/", views.hide, name="hide"),
    path("comments/<int:pk>/show/", views.show, name="show"),
]
