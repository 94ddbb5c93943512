"""Deliveries: when the last one came, what is held back, and what GitHub could not deliver."""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import Max
from django.utils import timezone
from prometheus_client.core import Metric

from monitoring.metrics.families import gauge
from webhooks.missed import gap_of
from webhooks.models import Hook, Verdict, WebhookDelivery


def deliveries() -> Iterator[Metric]:
    last = WebhookDelivery.objects.aggregate(at=Max("received_at"))["at"]
    yield gauge(
        "kodus_webhook_last_delivery_timestamp_seconds",
        "When the last delivery came; 0 before the first.",
        last.timestamp() if last else 0,
    )
    held = WebhookDelivery.objects.filter(verdict=Verdict.HELD).count()
    yield gauge("kodus_deliveries_held", "Deliveries kept for later because the queue is switched off.", held)
    gap, now = gap_of(settings.GITHUB_HOOKS), timezone.now()
    yield gauge("kodus_deliveries_missed", "Deliveries GitHub could not make and that are not here yet.", gap.missing)
    waiting = (now - gap.since).total_seconds() if gap.since else 0
    yield gauge("kodus_deliveries_missed_oldest_seconds", "Since when the oldest of them is missing.", waiting)
    yield gauge(
        "kodus_hooks_neglected_seconds",
        "Since when a webhook that is looked after was not looked through; 0 without one.",
        _neglected_seconds(),
    )


def _neglected_seconds() -> float:
    """A hook that was never looked through counts as if it had been neglected since 1970."""
    looked_at = dict(Hook.objects.filter(path__in=settings.GITHUB_HOOKS).values_list("path", "looked_at"))
    now = timezone.now().timestamp()
    instants = (looked_at.get(path) for path in settings.GITHUB_HOOKS)
    return max((now - (at.timestamp() if at else 0) for at in instants), default=0)
