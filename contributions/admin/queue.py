"""The review queue and the one page on which a submission is read and decided."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contributions import differences, findings, kinds, permissions, rendering, workflow
from contributions.forms.fields import country_choices, objective_choices
from contributions.forms.moderation import ModerationForm
from contributions.models import Contribution, Decision, Revision

# Decisions of the queue; authors' own steps are not taken here.
_DECISIONS = (
    workflow.Action.REVIEW,
    workflow.Action.APPROVE,
    workflow.Action.REQUEST_CHANGES,
    workflow.Action.DECLINE,
    workflow.Action.ARCHIVE,
    workflow.Action.RESTORE,
)


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
        return (
            super()
            .get_queryset(request)
            .exclude(submitted_at=None)
            .filter(contribution__in=Contribution.objects.visible_to(request.user))
            .order_by("submitted_at", "pk")
        )

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
        return author_words(revision)

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
        view = self.admin_site.admin_view(self.moderate)
        name = "contributions_revision_moderate"
        return [path("<int:pk>/moderate/", view, name=name), *super().get_urls()]

    def moderate(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Read a submission and decide it."""
        user = request.user
        if not isinstance(user, User) or not permissions.can_see_queue(user):
            raise PermissionDenied
        queryset = self.get_queryset(request).select_related(
            "contribution__live", "contribution__owner", "author__country"
        )
        revision = get_object_or_404(queryset, pk=pk)
        actions = [a for a in workflow.available(user, revision) if a in _DECISIONS]
        data = request.POST if request.method == "POST" else None
        form = ModerationForm(data, revision=revision, actions=actions)
        if data is not None and actions and form.is_valid():
            done = _decide(request, revision, form)
            if done is not None:
                return done
        return self._moderation_page(request, revision, form, actions)

    def _moderation_page(
        self,
        request: HttpRequest,
        revision: Revision,
        form: ModerationForm,
        actions: list[workflow.Action],
    ) -> HttpResponse:
        kind = kinds.get(revision.contribution.kind)
        live = revision.contribution.live
        base = live if live and live.pk != revision.pk else None
        changes = differences.between(kind, base.content, revision.content) if base else []
        context = {
            **self.admin_site.each_context(request),
            "title": _t("Moderate: %s") % (revision.title or revision.contribution.code),
            "opts": self.model._meta,
            "revision": revision,
            "contribution": revision.contribution,
            "kind": kind,
            "author": author_words(revision),
            "parts": rendering.filled(rendering.sections(kind, revision.content)),
            "base": base,
            "differences": changes,
            "changed": [change.name for change in changes],
            "findings": findings.of(revision),
            "history": Decision.objects.filter(contribution=revision.contribution)
            .select_related("by__country", "revision")
            .order_by("-created_at", "-pk"),
            "form": form,
            "actions": actions,
            "own": permissions.wrote(request.user, revision),  # type: ignore[arg-type]  # checked
        }
        return TemplateResponse(request, "admin/contributions/revision/moderate.html", context)


def author_words(revision: Revision) -> str:
    """Function and country of the author; withheld where the text asks for it.

    Coordinators know who it is from the record's owner; the queue is also read by reviewers.
    """
    if revision.content.get("anonymous_to_members"):
        return _t("Name withheld on request")
    return revision.author.public_function


def _decide(
    request: HttpRequest, revision: Revision, form: ModerationForm
) -> HttpResponseRedirect | None:
    """Carry the decision out; None where it was refused and the page is shown again."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  narrowed by the caller's permission check
    action = workflow.Action(form.cleaned_data["action"])
    publishing = action is workflow.Action.APPROVE
    try:
        workflow.perform(
            action,
            revision,
            by=user,
            note=form.cleaned_data["note"],
            changes=form.changes() if publishing else None,
        )
    except workflow.WrongStateError as error:
        form.add_error(None, str(error))
        return None
    except ValidationError as error:
        form.add_error(
            None, [f"{key}: {', '.join(map(str, m))}" for key, m in error.message_dict.items()]
        )
        return None
    Contribution.objects.filter(pk=revision.contribution_id).update(
        coordinator_note=form.cleaned_data["coordinator_note"]
    )
    messages.success(
        request,
        _t("Done: %(action)s, %(code)s. The author has been told.")
        % {"action": action.label, "code": revision.contribution.code},
    )
    following = Revision.objects.waiting().exclude(pk=revision.pk).first()
    if "_next" in request.POST and following:
        return redirect("admin:contributions_revision_moderate", following.pk)
    return redirect("admin:contributions_revision_changelist")
