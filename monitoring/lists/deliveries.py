"""Deliveries by what they are about, newest first. A list is without bodies and headers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import QuerySet

from monitoring.lists.pages import LOOKED_THROUGH, Page
from webhooks.models import OWNER, WebhookDelivery

#: By the name of a filter, the field or annotation it is about. Each takes several values.
FIELDS = {
    "organization": "owner",
    "repository": "repository",
    "event": "event",
    "action": "action",
    "verdict": "verdict",
    "sender": "sender",
    "job": "job_id",
}
#: By so much a delivery may have a lower number than one that was received before it.
_DISORDER = timedelta(minutes=1)
#: An index ends in the delivery's number for these.
_NARROWEST_FIRST = ("job", "repository", "organization")


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """`values` by the names in FIELDS. `since` and `until` are about when a delivery was received."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    since: datetime | None = None
    until: datetime | None = None


def find_deliveries(wanted: DeliveryFilter, *, limit: int, after: int | None = None) -> Page[WebhookDelivery, int]:
    """The page behind the delivery whose row is `after`, without bodies and headers."""
    driver = next((name for name in _NARROWEST_FIRST if name in wanted.values), None)
    first, rest = _split(wanted.values, driver)
    is_exact = not rest and not wanted.since and not wanted.until
    most = limit + 1 if is_exact else LOOKED_THROUGH
    looked = list(_within(_with(first), wanted, after).order_by("-id").values_list("id", flat=True)[:most])
    found = _with(rest).filter(id__in=looked, **_times(wanted)).defer("body", "headers")
    rows = list(found.order_by("-id")[: limit + 1])
    if len(rows) > limit:
        return Page(rows[:limit], after=rows[limit - 1].id)
    if len(looked) < most:
        return Page(rows, after=None)
    return Page(rows, after=looked[-1], complete=False)


def _split(
    values: Mapping[str, Sequence[str]], driver: str | None
) -> tuple[dict[str, Sequence[str]], dict[str, Sequence[str]]]:
    first = {name: given for name, given in values.items() if name == driver}
    return first, {name: given for name, given in values.items() if name != driver}


def _with(values: Mapping[str, Sequence[str]]) -> QuerySet[WebhookDelivery]:
    conditions = {f"{FIELDS[name]}__in": list(given) for name, given in values.items()}
    return WebhookDelivery.objects.annotate(owner=OWNER).filter(**conditions)


def _times(wanted: DeliveryFilter) -> dict[str, datetime]:
    times = {"received_at__gte": wanted.since, "received_at__lt": wanted.until}
    return {name: time for name, time in times.items() if time}


def _within(
    deliveries: QuerySet[WebhookDelivery], wanted: DeliveryFilter, after: int | None
) -> QuerySet[WebhookDelivery]:
    """Between the numbers that deliveries had at these times: an index on the times would not be one on both."""
    bounds = {
        "id__lt": after,
        "id__gte": wanted.since and _first_number(wanted.since - _DISORDER),
        "id__lte": wanted.until and _first_number(wanted.until + _DISORDER),
    }
    return deliveries.filter(**{name: number for name, number in bounds.items() if number is not None})


def _first_number(since: datetime) -> int | None:
    """The number of the first delivery received since then; None when there is none."""
    later = WebhookDelivery.objects.filter(received_at__gte=since).order_by("received_at")
    return later.values_list("id", flat=True).first()
