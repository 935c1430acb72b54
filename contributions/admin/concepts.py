"""The vocabulary's admin with what follows from a decision (contributions.curating)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from contributions import curating, names
from contributions.admin import concept_files
from contributions.forms.concepts import DecisionForm, MergeForm, ReasonForm
from vocabulary.admin import ConceptAdmin
from vocabulary.models import Concept
from vocabulary.permissions import can_curate

admin.site.unregister(Concept)


@admin.register(Concept)
class CuratedConceptAdmin(ConceptAdmin):
    """Decisions tell the proposer and rewrite what is found; merging moves the taggings."""

    change_list_template = "admin/vocabulary/concept/change_list.html"
    actions = ("accept_selected", "reject_selected")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Concept]:
        """Each with how many contributions carry it and in how many languages it has a name."""
        concepts = super().get_queryset(request)
        counted: QuerySet[Concept] = concepts.annotate(
            used=Count("taggings", distinct=True),
            named_in=Count("labels__language", filter=Q(labels__kind="preferred"), distinct=True),
        )
        return counted

    def save_related(
        self,
        request: HttpRequest,
        form: Any,
        formsets: Any,
        change: bool,  # noqa: FBT001  Django's signature
    ) -> None:
        """Names added here find what carries the concept at once."""
        super().save_related(request, form, formsets, change)
        names.refresh()

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Reviewers are told no names: the tags of a lesson would give its author away."""
        shown = ["name", "group", "status", "used", "untranslated"]
        if not can_curate(request.user):
            return [*shown, "created_at"]
        return [*shown, "proposed_by", "created_at", "what_to_do"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        people = () if can_curate(request.user) else ("proposed_by", "decided_by")
        return [name for name in super().get_fields(request, obj) if name not in people]

    @admin.display(description=_("contributions"), ordering="used")
    def used(self, concept: Concept) -> int:
        return int(concept.used)

    @admin.display(description=_("languages missing"), ordering="-named_in")
    def untranslated(self, concept: Concept) -> int:
        return max(0, len(settings.CONTENT_LANGUAGES) - int(concept.named_in))

    @admin.display(description=_("decision"))
    def what_to_do(self, concept: Concept) -> str:
        if concept.merged_into_id:
            return "–"
        proposed = concept.status == Concept.Status.PROPOSED
        name = "decide" if proposed else "merge"
        address = reverse(f"admin:vocabulary_concept_{name}", args=[concept.pk])
        return format_html(
            '<a href="{}">{}</a>', address, _t("Decide") if proposed else _t("Merge")
        )

    @admin.action(permissions=["change"], description=_("Accept the selected concepts"))
    def accept_selected(self, request: HttpRequest, queryset: QuerySet[Concept]) -> None:
        concepts = list(queryset)
        for concept in concepts:
            curating.accept(concept, by=curator(request))
        _say_decided(request, len(concepts))

    @admin.action(permissions=["change"], description=_("Reject the selected concepts …"))
    def reject_selected(
        self, request: HttpRequest, queryset: QuerySet[Concept]
    ) -> HttpResponse | None:
        """Asks for one reason first; each proposer reads it."""
        form = ReasonForm(request.POST if "note" in request.POST else None)
        concepts = list(queryset)
        if form.is_valid():
            for concept in concepts:
                curating.reject(concept, by=curator(request), note=form.cleaned_data["note"])
            _say_decided(request, len(concepts))
            return None
        title = _t("Reject concepts")
        return self._page(request, "reject", title, form, concepts=concepts)

    def get_urls(self) -> list[Any]:
        def own(address: str, view: Any, name: str) -> Any:
            view = self.admin_site.admin_view(view)
            return path(address, view, name=f"vocabulary_concept_{name}")

        return [
            own("import/", self.bring_in, "import"),
            own("<int:pk>/merge/", self.merge, "merge"),
            own("<int:pk>/decide/", self.decide, "decide"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        more = {"may_import": can_curate(request.user)}
        return super().changelist_view(request, more | (extra_context or {}))

    def merge(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Choose the concept that stays; labels and taggings of this one go there."""
        user = curator(request)
        concept = get_object_or_404(Concept, pk=pk, merged_into=None)
        form = MergeForm(request.POST if request.method == "POST" else None, concept=concept)
        if form.is_valid():
            return self._merge(request, concept, form.cleaned_data["into"], user)
        title = _t("Merge “%s”") % concept.name
        return self._page(request, "merge", title, form, concept=concept)

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One proposal: accept it, say which concept it is another name of, or reject it."""
        user = curator(request)
        concept = get_object_or_404(Concept.objects.proposed(), pk=pk)
        form = DecisionForm(request.POST if request.method == "POST" else None, concept=concept)
        if form.is_valid():
            answer = form.cleaned_data["answer"]
            if answer == form.SAME:
                return self._merge(request, concept, form.cleaned_data["into"], user)
            if answer == form.REJECT:
                curating.reject(concept, by=user, note=form.cleaned_data["note"])
            else:
                curating.accept(concept, by=user)
            _say_decided(request, 1)
            return redirect("admin:vocabulary_concept_changelist")
        title = _t("Decide on “%s”") % concept.name
        return self._page(request, "decide", title, form, concept=concept)

    def bring_in(self, request: HttpRequest) -> HttpResponse:
        """Concepts from a file: shown first, brought in when confirmed."""
        curator(request)
        return concept_files.bring_in(request, self.admin_site.each_context(request), self.opts)

    def _merge(
        self, request: HttpRequest, concept: Concept, into: Concept, by: User
    ) -> HttpResponse:
        curating.merge(concept, into=into, by=by)
        messages.success(request, _t("Merged into “%s”.") % into.label())
        return redirect("admin:vocabulary_concept_changelist")

    def _page(
        self, request: HttpRequest, name: str, title: str, form: Any, **more: Any
    ) -> HttpResponse:
        concept = more.get("concept")
        names = Concept.objects.accepted().exclude(pk=concept.pk if concept else None)
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "form": form,
            "names": names.order_by("name"),
            **more,
        }
        return TemplateResponse(request, f"admin/vocabulary/concept/{name}.html", context)


def curator(request: HttpRequest) -> User:
    """Who asks, as somebody who keeps the vocabulary. Raises PermissionDenied."""
    user = request.user
    if not isinstance(user, User) or not can_curate(user):
        raise PermissionDenied
    return user


def _say_decided(request: HttpRequest, count: int) -> None:
    said = ngettext("%(count)d concept decided.", "%(count)d concepts decided.", count)
    messages.success(request, said % {"count": count})
