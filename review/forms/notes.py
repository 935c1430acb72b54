"""The form of a note among reviewers."""

from __future__ import annotations

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _


class NoteForm(forms.Form):
    """A few lines; the token makes a form that is sent twice count once."""

    text = forms.CharField(
        label=_("Note among reviewers"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("Seen by reviewers and coordinators, never by the authors."),
    )
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
