"""Addresses of saved searches and of following."""

from __future__ import annotations

from django.urls import path

from following import views

app_name = "following"

urlpatterns = [
    path("searches/", views.index, name="index"),
    path("searches/save/", views.save, name="save"),
    path("searches/<int:pk>/", views.change, name="change"),
    path("searches/<int:pk>/results/", views.run, name="run"),
    path("searches/<int:pk>/remove/", views.remove, name="remove"),
    path("searches/<int:pk>/restore/", views.restore, name="restore"),
    path("follow/", views.follow, name="follow"),
]
