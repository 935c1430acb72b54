"""ContributionForm: checks the content of a revision and writes it into the live row.

The same form serves the page (bound to what was typed), `submit` (is it complete?) and
`approve` (save it). How much it asks depends on the content's own `form`: a snapshot asks
little, the full form all, a report only what a report may hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contributions import content as contents
from contributions import tagging
from contributions.forms import fields
from contributions.models import Attachment, Contribution, ContributionObjective, Link

SNAPSHOT, FULL, REPORT = "snapshot", "full", "report"


@dataclass(frozen=True)
class Section:
    """A part of the form as a page: its fields and rows in order."""

    key: str
    title: str | Promise
    names: tuple[str, ...]


@dataclass(frozen=True)
class Rows:
    """A field made of rows: the form of one row, its model, and the names people read."""

    form: type[RowForm]
    title: str | Promise
    add: str | Promise
    help_text: str | Promise = ""
    # Rows of uploaded files: a row begins on a page of its own.
    by_upload: bool = False


class RowForm(forms.ModelForm[Any]):
    """One row; empty rows never reach it."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            fields.speak(field)


class LinkRow(RowForm):
    class Meta:
        model = Link
        fields = ("title", "url")


class AttachmentRow(RowForm):
    file = fields.StoredFileField()

    class Meta:
        model = Attachment
        fields = ("file", "title", "language", "credit")


