"""The audit trail in the admin: filtered, read, exported; nobody adds, changes or deletes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import is_coordinator
from copkb import audit
from copkb.models import AuditEntry

NOBODY = "none"


class RangeForm(forms.Form):
    """First and last day."""

    since = forms.DateField(required=False)
    until = forms.DateField(required=False)


class DateRange(admin.ListFilter):
    """Two days typed into a form; what is no date is left out."""

    title = _("date")
    template = "admin/copkb/auditentry/range.html"

    def __init__(
        self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any
    ) -> None:
        super().__init__(request, params, model, model_admin)
        typed = {name: (params.pop(name, [""]) or [""])[-1] for name in RangeForm.base_fields}
        self.used_parameters = {name: value for name, value in typed.items() if value}
        self.form = RangeForm(typed)
        self.form.is_valid()

    def expected_parameters(self) -> list[str | None]:
        return [*RangeForm.base_fields]

    def has_output(self) -> bool:
        return True

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        others = {k: v for k, v in changelist.params.items() if k not in self.form.fields}
        others |= {
            key: value
            for spec in changelist.filter_specs
            if spec is not self
            for key, value in spec.used_parameters.items()
        }
        if changelist.query:
            others["q"] = changelist.query
        yield {"form": self.form, "others": others}

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry]
    ) -> QuerySet[AuditEntry]:
        days = self.form.cleaned_data
        zone = timezone.get_current_timezone()
        if since := days.get("since"):
            queryset = queryset.filter(at__gte=datetime.combine(since, time.min, zone))
        if until := days.get("until"):
            queryset = queryset.filter(at__lte=datetime.combine(until, time.max, zone))
        return queryset


class ActorFilter(admin.SimpleListFilter):
    """Everybody who is in the trail, and nobody: commands and the database itself."""

    title = _("who")
    parameter_name = "actor"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        acting = AuditEntry.objects.order_by().values("actor").distinct()
        people = User.objects.filter(pk__in=acting).order_by("name", "pk")
        named = [(str(pk), name) for pk, name in people.values_list("pk", "name")]
        return [*named, (NOBODY, _("not through the site"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry]
    ) -> QuerySet[AuditEntry]:
        value = self.value()
        if value == NOBODY:
            return queryset.filter(actor=None)
        return queryset.filter(actor=int(value)) if value and value.isdecimal() else queryset


class ActionFilter(admin.SimpleListFilter):
    """What was done, in words."""

    title = _("what was done")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(audit.ACTIONS.items())

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry]
    ) -> QuerySet[AuditEntry]:
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditAdmin(admin.ModelAdmin[AuditEntry]):
    """The list of the trail and its files."""

    change_list_template = "admin/copkb/auditentry/change_list.html"
    list_display = ("at", "who", "what", "done", "changed", "why")
    list_display_links = None
    list_filter = ("thing", DateRange, ActorFilter, ActionFilter)
    list_select_related = ("actor",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("name", "why", "target", "before", "after", "actor__name", "actor__email")
    actions = None
    ordering = ("-at", "-pk")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_coordinator(request.user)

    def has_view_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return is_coordinator(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": _t("Audit trail")})

    @admin.display(description=_("who"))
    def who(self, entry: AuditEntry) -> str:
        return audit.who(entry)

    @admin.display(description=_("what"))
    def what(self, entry: AuditEntry) -> str:
        return format_html(
            "<bdi>{}</bdi><br><small>{}</small>", entry.name, entry.get_thing_display()
        )

    @admin.display(description=_("what was done"))
    def done(self, entry: AuditEntry) -> str:
        return audit.action(entry)

    @admin.display(description=_("change"))
    def changed(self, entry: AuditEntry) -> str:
        lines = ((line,) for line in audit.changes(entry))
        return format_html_join("", "<div><bdi>{}</bdi></div>", lines)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.export)
        return [
            path("export/<slug:form>/", view, name="copkb_auditentry_export"),
            *super().get_urls(),
        ]

    def export(self, request: HttpRequest, form: str) -> HttpResponse | StreamingHttpResponse:
        """What the list shows with its filters, as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        shown = self.get_changelist_instance(request).get_queryset(request)
        entries = shown.select_related("actor")[: audit.MOST_ROWS]
        name = f"audit-{timezone.localdate()}.{form}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        if form == "csv":
            lines = audit.as_csv(entries.iterator(chunk_size=2_000))
            return StreamingHttpResponse(lines, content_type="text/csv", headers=headers)
        if form == "xlsx":
            kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            book = audit.as_xlsx(entries.iterator(chunk_size=2_000))
            return HttpResponse(book, content_type=kind, headers=headers)
        raise Http404
