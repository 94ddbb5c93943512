"""What came through the door, to look at."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from jobs.admin_reading import NOTHING, ReadOnlyAdmin, as_uuid
from webhooks.models import WebhookDelivery

MOST_SHOWN = 50_000


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    """The body is read on a delivery's own page only, and shown as text."""

    list_display = ("received_at", "event", "action", "repository", "sender", "verdict", "reason", "job")
    list_filter = ("verdict",)
    list_select_related = ("job",)
    search_help_text = "A delivery id, or owner/name of a repository."
    fields = (
        *("delivery_id", "received_at", "event", "action", "repository", "sender", "verdict", "reason", "job"),
        *("duplicate_of", "hook_id", "installation_id", "headers", "body_size", "body_hash", "payload"),
    )
    readonly_fields = ("body_size", "body_hash", "payload")

    def find(self, term: str) -> Q:
        delivery_id = as_uuid(term)
        if delivery_id:
            return Q(delivery_id=delivery_id)
        return Q(repository=term) if "/" in term else NOTHING

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookDelivery]:
        deliveries: QuerySet[WebhookDelivery] = super().get_queryset(request)
        return deliveries.defer("body", "headers")

    @admin.display(description="body size in bytes")
    def body_size(self, delivery: WebhookDelivery) -> int:
        return len(delivery.body)

    @admin.display(description="body SHA-256")
    def body_hash(self, delivery: WebhookDelivery) -> str:
        return bytes(delivery.body_sha256).hex()

    def payload(self, delivery: WebhookDelivery) -> str:
        """The body, indented; cut when it is very long."""
        parsed: Any = json.loads(bytes(delivery.body))
        text = json.dumps(parsed, indent=1, ensure_ascii=False)
        return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}… ({len(text)} characters)"
