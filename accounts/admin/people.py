"""People, their roles and countries, and the invitations sent."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet, CharField, ModelForm, ModelMultipleChoiceField, Textarea
from django.http import HttpRequest
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts import membership, roles
from accounts.acting import because
from accounts.models import FocalPoint, Invitation, User

# Groups are made by `sync_roles` from accounts/roles.py.
admin.site.unregister(Group)


class ReasonForm(ModelForm[User]):
    """Whoever gives or takes a role says why; the audit trail keeps it."""

    reason = CharField(
        label=_("Why the role changes"),
        required=False,
        max_length=500,
        widget=Textarea(attrs={"rows": 2}),
        help_text=_(
            "Needed when a role, the country or “active” changes. Kept in the audit trail."
        ),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        asked = {"groups", "is_active", "country"} if self.instance.pk else {"groups"}
        if asked.intersection(self.changed_data) and not (cleaned.get("reason") or "").strip():
            self.add_error("reason", _t("Give the reason."))
        return cleaned


class FocalPoints(BaseInlineFormSet[FocalPoint, User, ModelForm[FocalPoint]]):
    """The same for the countries somebody speaks for."""

    def clean(self) -> None:
        super().clean()
        if self.has_changed() and not self.data.get("reason", "").strip():
            raise ValidationError(_t("Give the reason in “Why the role changes”."), code="reason")


class FocalPointInline(admin.TabularInline[FocalPoint, User]):
    model = FocalPoint
    formset = FocalPoints
    extra = 0
    autocomplete_fields = ("country",)


@admin.register(User)
class UserAdmin(admin.ModelAdmin[User]):
    """No passwords here: people sign in by a mailed code and set one themselves."""

    list_display = (
        "name",
        "email",
        "function",
        "country",
        "is_active",
        "joined_at",
        "last_login",
    )
    list_display_links = ("name", "email")
    list_filter = ("is_active", "groups", ("focal_points", admin.EmptyFieldListFilter))
    list_select_related = ("country",)
    search_fields = ("name", "email", "organisation", "function")
    ordering = ("name", "email")
    fields = (
        "name",
        "email",
        "function",
        "organisation",
        "country",
        "language",
        "is_active",
        "groups",
        "reason",
        "joined_at",
        "last_login",
    )
    form = ReasonForm
    readonly_fields = ("joined_at", "last_login")
    autocomplete_fields = ("country",)
    inlines = (FocalPointInline,)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Only administrators change administrators."""
        if obj is not None and obj.is_administrator and not _is_administrator(request):
            return False
        return super().has_change_permission(request, obj)

    def formfield_for_manytomany(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> ModelMultipleChoiceField[Any] | None:
        """Nobody hands out a role above the own one."""
        if db_field.name == "groups":
            kwargs["queryset"] = _groups_to_give(request)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(
        self,
        request: HttpRequest,
        obj: User,
        form: ModelForm[User],
        change: bool,  # noqa: FBT001  Django calls it so
    ) -> None:
        because(str(form.cleaned_data.get("reason") or ""))
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            membership.settle_address(obj)


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin[Invitation]):
    """A look at what is out, and the way to take one back; inviting is a page of the site."""

    list_display = (
        "email",
        "role",
        "country",
        "invited_by",
        "created_at",
        "accepted_at",
    )
    list_filter = ("role", ("accepted_at", admin.EmptyFieldListFilter))
    list_select_related = ("country", "invited_by")
    search_fields = ("email",)
    ordering = ("-created_at",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return False


def _is_administrator(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.is_administrator


def _groups_to_give(request: HttpRequest) -> QuerySet[Group]:
    groups = Group.objects.order_by("name")
    return groups if _is_administrator(request) else groups.exclude(name=roles.ADMINISTRATOR)
