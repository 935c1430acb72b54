"""The back office for people, the ways in, and (because focal points keep them) countries."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin

from accounts.admin import countries, join_requests, people

__all__ = ["countries", "join_requests", "people"]

# One sign-in page for site and admin, so that a second factor counts for both.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # allauth's documented way
