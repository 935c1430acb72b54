"""Forms over the log of queries: which read-out, and what a question that found nothing means."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from contributions.forms.concepts import ConceptField
from search.log import HIDDEN
from vocabulary.models import ConceptLabel, content_languages


class SynonymForm(forms.Form):
    """What was searched for in vain, as a name of a concept."""

    into = ConceptField(
        label=_("The concept it means"), help_text=_("One of its names, in any language.")
    )
    text = forms.CharField(
        label=_("Words"),
        max_length=ConceptLabel.TEXT_LENGTH,
        help_text=_("As readers write them; correct slips of the keyboard."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=content_languages)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[
            (kind.value, kind.label)
            for kind in (ConceptLabel.Kind.SYNONYM, ConceptLabel.Kind.ACRONYM)
        ],
    )

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        if HIDDEN in text:
            raise ValidationError(_t("Write the words without the hidden part."), code="hidden")
        return text


class ReadoutForm(forms.Form):
    """Which read-out of the log of queries, over how many days, of which language."""

    FREQUENT, NOTHING, UNOPENED, LANGUAGES = "frequent", "nothing", "unopened", "languages"
    show = forms.ChoiceField(
        label=_("Show"),
        choices=[
            (FREQUENT, _("Often asked")),
            (NOTHING, _("Nothing was found")),
            (UNOPENED, _("No result was opened")),
            (LANGUAGES, _("By language")),
        ],
    )
    days = forms.TypedChoiceField(
        label=_("Period"),
        coerce=int,
        choices=[
            (30, _("the last 30 days")),
            (90, _("the last 90 days")),
            (400, _("everything that is kept (13 months)")),
        ],
    )
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=lambda: [("", _("All languages")), *content_languages()],
    )
