"""At which pace a person wants mail about each topic."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import User
from contributions.models import Notification, Pace, Preference
from contributions.models.preference import topics_for


class MailChoicesForm(forms.Form):
    """One choice for each topic that can concern the person."""

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        paces = Preference.objects.paces([person])[person.pk]
        for topic in topics_for(person):
            self.fields[topic] = forms.ChoiceField(
                label=Notification.Topic(topic).label,
                choices=Pace.choices,
                initial=str(paces[topic]),
            )

    def save(self) -> None:
        Preference.objects.choose(self.person, self.cleaned_data)
