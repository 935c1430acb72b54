"""The vocabulary's admin with what follows from a decision (contributions.curating)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from contributions import curating
from contributions.content import clean_text
from search.folding import fold
from vocabulary.admin import ConceptAdmin
from vocabulary.models import Concept
from vocabulary.permissions import can_curate


class MergeForm(forms.Form):
    """Into which accepted concept another one is merged: by any of its names."""

    into = forms.CharField(
        label=_("The concept that stays"),
        max_length=100,
        help_text=_("One of its names, in any language."),
        widget=forms.TextInput(attrs={"list": "concepts", "autocomplete": "off", "size": 60}),
    )

    def __init__(self, data: Any = None, *, concept: Concept) -> None:
        super().__init__(data)
        self.concept = concept

    def clean_into(self) -> Concept:
        others = Concept.objects.accepted().exclude(pk=self.concept.pk)
        # Not `named`: the one that is merged may go by the same name.
        name = fold(clean_text(self.cleaned_data["into"]))
        found = others.filter(labels__folded=name).order_by("pk").first()
        if found is None:
            raise ValidationError(_t("No accepted concept has this name."), code="unknown")
        return found


admin.site.unregister(Concept)


@admin.register(Concept)
class CuratedConceptAdmin(ConceptAdmin):
    """Decisions tell the proposer and rewrite what is found; merging moves the taggings."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Concept]:
        concepts = super().get_queryset(request)
        counted: QuerySet[Concept] = concepts.annotate(used=Count("taggings", distinct=True))
        return counted

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Reviewers are told no names: the tags of a lesson would give its author away."""
        if not can_curate(request.user):
            return ["name", "group", "status", "used", "created_at"]
        return ["name", "group", "status", "used", "proposed_by", "created_at", "merging"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        people = () if can_curate(request.user) else ("proposed_by", "decided_by")
        return [name for name in super().get_fields(request, obj) if name not in people]

    @admin.display(description=_("contributions"), ordering="used")
    def used(self, concept: Concept) -> int:
        return int(concept.used)

    @admin.display(description=_("merge"))
    def merging(self, concept: Concept) -> str:
        if concept.merged_into_id:
            return "–"
        address = reverse("admin:vocabulary_concept_merge", args=[concept.pk])
        return format_html('<a href="{}">{}</a>', address, _t("Merge"))

    @admin.action(permissions=["change"], description=_("Accept the selected concepts"))
    def accept_selected(self, request: HttpRequest, queryset: QuerySet[Concept]) -> None:
        self._decide_each(request, queryset, curating.accept)

    @admin.action(permissions=["change"], description=_("Reject the selected concepts"))
    def reject_selected(self, request: HttpRequest, queryset: QuerySet[Concept]) -> None:
        self._decide_each(request, queryset, curating.reject)

    def _decide_each(
        self, request: HttpRequest, queryset: QuerySet[Concept], decide: Callable[..., None]
    ) -> None:
        concepts = list(queryset)
        for concept in concepts:
            decide(concept, by=request.user)
        said = ngettext("%(count)d concept decided.", "%(count)d concepts decided.", len(concepts))
        messages.success(request, said % {"count": len(concepts)})

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.merge)
        name = "vocabulary_concept_merge"
        return [path("<int:pk>/merge/", view, name=name), *super().get_urls()]

    def merge(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Choose the concept that stays; labels and taggings of this one go there."""
        user = request.user
        if not isinstance(user, User) or not can_curate(user):
            raise PermissionDenied
        concept = get_object_or_404(Concept, pk=pk, merged_into=None)
        form = MergeForm(request.POST if request.method == "POST" else None, concept=concept)
        if form.is_valid():
            into = form.cleaned_data["into"]
            curating.merge(concept, into=into, by=user)
            messages.success(request, _t("Merged into “%s”.") % into.label())
            return redirect("admin:vocabulary_concept_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": _t("Merge “%s”") % concept.name,
            "opts": self.opts,
            "concept": concept,
            "form": form,
            "names": Concept.objects.accepted().exclude(pk=pk).order_by("name"),
        }
        return TemplateResponse(request, "admin/vocabulary/concept/merge.html", context)
