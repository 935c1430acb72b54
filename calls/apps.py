"""Calls for contributions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CallsConfig(AppConfig):
    """Coordinators ask for contributions on a theme until a day; members answer."""

    name = "calls"
    verbose_name = _("calls for contributions")
