"""The app every kind of contribution stands on."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContributionsConfig(AppConfig):
    """Contributions, their revisions, the way they are reviewed, found and told about."""

    name = "contributions"
    verbose_name = _("contributions")
