"""Pages for what went wrong that need more than a template."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# Not shown again: secrets, and what the browser adds by itself.
_NOT_SHOWN = (
    "csrfmiddlewaretoken", "password", "oldpassword", "password1", "password2", "code", "token",
    "parent",
)  # fmt: skip


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form was too old or cookies are off, and give back everything typed."""
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _NOT_SHOWN
        for value in values
        if value.strip()
    ]
    return render(request, "403_csrf.html", {"typed": typed, "again": request.path}, status=403)
