"""Forms of the discussion."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from contributions.content import clean_text
from contributions.forms.fields import WordLimitField
from contributions.models import Contribution
from discussion.models import Comment

MAX_WORDS = 500


class CommentText(WordLimitField):
    """What people write, without the bytes that the database cannot hold."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(clean_text(str(value or ""))))


class TokenField(forms.UUIDField):
    """What no page of ours made counts as missing; nobody typed it, nobody could mend it."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except ValidationError:
            return None


class CommentForm(forms.Form):
    """A comment on a contribution, or an answer to one of its comments."""

    use_required_attribute = False

    text = CommentText(
        label=_("Your comment"),
        max_words=MAX_WORDS,
        help_text=_(
            "No names of victims, no case details. Under it stand your function and your country."
        ),
        error_messages={"required": _("Write your comment.")},
    )
    language = forms.ChoiceField(
        label=_("Language you write in"), choices=settings.CONTENT_LANGUAGES
    )
    visibility = forms.ChoiceField(
        label=_("Who can read it"),
        choices=Comment.Visibility.choices,
        error_messages={"required": _("Choose who can read it.")},
    )
    # What does not name a comment of this contribution is refused, never passed over.
    parent = forms.ModelChoiceField(
        Comment.objects.none(),
        label=_("The comment you answer"),
        required=False,
        widget=forms.HiddenInput,
        error_messages={
            "invalid_choice": _(
                "It is not here any more. Posted now, yours stands as a comment of its own."
            ),
        },
    )
    token = TokenField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        contribution: Contribution,
        parent: Comment | None = None,
        text: str = "",
    ) -> None:
        initial = {
            "text": text,
            "language": (get_language() or "en").split("-")[0],
            "visibility": Comment.Visibility.MEMBERS,
            "parent": parent,
            "token": uuid.uuid4(),
        }
        super().__init__(data, initial=initial, auto_id="comment_%s")
        answered = self.fields["parent"]
        assert isinstance(answered, forms.ModelChoiceField)  # noqa: S101  for the type checker
        answered.queryset = Comment.objects.filter(
            contribution=contribution, hidden_at__isnull=True
        ).select_related("author__country")
        self.fields["text"].widget.attrs["dir"] = "auto"
        if parent:
            self.fields["text"].label = _("Your answer")
        if parent and not parent.is_public:
            self._keep_among_members()

    def _keep_among_members(self) -> None:
        """An answer never goes further than what it answers."""
        self.fields["visibility"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            choice
            for choice in Comment.Visibility.choices
            if choice[0] == Comment.Visibility.MEMBERS
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        parent = cleaned.get("parent")
        goes_public = cleaned.get("visibility") == Comment.Visibility.PUBLIC
        if parent and goes_public and not parent.is_public:
            self.add_error("visibility", _t("You answer a comment for members: so is your answer."))
        return cleaned


class HideForm(forms.Form):
    """Why a comment is hidden; its author and all who read the discussion are told."""

    use_required_attribute = False

    reason = WordLimitField(
        label=_("Reason"),
        max_words=100,
        rows=3,
        help_text=_(
            "The author is told, and it stands in place of the comment. Do not repeat what must "
            "not be read."
        ),
        error_messages={"required": _("Give the reason. The author reads it.")},
    )

    def clean_reason(self) -> str:
        return clean_text(self.cleaned_data["reason"]).strip()
