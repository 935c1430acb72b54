"""Comments in the admin: found, hidden with a reason, shown again. Nobody edits what others say."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from discussion import workflow
from discussion.forms import HideForm
from discussion.models import Comment
from discussion.permissions import can_hide, can_look


class HiddenFilter(admin.SimpleListFilter):
    """Hidden ones, or those that are shown."""

    title = _("hidden")
    parameter_name = "hidden"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Hidden")), ("no", _("Shown"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        if self.value() in ("yes", "no"):
            return queryset.filter(hidden_at__isnull=self.value() == "no")
        return queryset


@admin.register(Comment)
class CommentAdmin(admin.ModelAdmin[Comment]):
    """All comments, newest first. Names are shown to coordinators only, hidden texts too."""

    list_filter = (HiddenFilter, "visibility", "contribution__kind", "language")
    list_select_related = ("contribution", "author__country", "hidden_by")
    search_fields = ("text", "contribution__code", "contribution__title")
    date_hierarchy = "created_at"
    list_per_page = 50
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        """Ordered here; without the hidden ones for those who may not read them."""
        comments = Comment.objects.visible_to(request.user)
        if not can_hide(request.user):
            comments = comments.filter(hidden_at__isnull=True)
        return comments.order_by("-created_at", "-pk")

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        names = ["beginning", "on", "function"]
        if can_hide(request.user):
            names.append("author_name")
        return [*names, "visibility", "created_at", "hiding"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        names = ["on", "text", "language", "visibility", "function"]
        if can_hide(request.user):
            names += ["author_name", "hidden_by", "hidden_reason"]
        return [*names, "created_at", "hidden_at", "hiding"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return can_look(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return can_look(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("comment"))
    def beginning(self, comment: Comment) -> str:
        return format_html(
            '<bdi lang="{}">{}</bdi>', comment.language, Truncator(comment.text).words(20)
        )

    @admin.display(description=_("on"), ordering="contribution__code")
    def on(self, comment: Comment) -> str:
        return format_html(
            '<a href="{}#{}">{}</a>',
            comment.contribution.get_absolute_url(),
            comment.anchor,
            comment.contribution.code,
        )

    @admin.display(description=_("from"))
    def function(self, comment: Comment) -> str:
        return comment.author.public_function

    @admin.display(description=_("name"))
    def author_name(self, comment: Comment) -> str:
        return str(comment.author)

    @admin.display(description=_("hidden"), ordering="hidden_at")
    def hiding(self, comment: Comment) -> str:
        """Where one hides it or shows it again: the same page, from the list and from the text."""
        return format_html(
            '<a href="{}">{}</a>',
            reverse("admin:discussion_comment_hide", args=[comment.pk]),
            _t("Hidden: read or show again") if comment.is_hidden else _t("Hide"),
        )

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.hide)
        return [path("<int:pk>/hide/", view, name="discussion_comment_hide"), *super().get_urls()]

    def hide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Hide with a reason; a hidden one is shown again by the other button."""
        user = request.user
        if not isinstance(user, User) or not can_hide(user):
            raise PermissionDenied
        comments = self.get_queryset(request).select_related(*self.list_select_related)
        comment = get_object_or_404(comments, pk=pk)
        data = request.POST if request.method == "POST" else None
        form = HideForm(None if comment.is_hidden else data)
        if data is not None and comment.is_hidden:
            workflow.show(comment, by=user)
            messages.success(request, _t("The comment is shown again."))
            return redirect("admin:discussion_comment_changelist")
        if form.is_valid():
            workflow.hide(comment, by=user, reason=form.cleaned_data["reason"])
            messages.success(request, _t("The comment is hidden. Its author reads the reason."))
            return redirect("admin:discussion_comment_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": _t("A hidden comment") if comment.is_hidden else _t("Hide a comment"),
            "opts": self.opts,
            "comment": comment,
            "form": form,
        }
        return TemplateResponse(request, "admin/discussion/comment/hide.html", context)
