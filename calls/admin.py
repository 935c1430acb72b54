"""Coordinators prepare, open and close calls."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts.models import User
from calls import workflow
from calls.models import Call, CallText
from calls.permissions import can_manage
from contributions.forms.fields import country_choices, tick
from countries.models import Country
from objectives.models import Objective
from search.folding import fold
from vocabulary.models import Concept


class CallForm(forms.ModelForm[Call]):
    """The deadline is typed and shown as clocks in the chosen zone have it."""

    deadline = forms.DateTimeField(
        label=_("Deadline"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    class Meta:
        model = Call
        fields = ("slug", "kind", "themes", "objectives", "countries", "deadline", "time_zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            # What clocks of the zone show, as if they were the server's; in minutes, as one types.
            shown = self.instance.local_deadline.replace(tzinfo=None, second=0, microsecond=0)
            self.initial["deadline"] = timezone.make_aware(shown)
            # Concepts that were merged meanwhile can be chosen no more.
            self.initial["themes"] = self.instance.theme()
        concepts, goals = Concept.objects.accepted(), Objective.objects.order_by("number")
        goal_choices = [(str(goal.pk), str(goal)) for goal in goals]
        begins = _t("Tags. What answers the call begins with them.")
        tick(self, "themes", concepts, concept_choices(concepts.with_labels()), begins)
        tick(self, "objectives", goals, goal_choices)
        addressed = _t("Those it is addressed to; none for all.")
        tick(self, "countries", Country.objects.all(), country_choices(), addressed)

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if slug == "ask":  # its page is the one for questions
            raise ValidationError(_t("Choose another address: this one is taken."))
        return slug

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or {}
        deadline, zone = entered.get("deadline"), entered.get("time_zone")
        if self.instance.pk and not {"deadline", "time_zone"} & set(self.changed_data):
            entered["deadline"] = self.instance.deadline  # with its seconds: nothing was moved
        elif deadline and zone:
            # The field took it for the server's time; what was typed is the zone's.
            typed = timezone.make_naive(deadline, timezone.get_current_timezone())
            entered["deadline"] = timezone.make_aware(typed, ZoneInfo(zone))
        return entered


def concept_choices(concepts: Iterable[Concept]) -> list[tuple[str, str]]:
    """(key, label in the reader's language), by label. No query after `with_labels`."""
    pairs = [(str(concept.pk), concept.label()) for concept in concepts]
    return sorted(pairs, key=lambda pair: fold(pair[1]))


class ManagedAdmin:
    """Coordinators manage calls; nothing that was opened is deleted."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return can_manage(request.user)

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return can_manage(request.user)

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return can_manage(request.user)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return can_manage(request.user)


class TextFormSet(BaseInlineFormSet[CallText, Call, forms.ModelForm[CallText]]):
    """What was opened keeps a text: a call that says nothing cannot be answered."""

    def clean(self) -> None:
        super().clean()
        left = [
            form for form in self.forms if form.has_changed() or form.instance.pk
            if form not in self.deleted_forms
        ]  # fmt: skip
        if self.instance.opened_at and not left:
            raise ValidationError(_t("An opened call keeps its text in one language at least."))


class Texts(ManagedAdmin, admin.StackedInline[CallText, Call]):
    """The call in each language."""

    model = CallText
    formset = TextFormSet
    extra = 1
    formfield_overrides = {
        models.CharField: {"widget": AdminTextInputWidget(attrs={"dir": "auto"})},
        models.TextField: {"widget": AdminTextareaWidget(attrs={"dir": "auto"})},
    }

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return can_manage(request.user)


@admin.register(Call)
class CallAdmin(ManagedAdmin, admin.ModelAdmin[Call]):
    """Calls with what came."""

    form = CallForm
    list_display = ("__str__", "kind", "until", "state", "came", "by_whom")
    list_select_related = ("made_by",)
    list_filter = ("kind", "objectives")
    inlines = (Texts,)
    actions = ("open_selected", "close_selected")
    readonly_fields = ("state", "edition", "by_whom")
    fields = (
        "slug", "kind", "themes", "objectives", "countries", "deadline", "time_zone", "state",
        "edition", "by_whom",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Call]:
        counted: QuerySet[Call] = (
            super()
            .get_queryset(request)
            .prefetch_related("texts")
            .annotate(number=Count("answers"))
            .order_by("-pk")
        )
        return counted

    def has_delete_permission(self, request: HttpRequest, obj: Call | None = None) -> bool:
        return can_manage(request.user) and obj is not None and obj.opened_at is None

    def get_readonly_fields(self, request: HttpRequest, obj: Call | None = None) -> list[str]:
        """People know the address of what was opened, and wrote what it asked for."""
        fixed = ["slug", "kind"] if obj is not None and obj.opened_at else []
        return [*fixed, *self.readonly_fields]

    def save_model(self, request: HttpRequest, obj: Call, form: Any, change: bool) -> None:  # noqa: FBT001  Django's signature
        if not change:
            obj.made_by = request.user  # type: ignore[assignment]  # signed in
        else:
            workflow.move(obj, obj.deadline, by=_user(request))
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Call) -> None:
        workflow.drop(obj, by=_user(request))

    @admin.display(description=_("until"), ordering="deadline")
    def until(self, call: Call) -> str:
        return f"{call.local_deadline:%Y-%m-%d %H:%M} {call.time_zone}"

    @admin.display(description=_("state"))
    def state(self, call: Call) -> str:
        if call.opened_at is None:
            return _t("being prepared")
        return pgettext("a call", "open") if call.is_open else pgettext("a call", "over")

    @admin.display(description=_("made by"), ordering="made_by__name")
    def by_whom(self, call: Call) -> str:
        return str(call.made_by)

    @admin.display(description=_("what came"), ordering="number")
    def came(self, call: Call) -> str:
        return format_html('<a href="{}">{}</a>', call.get_absolute_url(), call.number)  # type: ignore[attr-defined]  # annotated

    @admin.action(permissions=["change"], description=_("Open the selected calls"))
    def open_selected(self, request: HttpRequest, queryset: QuerySet[Call]) -> None:
        """Each that can be opened; the others with the reason."""
        for call in queryset:
            try:
                workflow.open_call(call, by=_user(request))
            except ValidationError as error:
                messages.error(request, f"{call}: {' '.join(error.messages)}")
            else:
                messages.success(request, _t("Open, and told: %s") % call)

    @admin.action(permissions=["change"], description=_("Close the selected calls"))
    def close_selected(self, request: HttpRequest, queryset: QuerySet[Call]) -> None:
        for call in queryset:
            workflow.close_call(call, by=_user(request))
            messages.success(request, _t("Closed: %s") % call)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  the admin lets nobody else in
    return request.user
