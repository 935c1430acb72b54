"""The top of the house: pages that show several apps, roles, demo content."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CopkbConfig(AppConfig):
    """Settings, addresses and the pages above all apps."""

    name = "copkb"
    verbose_name = _("community of practice")

    def ready(self) -> None:
        from copkb import checks  # noqa: F401, PLC0415  registers the system checks
