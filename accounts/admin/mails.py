"""The log of mails: what was sent to whom, what waits, what came back. Nobody edits it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.models import Delivery


@admin.register(Delivery)
class DeliveryAdmin(admin.ModelAdmin[Delivery]):
    list_display = ("created_at", "address", "topic", "subject", "state", "attempts", "sent_at")
    list_filter = ("state", "is_hard", "topic", "created_at")
    search_fields = ("address", "subject", "message_id")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-pk")
    show_full_result_count = False
    # Neither the text of a mail (a code to sign in may stand there) nor its internal key.
    fields = (
        "recipient", "address", "topic", "subject", "state", "attempts", "error", "is_hard",
        "created_at", "next_try_at", "sent_at", "bounced_at", "message_id",
    )  # fmt: skip
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
