"""Deliveries by what they are about, newest first. A list is without bodies and headers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from monitoring.lists.pages import Driver, Looking, Page, ids_of, read_page
from webhooks.models import WebhookDelivery

#: What a list can be narrowed down to: by name, the condition on a delivery's row. Each takes several values.
CONDITIONS = {
    "organization": "split_part(delivery.repository, '/', 1) = ANY(%(organization)s)",
    "repository": "delivery.repository = ANY(%(repository)s)",
    "event": "delivery.event = ANY(%(event)s)",
    "action": "delivery.action = ANY(%(action)s)",
    "verdict": "delivery.verdict = ANY(%(verdict)s)",
    "sender": "delivery.sender = ANY(%(sender)s)",
    "job": "delivery.job_id = ANY(%(job)s::uuid[])",
}
#: By so much a delivery may have a lower number than one that was received before it.
_DISORDER = timedelta(minutes=1)
_DELIVERIES = "webhook_deliveries"
#: Those with an index that ends in the delivery's number, the narrowest first.
_OWN_INDEX = {
    "job": "job_id = {value}::uuid",
    "repository": "repository = {value}",
    "organization": "split_part(repository, '/', 1) = {value}",
}


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """`values` by the names in CONDITIONS. `since` and `until` are about when a delivery was received."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    since: datetime | None = None
    until: datetime | None = None


def find_deliveries(wanted: DeliveryFilter, *, limit: int, after: int | None = None) -> Page[WebhookDelivery, int]:
    """The page behind the delivery whose row is `after`, without bodies and headers."""
    if not all(wanted.values.values()):  # nothing is one of none
        return Page([], after=None)
    return read_page(WebhookDelivery, _looking(wanted, after), limit=limit, without=["body", "headers"])


def _looking(wanted: DeliveryFilter, after: int | None) -> Looking:
    drivers, covers = _drivers(wanted.values)
    bounds, within = _bounds(wanted, after)
    ids, driven = ids_of(drivers, bounds)
    times = {
        "delivery.received_at >= %(since)s": wanted.since,
        "delivery.received_at < %(until)s": wanted.until,
    }
    conditions = [CONDITIONS[name] for name in wanted.values] + [sql for sql, time in times.items() if time]
    values = {name: list(given) for name, given in wanted.values.items()}
    return Looking(
        ids=ids,
        conditions=" AND ".join(conditions) or "true",
        parameters={**within, **driven, **values, "since": wanted.since, "until": wanted.until},
        alias="delivery",
        exact=set(wanted.values) <= covers and not wanted.since and not wanted.until,
    )


def _drivers(values: Mapping[str, Sequence[str]]) -> tuple[list[Driver], set[str]]:
    """Through which rows to walk, and what of it they fit already."""
    for name, condition in _OWN_INDEX.items():
        if name in values:
            wanted = sorted(set(values[name]))
            return [Driver(_DELIVERIES, condition=condition, value=value) for value in wanted], {name}
    return [Driver(_DELIVERIES)], set()


def _bounds(wanted: DeliveryFilter, after: int | None) -> tuple[str, dict[str, Any]]:
    """SQL over `{id}`, and its values: between the numbers that deliveries had at these times, as an index on times
    would not be one on what is asked for as well.
    """
    bounds, values = "", dict[str, Any]()
    if wanted.since:
        # Compared with NULL, when none was received since then, no number fits.
        bounds, values["first"] = f"{bounds} AND {{id}} >= %(first)s", _first_number(wanted.since - _DISORDER)
    if wanted.until and (last := _first_number(wanted.until + _DISORDER)):
        bounds, values["last"] = f"{bounds} AND {{id}} <= %(last)s", last
    if after:
        bounds, values["after"] = f"{bounds} AND {{id}} < %(after)s", after
    return bounds, values


def _first_number(since: datetime) -> int | None:
    """The number of the first delivery received since then; None when there is none."""
    later = WebhookDelivery.objects.filter(received_at__gte=since).order_by("received_at")
    return later.values_list("id", flat=True).first()
