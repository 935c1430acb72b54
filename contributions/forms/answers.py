"""Forms of what people say about a submission: a message of the talk, an endorsement."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contributions.content import clean_text
from contributions.models import Revision
from contributions.talking import MAX_MESSAGE
from countries.models import Country


class CleanTextField(forms.CharField):
    """What people write, without the bytes that the database cannot hold."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(clean_text(str(value or ""))))


class MessageForm(forms.Form):
    """A line of the talk."""

    use_required_attribute = False

    text = CleanTextField(
        label=_("Your message"),
        max_length=MAX_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_("The authors and those who review it read it; nobody else does."),
        error_messages={"required": _("Write your message.")},
    )


class EndorsementForm(forms.Form):
    """Which country, and what the focal point says with it."""

    use_required_attribute = False

    country = forms.ChoiceField(label=_("For which country?"), widget=forms.RadioSelect)
    note = CleanTextField(
        label=_("What you can say about it"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("Not required. Whoever may read the record reads it."),
    )
    # What was read: a text that changed since is not endorsed by this form.
    revision = forms.IntegerField(widget=forms.HiddenInput)
    lock = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, revision: Revision, codes: set[str]) -> None:
        found = Country.objects.filter(pk__in=codes)
        choices = sorted(((c.pk, c.label()) for c in found), key=lambda pair: pair[1])
        initial: dict[str, Any] = {"revision": revision.pk, "lock": revision.lock}
        if len(choices) == 1:
            initial["country"] = choices[0][0]
        super().__init__(data, initial=initial)
        self.fields["country"].choices = choices  # type: ignore[attr-defined]
