"""The controlled vocabulary: concepts, their labels in every language, and proposals."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VocabularyConfig(AppConfig):
    """The vocabulary app."""

    name = "vocabulary"
    verbose_name = _("vocabulary")
