"""The kind effort."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EffortsConfig(AppConfig):
    """Registers its kind once, when everything is loaded."""

    name = "efforts"
    verbose_name = _("country efforts")

    def ready(self) -> None:
        from efforts import kinds  # noqa: PLC0415  models exist only now

        kinds.register()
