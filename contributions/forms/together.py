"""The form with which an author asks somebody to write with them."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class CoAuthorForm(forms.Form):
    """One address; whether it is known here is never said."""

    use_required_attribute = False

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        error_messages={"required": _("Write an address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
