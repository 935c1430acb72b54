"""Forms about tags."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contributions.content import clean_text
from contributions.forms.fields import MAX_TAG_LENGTH, TAG_SEPARATORS, TagsField


class TagNames(TagsField):
    """Names as a member types them, without the bytes that the database cannot hold."""

    def to_python(self, value: Any) -> list[str]:
        cleaned = [clean_text(tag).strip() for tag in value or []]
        return super().to_python([tag for tag in cleaned if tag])


class TagForm(forms.Form):
    """Names to add to a published contribution."""

    use_required_attribute = False

    tags = TagNames(
        label=_("Add tags"),
        help_text=_(
            "Words of the field, separated by commas. A new one is shown to you and the "
            "coordinators until they accept it."
        ),
        error_messages={"required": _("Write at least one tag.")},
    )


class SuggestForm(forms.Form):
    """What tags are offered for: `q`, or the last word of a whole line. Too long fits nothing."""

    q = forms.CharField(max_length=MAX_TAG_LENGTH, required=False)
    tags = forms.CharField(required=False)

    def word(self) -> str:
        if not self.is_valid():
            return ""
        line: str = self.cleaned_data["tags"]
        return self.cleaned_data["q"] or TAG_SEPARATORS.split(line)[-1].strip()[:MAX_TAG_LENGTH]


class RemoveForm(forms.Form):
    """Which tag is taken away."""

    tag = forms.SlugField(max_length=100, allow_unicode=True)
