"""The form of the step before sending: what the author says of all that stands out."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contributions import harm
from contributions.harm import Sighting
from contributions.models import Contribution, Revision
from contributions.sentence import isolated

Visibility = Contribution.Visibility
# Words that are asked about one by one; whatever else there is, once for each sign.
EACH: Final = 20


class CheckForm(forms.Form):
    """An answer for all words that stand out, one by one or together, and the two questions that
    cap who may read it."""

    use_required_attribute = False

    rest = forms.ChoiceField(
        label=pgettext_lazy("of words that stand out", "All others"),
        choices=[("", _("I answer each one")), *harm.Answer.choices],
        required=False,
    )
    operational_detail = forms.ChoiceField(
        label=_("Would it help offenders to read how it was done?"),
        choices=[("no", _("No")), ("yes", _("Yes: keep it away from the public"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an answer.")},
    )
    consent_to_publish = forms.BooleanField(
        label=_("Those who did this work agree that it is published here."),
        error_messages={"required": _("Confirm this before you send the text.")},
    )

    def __init__(self, data: QueryDict | None, found: list[Sighting], revision: Revision) -> None:
        self.single = found[:EACH]
        self.together = _by_sign(found[EACH:])
        asked = {item.name: (item.words, item.marks) for item in self.single}
        for sign, items in self.together.items():
            asked[f"more-{sign}"] = (str(sign.label), [m for item in items for m in item.marks])
        said = {name: harm.answer_to_all(marks, revision) for name, (_w, marks) in asked.items()}
        super().__init__(data, initial=revision.content | said)
        for name, (words, _marks) in asked.items():
            self.fields[name] = forms.ChoiceField(
                label=isolated(words),
                choices=[("", _("Choose")), *harm.Answer.choices],
                required=False,
            )
        self.order_fields([*asked, *self.base_fields])
        self.asked = list(asked)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in self.asked:
            if name not in self.errors and not (cleaned.get(name) or cleaned.get("rest")):
                self.add_error(name, _t("Choose an answer, or change the text."))
        return cleaned

    @property
    def places(self) -> int:
        """In how many places something stands out."""
        several = (*self.single, *(item for items in self.together.values() for item in items))
        return sum(len(item.marks) for item in several)

    @property
    def rows(self) -> list[tuple[Sighting, forms.BoundField]]:
        return [(item, self[item.name]) for item in self.single]

    @property
    def rows_together(self) -> list[tuple[harm.Sign, list[Sighting], forms.BoundField]]:
        return [(sign, items, self[f"more-{sign}"]) for sign, items in self.together.items()]

    def answers(self) -> dict[str, str]:
        """Key of each mark → answer."""
        asked = [(item.name, item) for item in self.single]
        asked += [(f"more-{sign}", item) for sign, items in self.together.items() for item in items]
        rest = self.cleaned_data["rest"]
        return {
            mark.key: self.cleaned_data[name] or rest for name, item in asked for mark in item.marks
        }

    def content(self, saved: dict[str, Any]) -> dict[str, Any]:
        """What the answers change in the text: a sensitive one is never public."""
        detail = self.cleaned_data["operational_detail"]
        sensitive = detail == "yes" or harm.Answer.PERSON in self.answers().values()
        changed = {"operational_detail": detail, "consent_to_publish": True}
        if sensitive and saved.get("visibility") == Visibility.PUBLIC:
            changed["visibility"] = Visibility.MEMBERS.value
        return changed


def _by_sign(found: list[Sighting]) -> dict[harm.Sign, list[Sighting]]:
    grouped: dict[harm.Sign, list[Sighting]] = {}
    for item in found:
        grouped.setdefault(item.sign, []).append(item)
    return grouped