class ContributionForm(forms.ModelForm[Any]):
    """What every kind asks, and how content becomes a live row."""

    use_required_attribute = False

    title = forms.CharField(
        label=_("Title"), max_length=120, help_text=_("Say what is done, not what is hoped for.")
    )
    summary = fields.WordLimitField(
        label=_("Summary"),
        max_words=60,
        help_text=_("Who does what, for whom, with what effect. It appears in search results."),
    )
    primary_objective = forms.ChoiceField(
        label=_("Main objective"), choices=fields.objective_choices, widget=forms.RadioSelect
    )
    objectives = forms.MultipleChoiceField(
        label=_("Also serves"),
        choices=fields.objective_choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Add others only if it serves them too."),
    )
    crime_scope = forms.ChoiceField(
        label=_("Which crime is it about?"),
        choices=Contribution.CrimeScope.choices,
        widget=forms.RadioSelect,
        help_text=_("They are two crimes and need two answers; nothing is chosen for you."),
    )
    countries = forms.MultipleChoiceField(
        label=_("Countries"), choices=fields.country_choices, widget=forms.CheckboxSelectMultiple
    )
    original_language = forms.ChoiceField(
        label=_("Language you write in"), choices=settings.CONTENT_LANGUAGES
    )
    visibility = forms.ChoiceField(
        label=_("Who may read it"),
        choices=Contribution.Visibility.choices,
        widget=forms.RadioSelect,
    )
    tags = fields.TagsField(
        label=_("Tags"),
        help_text=_("A few words of the field, separated by commas. New ones are proposed."),
    )
    no_identifying_details = forms.BooleanField(
        label=_("The text names no victim, no case and nobody who could be put at risk.")
    )
    operational_detail = forms.ChoiceField(
        label=_("Would it help offenders to read how it was done?"),
        choices=[("no", _("No")), ("yes", _("Yes: keep it away from the public"))],
        widget=forms.RadioSelect,
    )
    consent_to_publish = forms.BooleanField(
        label=_("Those who did this work agree that it is published here.")
    )

    rows: ClassVar[Mapping[str, Rows]] = {
        "links": Rows(LinkRow, _("Links"), _("Add a link")),
        "attachments": Rows(
            AttachmentRow,
            _("Files"),
            _("Attach a file"),
            _("PDF, Word, Excel, PowerPoint or a picture, 20 MB each."),
            by_upload=True,
        ),
    }
    sections: ClassVar[tuple[Section, ...]] = ()
    snapshot: ClassVar[tuple[str, ...]] = ()
    required: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    guides: ClassVar[Mapping[str, tuple[str | Promise, ...]]] = {}
    # Rows of which at least one is needed, by level.
    required_rows: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    one_country: ClassVar[bool] = False

    class Meta:
        model = Contribution
        fields: ClassVar[tuple[str, ...]] = (
            "title", "summary", "crime_scope", "crime_scope_reason", "international",
            "subnational_area", "original_language", "visibility", "organisation",
            "resource_person_function", "consent_to_publish", "licence", "source_kind",
            "source_text", "source_url", "no_identifying_details",
        )  # fmt: skip

    def __init__(
        self,
        *,
        content: contents.Content,
        instance: Contribution | None = None,
        author: User | None = None,
        viewer: User | None = None,
        checked: bool = True,
    ) -> None:
        """`checked=False` shows the content without judging it: a draft on its page."""
        if checked:
            super().__init__(data=contents.to_data(content), instance=instance)
        else:
            super().__init__(
                initial=dict.fromkeys(self.base_fields, "") | content, instance=instance
            )
        self._fix_choices()
        self.content = content
        self.author = author
        self.viewer = viewer or author
        self.level = str(content.get("form") or FULL)
        needed = self.required.get(self.level, ())
        for name, field in self.fields.items():
            field.required = name in needed
            fields.speak(field)
        self.row_forms = {
            name: [
                self._row_form(name, i, row, checked=checked)
                for i, row in enumerate(contents.rows_of(content, name))
            ]
            for name in self.rows
        }
        self.row_errors: dict[str, str] = {}

    def _fix_choices(self) -> None:
        """Read objectives and countries once, not once for each value that is checked."""
        objectives = fields.objective_choices()
        for name in ("primary_objective", "objectives"):
            self._choice_field(name).choices = objectives
        self._choice_field("countries").choices = fields.country_choices()

    def _choice_field(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        if not isinstance(field, forms.ChoiceField):
            raise TypeError(f"{name} is no field of choices")
        return field

    def _row_form(self, name: str, index: int, row: dict[str, str], *, checked: bool) -> RowForm:
        prefix = f"{name}-{index}"
        if not checked:
            return self.rows[name].form(initial=row, prefix=prefix)
        return self.rows[name].form(
            data={f"{prefix}-{column}": text for column, text in row.items()}, prefix=prefix
        )

    @classmethod
    def first_content(cls, author: User) -> contents.Content:
        """What a new draft begins with: the author's own country and body, members only."""
        return {
            "form": SNAPSHOT,
            "original_language": author.language or "en",
            "countries": [author.country_id] if author.country_id else [],
            "organisation": author.organisation,
            "resource_person_function": author.function,
            "visibility": Contribution.Visibility.MEMBERS,
            "source_kind": Contribution.SourceKind.OWN_WORK,
        }

    @classmethod
    def shown_sections(cls, level: str) -> list[Section]:
        """The parts of the form at a level; a snapshot shows only its own questions."""
        if level != SNAPSHOT:
            return list(cls.sections)
        parts = [
            Section(s.key, s.title, tuple(n for n in s.names if n in cls.snapshot))
            for s in cls.sections
        ]
        return [part for part in parts if part.names]

    @classmethod
    def read(cls, post: Any, names: list[str]) -> contents.Content:
        """The content of the named fields and rows from a posted page."""
        shown = {name: cls.base_fields[name] for name in names if name in cls.base_fields}
        rows = {name: list(cls.rows[name].form.base_fields) for name in names if name in cls.rows}
        return contents.from_post(post, shown, rows)

    # Checking

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._join_objectives(cleaned)
        self._check_both_crimes(cleaned)
        self._check_place(cleaned)
        self._cap_visibility(cleaned)
        self._check_rows()
        return cleaned

    def _join_objectives(self, cleaned: dict[str, Any]) -> None:
        numbers = set(cleaned.get("objectives") or [])
        if main := cleaned.get("primary_objective"):
            numbers.add(main)
        cleaned["objectives"] = sorted(numbers)

    def _check_both_crimes(self, cleaned: dict[str, Any]) -> None:
        if self.level == REPORT or cleaned.get("crime_scope") != "BOTH":
            return
        if not cleaned.get("crime_scope_reason"):
            self.add_error("crime_scope_reason", _t("Say in one sentence why it is about both."))

    def _check_place(self, cleaned: dict[str, Any]) -> None:
        """Countries may be empty only where the author says that it is international."""
        if "countries" not in self.fields or self.level == REPORT or "countries" in self.errors:
            return
        if not cleaned.get("countries") and not cleaned.get("international"):
            self.add_error("countries", _t("Choose a country, or mark it as international."))

    def _cap_visibility(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("operational_detail") == "yes" and cleaned.get("visibility") == "public":
            self.add_error(
                "visibility",
                _t("It holds operational detail: choose members or coordinators."),
            )

    def pointed_to(self, name: str, *kinds: str) -> Contribution | None:
        """The published contribution of these kinds whose code the field holds, if there is one.

        It must be visible to the person who acts and another than this one. One query.
        """
        code = str(self.cleaned_data.get(name) or "").strip().upper()
        if not code:
            return None
        found = (
            Contribution.objects.visible_to(self.viewer or self.instance.owner)
            .published()
            .filter(code=code, kind__in=kinds)
            .exclude(pk=self.instance.pk)
            .first()
        )
        if found is None:
            raise ValidationError(_t("There is nothing published here with this code."))
        return found

    def _check_rows(self) -> None:
        for name, row_forms in self.row_forms.items():
            wrong = [i for i, form in enumerate(row_forms, 1) if not form.is_valid()]
            if wrong:
                self.row_errors[name] = _t("Look at row %s.") % ", ".join(map(str, wrong))
            elif not row_forms and name in self.required_rows.get(self.level, ()):
                self.row_errors[name] = _t("Add at least one row.")
            elif self.rows[name].by_upload and not self._are_own(row_forms):
                self.row_errors[name] = _t("A file is missing: attach it again.")

    def _are_own(self, row_forms: list[RowForm]) -> bool:
        """Whether the files were uploaded for this contribution, and for no other."""
        files = [form.cleaned_data["file"] for form in row_forms]
        return all(file.contribution_id == self.instance.pk for file in files)

    def is_valid(self) -> bool:
        return super().is_valid() and not self.row_errors

    def raise_if_invalid(self) -> None:
        """Raise ValidationError with the messages by field, rows included."""
        if self.is_valid():
            return
        messages = {name: list(errors) for name, errors in self.errors.items()}
        messages |= {name: [message] for name, message in self.row_errors.items()}
        raise ValidationError(messages)

    # Saving

    def save_live(self) -> Contribution:
        """Write the checked content into the live row, its relations and its rows."""
        row: Contribution = self.instance
        for name, value in self.columns().items():
            setattr(row, name, value)
        row.save()
        self._save_objectives(row)
        if "countries" in self.fields:
            row.countries.set(self.cleaned_data["countries"])
        self._save_tags(row)
        for name, row_forms in self.row_forms.items():
            self._save_rows(row, name, row_forms)
        return row

    def columns(self) -> dict[str, Any]:
        """The live row's columns; kinds add their own."""
        names = {field.name for field in self.instance._meta.concrete_fields}
        found = {k: v for k, v in self.cleaned_data.items() if k in names}
        found["operational_detail"] = self.cleaned_data.get("operational_detail") == "yes"
        return found

    def _save_objectives(self, row: Contribution) -> None:
        main = self.cleaned_data.get("primary_objective")
        row.objective_links.all().delete()
        ContributionObjective.objects.bulk_create(
            ContributionObjective(
                contribution_id=row.pk, objective_id=int(number), is_primary=number == main
            )
            for number in self.cleaned_data["objectives"]
        )

    def _save_tags(self, row: Contribution) -> None:
        names = self.cleaned_data.get("tags") or []
        tagging.set_own(row, names, by=self.author or row.owner)

    def _save_rows(self, row: Contribution, name: str, row_forms: list[RowForm]) -> None:
        model: type[models.Model] = self.rows[name].form._meta.model
        parent = next(
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, models.ForeignKey) and issubclass(type(row), field.related_model)
        )
        model._default_manager.filter(**{parent: row}).delete()
        made = []
        for position, form in enumerate(row_forms):
            item = form.save(commit=False)
            item.position = position
            setattr(item, f"{parent}_id", row.pk)
            made.append(item)
        model._default_manager.bulk_create(made)
