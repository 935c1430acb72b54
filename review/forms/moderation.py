"""The form of a decision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contributions import kinds, workflow
from contributions.forms.fields import TagsField
from contributions.models import Contribution, Revision
from review.forms.points import Points

PUBLISHING = ("maturity", "visibility", "tags")


class ModerationForm(forms.Form):
    """What is decided, why, and what the coordinator sets while publishing."""

    action = forms.ChoiceField(label=_("What do you decide?"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Reason for the author"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        help_text=_(
            "Say what to change and why, in the author’s language if you can."
            " Begin with what is good."
        ),
    )
    maturity = forms.ChoiceField(label=_("Maturity"), required=False)
    visibility = forms.ChoiceField(
        label=_("Who may read it"), choices=Contribution.Visibility.choices
    )
    tags = TagsField(label=_("Tags"), required=False)
    coordinator_note = forms.CharField(
        label=_("Note for coordinators"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=_("Never public, never sent to the author."),
    )
    # What the coordinator has read; a text that changed since is not decided by this form.
    lock = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        revision: Revision,
        actions: list[workflow.Action],
        by: User,
        **kwargs: Any,
    ) -> None:
        """Asks only what `by` may set: what is published, where they may publish."""
        content = revision.content
        kwargs["initial"] = {
            "maturity": content.get("maturity") or "",
            "visibility": content.get("visibility") or Contribution.Visibility.MEMBERS,
            "tags": content.get("tags") or [],
            "coordinator_note": revision.contribution.coordinator_note,
            "lock": revision.lock,
        }
        super().__init__(*args, **kwargs)
        self.revision = revision
        self.points = Points(revision, self.data if self.is_bound else None)
        self.fields["action"].choices = [(a.value, a.label) for a in actions]  # type: ignore[attr-defined]
        ladder = kinds.get(revision.contribution.kind).form.base_fields.get("maturity")
        if ladder is None:
            del self.fields["maturity"]
        else:
            self.fields["maturity"].choices = ladder.choices  # type: ignore[attr-defined]
        if workflow.Action.APPROVE not in actions:
            for name in PUBLISHING:
                self.fields.pop(name, None)
        if not by.is_coordinator:
            del self.fields["coordinator_note"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        action = cleaned.get("action")
        step = workflow.TRANSITIONS[workflow.Action(action)] if action else None
        points = self._points(action)
        if step and step.needs_note and not points and not (cleaned.get("note") or "").strip():
            self.add_error("note", _t("Give the reason. The author reads it."))
        if cleaned.get("lock") not in (None, self.revision.lock):
            raise ValidationError(
                _t("The author changed the text while you read it. Read it again, then decide."),
                code="stale",
            )
        return cleaned

    def _points(self, action: str | None) -> list[tuple[str, str]]:
        if not self.points.is_valid():
            self.add_error(None, _t("A point needs another look."))
            return []
        found = self.points.found()
        if found and action and action != workflow.Action.REQUEST_CHANGES:
            self.add_error(
                "action", _t("You wrote points to change: they go with “Request changes”.")
            )
        return found

    def not_judged(self) -> None:
        """Show what was typed without errors: a row more was asked for, nothing was decided."""
        self._errors = ErrorDict()

    def changes(self) -> dict[str, Any]:
        """What the coordinator set differently from the author, by form field."""
        content = self.revision.content
        names = [name for name in PUBLISHING if name in self.fields]
        return {
            name: self.cleaned_data[name]
            for name in names
            if self.cleaned_data[name] != (content.get(name) or type(self.cleaned_data[name])())
        }

    def changed_note(self) -> str | None:
        """The note among coordinators where it was changed, else None."""
        changed = "coordinator_note" in self.changed_data
        return str(self.cleaned_data["coordinator_note"]) if changed else None
