"""Talk about contributions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DiscussionConfig(AppConfig):
    """Comments on contributions of any kind."""

    name = "discussion"
    verbose_name = _("discussion")
