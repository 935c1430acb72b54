"""The review queue: the list of what waits. The page of one submission is in `moderation`."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contributions import kinds, permissions
from contributions.models import Contribution, Revision
from contributions.templatetags.text import how_long
from review import reading
from review.admin import bulk, kept, moderation, standing, steps
from review.admin.filters import FILTERS, FilteredList
from review.models import Assignment, Look


class QueueList(FilteredList):
    """Each text knows the filters with which it was found."""

    @property
    def kept(self) -> str:
        """What a page appends to its address that is opened from here."""
        return kept.of_list(self.get_query_string())

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        kept_filters = self.kept
        for revision in self.result_list:
            revision.kept = kept_filters


@admin.register(Revision)
class QueueAdmin(admin.ModelAdmin[Revision]):
    """Texts that wait for an answer, longest waiting first."""

    list_display = (
        "what", "kind", "where", "from_whom", "in_language", "sent", "state_label", "reviewers",
    )  # fmt: skip
    list_display_links = None
    list_filter = FILTERS
    list_select_related = ("contribution", "author__country")
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # the filters count by themselves, in one query
    search_fields = ("contribution__code", "content__title")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Revision]:
        """What was sent (drafts belong to their authors) of what the person may see, with who
        reviews it and who looks at it."""
        user = request.user
        if not isinstance(user, User):  # the admin lets nobody else come here
            return Revision.objects.none()
        assigned = Assignment.objects.open().in_order()
        looks = Look.objects.now().exclude(reviewer=user)
        own = Contribution.objects.written_by(user)
        return (
            reading.sent_to(user)
            .annotate(is_own=Q(author=user) | Q(contribution__in=own))
            .prefetch_related(
                Prefetch("assignments", assigned, to_attr="assigned"),
                Prefetch("looks", looks, to_attr="looked_at"),
            )
            .order_by("submitted_at", "pk")
        )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[QueueList]:
        return QueueList

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Steps for several at once, as far as the person may take them."""
        user = request.user
        return bulk.actions_for(user) if isinstance(user, User) else {}

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
            '<a href="{}{}"><bdi lang="{}">{}</bdi></a> <small class="mod-code">{}</small>{}',
            reverse("admin:contributions_revision_moderate", args=[revision.pk]),
            revision.kept,  # type: ignore[attr-defined]  # by the list
            revision.language,
            revision.title or _t("(no title)"),
            revision.contribution.code,
            _looks(revision),
        )

    @admin.display(description=_("kind"))
    def kind(self, revision: Revision) -> str:
        return _named(_t("kind"), str(kinds.get(revision.contribution.kind).label))

    @admin.display(description=_("countries"))
    def where(self, revision: Revision) -> str:
        places = list(revision.content.get("countries") or [])
        if revision.content.get("international"):
            places.append(_t("international"))
        return _named(_t("countries"), ", ".join(places) or "–")

    @admin.display(description=_("from"))
    def from_whom(self, revision: Revision) -> str:
        return _named(_t("from"), format_html("<bdi>{}</bdi>", reading.author_words(revision)))

    @admin.display(description=_("language"), ordering="language")
    def in_language(self, revision: Revision) -> str:
        return _named(_t("language"), revision.get_language_display())

    @admin.display(description=_("sent"), ordering="submitted_at")
    def sent(self, revision: Revision) -> str:
        if revision.submitted_at is None:
            return _named(_t("sent"), "–")
        when = format_html(
            "{} <small>{}</small>",
            date_format(timezone.localtime(revision.submitted_at), "SHORT_DATE_FORMAT"),
            _t("%s ago") % how_long(revision.submitted_at, depth=1),
        )
        return _named(_t("sent"), when)

    @admin.display(description=_("state"), ordering="state")
    def state_label(self, revision: Revision) -> str:
        return _named(_t("state"), revision.get_state_display())

    @admin.display(description=_("reviewers"))
    def reviewers(self, revision: Revision) -> str:
        """Who reviews it and by when; authors do not read this of their own text."""
        if revision.is_own:  # type: ignore[attr-defined]  # annotated
            return _named(_t("reviewers"), _t("your own text"))
        assigned: list[Assignment] = revision.assigned  # type: ignore[attr-defined]  # prefetched
        people = format_html_join(
            "", '<span class="mod-who"><bdi>{}</bdi> <small class="{}">{}</small></span>',
            (_assigned_words(assignment) for assignment in assigned),
        )  # fmt: skip
        return _named(_t("reviewers"), people or "–")

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
        address = reverse("admin:contributions_revision_moderate", args=[object_id])
        return redirect(f"{address}{kept.query(request)}")

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(moderation.moderate)
        name = "contributions_revision_moderate"
        change = self.admin_site.admin_view(standing.change)
        return [
            path("<int:pk>/moderate/", view, name=name),
            path("<int:pk>/<slug:action>/now/", change, name="contributions_revision_standing"),
            *steps.addresses(self.admin_site.admin_view),
            *super().get_urls(),
        ]


def _named(name: str, value: str) -> str:
    """A cell that says what it is where the table stands as cards: on a phone."""
    return format_html(
        '<span class="mod-name">{}</span><span class="mod-cell">{}</span>', capfirst(name), value
    )


def _looks(revision: Revision) -> str:
    """Who has it open now; the row is tinted where this is not empty."""
    if revision.is_own:  # type: ignore[attr-defined]  # annotated
        return ""
    looks: list[Look] = revision.looked_at  # type: ignore[attr-defined]  # prefetched
    return format_html_join(
        "", '<span class="mod-look">{}</span>', ((reading.look_words(look),) for look in looks)
    )


def _assigned_words(assignment: Assignment) -> tuple[str, str, str]:
    day = date_format(assignment.due_on, "SHORT_DATE_FORMAT")
    late = assignment.is_overdue
    words = _t("overdue since %s") % day if late else _t("until %s") % day
    return reading.reviewer_words(assignment.reviewer), "mod-late" if late else "", words
