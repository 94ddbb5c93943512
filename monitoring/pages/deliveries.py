"""Deliveries: what GitHub sent, what became of it, and doing it once more."""

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone

from monitoring.access import Caller, Scope, caller_of, needs
from monitoring.api.queries import DeliveryListQuery
from monitoring.lists.deliveries import find_deliveries
from monitoring.pages.frame import page
from monitoring.pages.queries import Choice, choices, filled, with_values
from monitoring.steering import Refused, reprocess
from monitoring.visible import confined_deliveries, delivery_of
from webhooks.models import Verdict, WebhookDelivery

MAX_REASON = 500
MOST_SHOWN_BYTES = 64 * 1024


@needs(Scope.DELIVERIES_READ)
def deliveries(request: HttpRequest) -> HttpResponse:
    asked = DeliveryListQuery(data=filled(request.GET))
    context: dict[str, Any] = {"given": request.GET, "choices": _choices(request.GET), "now": timezone.now()}
    if not asked.is_valid():
        return page(request, "deliveries", {**context, "errors": asked.errors}, status=400)
    told = asked.validated_data
    wanted = confined_deliveries(asked.filter(), caller_of(request))
    found = find_deliveries(wanted, limit=told["limit"], after=told.get("after"))
    following = with_values(request.GET, after=str(found.after)) if found.after else ""
    context |= {
        "page": found,
        "following": following,
        "first": with_values(request.GET),
        "is_first": "after" not in told,
    }
    return page(request, "deliveries", context)


@needs(Scope.DELIVERIES_READ)
def delivery(request: HttpRequest, delivery_id: str) -> HttpResponse:
    caller = caller_of(request)
    found = seen_delivery(caller, delivery_id)
    body = bytes(found.body)
    context = {
        "delivery": found,
        "may_reprocess": caller.may(Scope.DELIVERIES_WRITE),
        "payload": readable(body),
        "bytes": len(body),
        "headers": sorted(found.headers.items()),
        "now": timezone.now(),
    }
    return page(request, "delivery", context, here="deliveries")


@needs(Scope.DELIVERIES_WRITE)
def reprocess_delivery(request: HttpRequest, delivery_id: str) -> HttpResponse:
    caller = caller_of(request)
    found = seen_delivery(caller, delivery_id)
    reason = request.POST.get("reason", "").strip()[:MAX_REASON]
    if not reason:
        messages.error(request, "Say why: the reason is kept.")
        return redirect("pages:delivery", delivery_id=found.delivery_id)
    try:
        outcome = reprocess(caller, found, reason=reason)
        messages.success(request, f"Carried out once more: {outcome.reason or outcome.verdict.label.lower()}.")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("pages:delivery", delivery_id=found.delivery_id)


def seen_delivery(caller: Caller, delivery_id: str) -> WebhookDelivery:
    found = delivery_of(caller, delivery_id)
    if found is None:
        raise Http404
    return found


def readable(body: bytes) -> str:
    """The payload with its lines indented, cut where it is long; as it came where it is no JSON."""
    if len(body) > MOST_SHOWN_BYTES:
        return f"{body[:MOST_SHOWN_BYTES].decode(errors='replace')}…"
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body.decode(errors="replace")


def _choices(given: QueryDict) -> list[Choice]:
    return choices(given, "verdict", Verdict.values)
