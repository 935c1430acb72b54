"""Finding: folding, query parsing and ranking of texts. Knows no contributions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """The search app."""

    name = "search"
    verbose_name = _("search")
