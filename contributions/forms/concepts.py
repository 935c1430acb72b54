"""Forms for keeping the vocabulary: a decision on a proposal, merging, a file from elsewhere."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from contributions.content import clean_text
from search.folding import fold
from vocabulary import exchange
from vocabulary.catalogue import CatalogueError, Entry
from vocabulary.models import Concept


class ConceptField(forms.CharField):
    """An accepted concept, by any of its names; cleans to the concept or None."""

    def __init__(self, *, but: Concept | None = None, **kwargs: Any) -> None:
        attrs = {"list": "concepts", "autocomplete": "off", "size": 60}
        super().__init__(
            max_length=Concept.NAME_LENGTH, widget=forms.TextInput(attrs=attrs), **kwargs
        )
        self.but = but

    def clean(self, value: Any) -> Concept | None:
        name = fold(clean_text(super().clean(value)))
        if not name:
            return None
        # Not `named`: the one that is merged may go by the same name.
        others = Concept.objects.accepted().exclude(pk=self.but.pk if self.but else None)
        found = others.filter(labels__folded=name).order_by("pk").first()
        if found is None:
            raise ValidationError(_t("No accepted concept has this name."), code="unknown")
        return found


class MergeForm(forms.Form):
    """Into which accepted concept another one is merged."""

    def __init__(self, data: Any = None, *, concept: Concept) -> None:
        super().__init__(data)
        self.fields["into"] = ConceptField(
            but=concept,
            label=_("The concept that stays"),
            help_text=_("One of its names, in any language."),
        )


class ReasonForm(forms.Form):
    """Why concepts are not taken; whoever proposed one reads it."""

    note = forms.CharField(
        label=_("Reason"),
        max_length=Concept.SCOPE_NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whoever proposed it reads this."),
    )


class DecisionForm(forms.Form):
    """One proposal: taken, another name of a concept that is there, or refused with a reason."""

    ACCEPT, SAME, REJECT = "accept", "same", "reject"
    answer = forms.ChoiceField(
        label=_("What do you decide?"),
        widget=forms.RadioSelect,
        choices=[
            (ACCEPT, _("Accept: it becomes a tag that everyone can use")),
            (SAME, _("It is another name of a concept that is there")),
            (REJECT, _("Reject: it does not become a tag")),
        ],
    )

    def __init__(self, data: Any = None, *, concept: Concept) -> None:
        super().__init__(data)
        self.fields["into"] = ConceptField(
            but=concept,
            required=False,
            label=_("Another name of"),
            help_text=_("One of its names, in any language."),
        )
        self.fields["note"] = forms.CharField(
            required=False,
            label=_("Reason for rejecting it"),
            max_length=Concept.SCOPE_NOTE_LENGTH,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("Whoever proposed it reads this."),
        )

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or {}
        answer = entered.get("answer")
        if answer == self.SAME and "into" not in self.errors and entered.get("into") is None:
            self.add_error("into", _t("Say which concept it is another name of."))
        if answer == self.REJECT and not entered.get("note"):
            self.add_error("note", _t("Give the reason."))
        return entered


class ConceptFileForm(forms.Form):
    """A file of concepts; cleans to its entries."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("SKOS (.ttl, .rdf) or a spreadsheet (.xlsx), at most 5 MB."),
        widget=forms.FileInput(attrs={"accept": ",".join(f".{x}" for x in exchange.FORMATS)}),
    )

    def clean_file(self) -> list[Entry]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > exchange.LARGEST:
            raise ValidationError(_t("The file is larger than 5 MB."), code="large")
        try:
            return exchange.read(file.name or "", file.read())
        except CatalogueError as error:
            raise ValidationError(str(error).splitlines()[:20], code="unreadable") from error
