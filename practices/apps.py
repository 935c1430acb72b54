"""The kinds practice and lesson."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PracticesConfig(AppConfig):
    """Registers its kinds once, when everything is loaded."""

    name = "practices"
    verbose_name = _("practices and lessons")

    def ready(self) -> None:
        from practices import kinds  # noqa: PLC0415  models exist only now

        kinds.register()
