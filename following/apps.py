"""Searches that people keep, and what they follow."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FollowingConfig(AppConfig):
    """Following a country, an objective or a tag is a saved search with one filter."""

    name = "following"
    verbose_name = _("following")
