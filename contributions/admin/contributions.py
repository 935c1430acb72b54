"""Contributions in the admin: everything there is, to look things up and to note things.

The content itself changes through revisions only, states through the workflow only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contributions.models import Contribution, Decision, Revision


class MissingFilter(admin.SimpleListFilter):
    """What a coordinator may want to complete with the focal points."""

    title = _("to be completed")
    parameter_name = "missing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("objective", _("no objective")),
            ("country", _("no country")),
            ("scope", _("crime not recorded")),
            ("doubtful", _("to be confirmed by the focal point")),
            ("unconfirmed", _("not confirmed for two years")),
            ("due", _("review due")),
        ]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Contribution]
    ) -> QuerySet[Contribution]:
        match self.value():
            case "objective":
                return queryset.filter(objective_links=None)
            case "country":
                return queryset.filter(countries=None, international=False)
            case "scope":
                return queryset.filter(crime_scope="")
            case "doubtful":
                return queryset.filter(doubtful=True)
            case "unconfirmed":
                return queryset.filter(pk__in=Contribution.objects.stale().values("pk"))
            case "due":
                return queryset.filter(review_due_on__lte=timezone.localdate())
        return queryset


class DecisionInline(admin.TabularInline[Decision, Contribution]):
    """The history; nobody edits it."""

    model = Decision
    fields = ("created_at", "action", "from_state", "to_state", "by_whom", "note")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Decision]:
        return super().get_queryset(request).select_related("by__country", "contribution__lesson")

    @admin.display(description=_("by"))
    def by_whom(self, decision: Decision) -> str:
        """The function, never the name: the author of a lesson may be withheld."""
        if decision.by_id == decision.contribution.owner_id:
            return decision.contribution.author_line
        return decision.by.public_function

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Contribution)
class ContributionAdmin(admin.ModelAdmin[Contribution]):
    """Looking up, notes among coordinators, dates of review."""

    list_display = (
        "code",
        "title",
        "kind",
        "status",
        "visibility",
        "open_state",
        "published_at",
        "review_due_on",
    )
    list_filter = ("kind", "status", "visibility", MissingFilter, "objectives", "original_language")
    search_fields = ("code", "title", "summary", "source_key")
    date_hierarchy = "published_at"
    ordering = ("-published_at", "-pk")
    inlines = (DecisionInline,)
    fields = (
        "on_site", "code", "kind", "status", "visibility", "open_state", "title", "summary",
        "owner_name", "source_text", "source_key", "doubtful", "doubt_note", "coordinator_note",
        "review_due_on", "last_confirmed_on",
    )  # fmt: skip
    _editable = frozenset(
        {"doubtful", "doubt_note", "coordinator_note", "review_due_on", "last_confirmed_on"}
    )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Coordinators also see who the owner is; others see what readers see."""
        assert isinstance(request.user, User)  # noqa: S101  the admin lets nobody else in
        return [*self.fields, *(["standing", "owner"] if request.user.is_coordinator else [])]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [name for name in self.get_fields(request, obj) if name not in self._editable]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contribution]:
        assert isinstance(request.user, User)  # noqa: S101  the admin lets nobody else in
        seen = Contribution.objects.visible_to(request.user)
        return seen.select_related("owner", "lesson").order_by("-published_at", "-pk")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("on the site"))
    def on_site(self, contribution: Contribution) -> str:
        return format_html(
            '<a href="{}">{}</a> · <a href="{}">{}</a>',
            contribution.get_absolute_url(),
            contribution.code,
            reverse("contributions:versions", args=[contribution.code]),
            _("versions"),
        )

    @admin.display(description=_("what is published"))
    def standing(self, contribution: Contribution) -> str:
        """Where it is archived, restored, or an old version closed; each asks before."""
        approved = contribution.revisions.approved().order_by("-version")
        return (
            format_html_join(
                " · ",
                '<a class="button" href="{}">{}</a>',
                [
                    (reverse("admin:contributions_revision_standing", args=[pk, step]), words)
                    for pk, step, words in self._steps(contribution, approved)
                ],
            )
            or "–"
        )

    def _steps(
        self, contribution: Contribution, approved: Iterable[Revision]
    ) -> Iterator[tuple[int, str, str]]:
        for revision in approved:
            version = {"n": revision.version}
            if revision.pk == contribution.live_id:
                if contribution.is_published:
                    yield revision.pk, "archive", _t("Archive")
                else:
                    yield revision.pk, "restore", _t("Restore")
            elif revision.closed_at is None:
                yield revision.pk, "close", _t("Close version %(n)d") % version
            else:
                yield revision.pk, "reopen", _t("Open version %(n)d again") % version

    @admin.display(description=_("owner"))
    def owner_name(self, contribution: Contribution) -> str:
        return contribution.author_line
