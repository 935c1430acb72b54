"""Addresses of calls."""

from __future__ import annotations

from django.urls import path

from calls import views

app_name = "calls"
urlpatterns = [
    path("", views.index, name="index"),
    path("ask/", views.ask, name="ask"),
    path("of/<code:code>/", views.choose, name="choose"),
    path("<slug:slug>/", views.detail, name="detail"),
    path("<slug:slug>/answer/", views.answer, name="answer"),
    path("<slug:slug>/join/", views.join, name="join"),
]
