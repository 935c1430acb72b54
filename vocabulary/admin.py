"""The coordinators' view of the vocabulary: proposals to decide, labels to complete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.contrib import admin
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

from search.folding import fold
from vocabulary.models import Concept, ConceptLabel
from vocabulary.permissions import can_curate, can_look

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


FILE_FIELDS = ("name", "slug", "group", "scope_note", "source", "broader", "related")


class MissingLanguageFilter(admin.SimpleListFilter):
    """Concepts that still lack a preferred label in a language."""

    title = _("missing translation")
    parameter_name = "missing"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Concept]
    ) -> list[tuple[str, str]]:
        return list(settings.CONTENT_LANGUAGES)

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Concept]
    ) -> QuerySet[Concept] | None:
        language = self.value()
        if not language:
            return None
        return queryset.filter(pk__in=Concept.objects.missing_language(language))


class LabelFormSet(BaseInlineFormSet[ConceptLabel, Concept, forms.ModelForm[ConceptLabel]]):
    """Labels may not repeat or contradict each other, nor those of the vocabulary file.

    Django leaves constraints over the parent of an inline to the database.
    """

    def clean(self) -> None:
        super().clean()
        seen = self._keys_of_other_labels()
        for form in self.forms:
            entered = form.cleaned_data if form.is_valid() else {}
            if not entered.get("text") or entered.get("DELETE"):
                continue
            keys = _keys(entered["language"], fold(entered["text"]), entered["kind"])
            if keys & seen:
                form.add_error("text", _("This repeats another label in the same language."))
            seen |= keys

    def _keys_of_other_labels(self) -> set[tuple[str, str]]:
        if self.instance.pk is None:
            return set()
        here = [form.instance.pk for form in self.initial_forms]
        others = self.instance.labels.exclude(pk__in=here)
        return {key for each in others for key in _keys(each.language, each.folded, each.kind)}


def _keys(language: str, folded: str, kind: str) -> set[tuple[str, str]]:
    """What must be unique: each label in its language, and there one preferred label."""
    return {(language, folded)} | ({(language, "")} if kind == "preferred" else set())


class CuratedAdmin:
    """Coordinators keep the vocabulary; nothing in it is deleted, only rejected."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return can_look(request.user)

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return can_look(request.user)

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return can_curate(request.user)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return can_curate(request.user)


class OwnLabels(CuratedAdmin, admin.TabularInline[ConceptLabel, Concept]):
    """Labels that people added here."""

    model = ConceptLabel
    fields = ("language", "kind", "text")
    formset = LabelFormSet
    extra = 1
    verbose_name_plural = _("labels added here")

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return can_curate(request.user)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ConceptLabel]:
        return super().get_queryset(request).filter(from_file=False).order_by("language", "kind")


class FileLabels(admin.TabularInline[ConceptLabel, Concept]):
    """Labels of the vocabulary file: shown, changed there."""

    model = ConceptLabel
    fields = readonly_fields = ("language", "kind", "text")
    verbose_name_plural = _("labels of the vocabulary file")

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return can_look(request.user)

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[ConceptLabel]:
        return super().get_queryset(request).filter(from_file=True).order_by("language", "kind")


@admin.register(Concept)
class ConceptAdmin(CuratedAdmin, admin.ModelAdmin[Concept]):
    """The queue of proposals (filter: status) and the whole vocabulary."""

    list_display = ("name", "group", "status", "proposed_by", "created_at")
    list_filter = ("status", "group", MissingLanguageFilter)
    list_select_related = ("proposed_by",)
    search_fields = ("name", "slug", "labels__folded")
    ordering = ("name",)
    autocomplete_fields = ("broader", "related")
    fields = (*FILE_FIELDS, "status", "proposed_by", "created_at",
              "decided_by", "decided_at", "decision_note", "merged_into")  # fmt: skip
    readonly_fields = (
        "status", "proposed_by", "created_at", "decided_by", "decided_at", "decision_note",
        "merged_into",
    )  # fmt: skip
    inlines = (OwnLabels, FileLabels)

    def get_readonly_fields(self, request: HttpRequest, obj: Concept | None = None) -> list[str]:
        return [*self.readonly_fields, *(FILE_FIELDS if obj and obj.from_file else ())]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Concept], search_term: str
    ) -> tuple[QuerySet[Concept], bool]:
        """Search folded labels, so that case, accents and letter forms do not matter."""
        return super().get_search_results(request, queryset, fold(search_term))

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
