"""What came through the door, and what should have, to look at."""

import json
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from jobs.admin_reading import NOTHING, ReadOnlyAdmin
from jobs.ids import as_uuid
from webhooks.errors import BodyNoLongerKept
from webhooks.missed import gap_of
from webhooks.models import RECOVERED, Hook, MissedDelivery, WebhookDelivery
from webhooks.storage import body_of

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
        *("duplicate_of", "hook_id", "installation_id", "headers", "size", "body_hash", "payload"),
    )
    readonly_fields = ("size", "body_hash", "payload")

    def find(self, term: str) -> Q:
        delivery_id = as_uuid(term)
        if delivery_id:
            return Q(delivery_id=delivery_id)
        return Q(repository=term) if "/" in term else NOTHING

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookDelivery]:
        deliveries: QuerySet[WebhookDelivery] = super().get_queryset(request)
        return deliveries.defer("body", "headers")

    @admin.display(description="body size in bytes")
    def size(self, delivery: WebhookDelivery) -> int:
        return len(delivery.body) if delivery.dropped_bytes is None else delivery.dropped_bytes

    @admin.display(description="body SHA-256")
    def body_hash(self, delivery: WebhookDelivery) -> str:
        return bytes(delivery.body_sha256).hex()

    def payload(self, delivery: WebhookDelivery) -> str:
        """The body, indented; cut when it is very long."""
        try:
            parsed: Any = json.loads(body_of(delivery))
        except BodyNoLongerKept as gone:
            return str(gone)
        text = json.dumps(parsed, indent=1, ensure_ascii=False)
        return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}… ({len(text)} characters)"


@admin.register(Hook)
class HookAdmin(ReadOnlyAdmin):
    list_display = ("path", "looked_at", "checked_until", "attempts", "missed", "complete", "gap")
    ordering = ("path",)

    def gap(self, hook: Hook) -> str:
        """What is missing now."""
        return str(gap_of([hook.path]))


class StillMissing(admin.SimpleListFilter):
    """Of the hooks that are looked after; nobody asks for the others'."""

    title = "still missing"
    parameter_name = "missing"

    def lookups(self, *_: object) -> list[tuple[str, str]]:
        return [("yes", "not recovered yet")]

    def queryset(self, _request: HttpRequest, queryset: Any) -> QuerySet[Any] | None:
        return queryset.missing().filter(hook__in=settings.GITHUB_HOOKS) if self.value() else None


@admin.register(MissedDelivery)
class MissedDeliveryAdmin(ReadOnlyAdmin):
    list_display = ("failed_at", "event", "action", "guid", "hook", "failure", "asked", "asked_at", "recovered")
    list_filter = (StillMissing,)
    search_help_text = "A delivery id, or the path of a hook."

    def find(self, term: str) -> Q:
        guid = as_uuid(term)
        return Q(guid=guid) if guid else Q(hook=term)

    def get_queryset(self, request: HttpRequest) -> QuerySet[MissedDelivery]:
        missed: QuerySet[MissedDelivery] = super().get_queryset(request)
        return missed.annotate(recovered=RECOVERED)

    @admin.display(boolean=True)
    def recovered(self, missed: Any) -> bool:
        return bool(missed.recovered)
