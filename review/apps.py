"""How submissions are reviewed, in the admin."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewConfig(AppConfig):
    """The queue, the page of one submission, who reads it and what they say among themselves."""

    name = "review"
    verbose_name = _("review")
