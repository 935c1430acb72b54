"""The review queue: the list of what waits. The page of one submission is in `moderation`."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from contributions import kinds, permissions
from contributions.forms.fields import country_choices, objective_choices
from contributions.models import Revision
from review import reading
from review.admin import moderation, standing


class StateFilter(admin.SimpleListFilter):
    """What waits, unless another state is asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", _("All that was sent")), *Revision.State.choices]

    def choices(self, changelist: Any) -> Any:
        yield {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": _t("Waiting"),
        }
        for value, label in self.lookup_choices:
            yield {
                "selected": self.value() == str(value),
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Revision]) -> QuerySet[Revision]:
        if self.value() == "all":
            return queryset
        if self.value() in Revision.State.values:
            return queryset.filter(state=self.value())
        return queryset.filter(state__in=Revision.WAITING_STATES)


class ContentFilter(admin.SimpleListFilter):
    """Filters by what the text itself says, since nothing else knows it before it is published."""

    key = ""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Revision]) -> QuerySet[Revision]:
        value = self.value()
        return queryset.filter(**{f"content__{self.key}__contains": value}) if value else queryset


class CountryFilter(ContentFilter):
    title = _("country")
    parameter_name = "country"
    key = "countries"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        used = {
            code
            for codes in Revision.objects.waiting().values_list("content__countries", flat=True)
            for code in codes or []
        }
        return [pair for pair in country_choices() if pair[0] in used]


class ObjectiveFilter(ContentFilter):
    title = _("objective")
    parameter_name = "objective"
    key = "objectives"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(value, f"{value} {label}") for value, label in objective_choices()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Revision]) -> QuerySet[Revision]:
        if not (value := self.value()):
            return queryset
        return queryset.filter(
            Q(content__objectives__contains=value) | Q(content__primary_objective=value)
        )


class KindFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(kind.name, kind.label) for kind in kinds.all_kinds()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Revision]) -> QuerySet[Revision]:
        return queryset.filter(contribution__kind=self.value()) if self.value() else queryset


@admin.register(Revision)
class QueueAdmin(admin.ModelAdmin[Revision]):
    """Texts that wait for an answer, longest waiting first."""

    list_display = ("what", "kind", "where", "from_whom", "language", "sent", "state_label")
    list_display_links = None
    list_filter = (StateFilter, KindFilter, CountryFilter, ObjectiveFilter, "language")
    list_select_related = ("contribution", "author__country")
    list_per_page = 50
    search_fields = ("contribution__code", "content__title")
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Revision]:
        """What was sent (drafts belong to their authors) of what the person may see."""
        return reading.sent_to(request.user).order_by("submitted_at", "pk")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return permissions.can_see_queue(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Revision | None = None) -> bool:
        return permissions.can_see_queue(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Revision | None = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Revision | None = None) -> bool:
        return False

    @admin.display(description=_("title"))
    def what(self, revision: Revision) -> str:
        return format_html(
            '<a href="{}"><bdi lang="{}">{}</bdi></a> <small>{}</small>',
            reverse("admin:contributions_revision_moderate", args=[revision.pk]),
            revision.language,
            revision.title or _t("(no title)"),
            revision.contribution.code,
        )

    @admin.display(description=_("kind"))
    def kind(self, revision: Revision) -> str:
        return str(kinds.get(revision.contribution.kind).label)

    @admin.display(description=_("countries"))
    def where(self, revision: Revision) -> str:
        return ", ".join(revision.content.get("countries") or []) or "–"

    @admin.display(description=_("from"))
    def from_whom(self, revision: Revision) -> str:
        return reading.author_words(revision)

    @admin.display(description=_("sent"), ordering="submitted_at")
    def sent(self, revision: Revision) -> Any:
        return revision.submitted_at

    @admin.display(description=_("state"), ordering="state")
    def state_label(self, revision: Revision) -> str:
        return revision.get_state_display()

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(
            request, {"title": _t("Review queue")} | (extra_context or {})
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The admin's own links lead to the page on which one decides."""
        return redirect("admin:contributions_revision_moderate", object_id)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(moderation.moderate)
        name = "contributions_revision_moderate"
        change = self.admin_site.admin_view(standing.change)
        return [
            path("<int:pk>/moderate/", view, name=name),
            path("<int:pk>/<slug:action>/now/", change, name="contributions_revision_standing"),
            *super().get_urls(),
        ]
