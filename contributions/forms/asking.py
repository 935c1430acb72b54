"""What the script says of an opened result."""

from __future__ import annotations

from django import forms

from search.log import FARTHEST_PLACE


class OpenedForm(forms.Form):
    """The place in the list, from 1."""

    place = forms.IntegerField(min_value=1, max_value=FARTHEST_PLACE)
