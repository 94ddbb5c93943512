"""One scrape: every part by itself, so that one which fails or takes too long costs the others nothing.

Which part failed is a metric too. The text is kept for some seconds, and made once however many ask.
"""

import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator

import structlog
from django.db import Error, connection, transaction
from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.exposition import generate_latest

from monitoring.metrics.counted import counted
from monitoring.metrics.deliveries import deliveries
from monitoring.metrics.families import labelled
from monitoring.metrics.live import gates, jobs, lags, outbox, paused_queues
from monitoring.metrics.surroundings import broker, database, disk, schedules

KEPT_SECONDS = 5.0
STATEMENT_SECONDS = 2.0
#: All parts together; Prometheus waits for ten by default.
SCRAPE_SECONDS = 6.0

Part = Callable[[], Iterable[Metric]]
#: Those that ask the database, and then the others.
FROM_ROWS: dict[str, Part] = {
    "jobs": jobs,
    "outbox": outbox,
    "lags": lags,
    "gates": gates,
    "paused queues": paused_queues,
    "deliveries": deliveries,
    "schedules": schedules,
    "database": database,
}
FROM_ELSEWHERE: dict[str, Part] = {"counted": counted, "disk": disk, "broker": broker}
_FAILURES = (Error, OSError, RuntimeError, struct.error, ValueError)

log = structlog.get_logger(__name__)


class Scrape:
    """What a registry of prometheus_client collects; made anew for each scrape."""

    def collect(self) -> Iterator[Metric]:
        ends_at = time.monotonic() + SCRAPE_SECONDS
        well, took = {}, {}
        for name, part in (FROM_ELSEWHERE | FROM_ROWS).items():
            began = time.monotonic()
            metrics = _collected(name, part, ends_at)
            well[(name,)], took[(name,)] = float(metrics is not None), time.monotonic() - began
            yield from metrics or ()
        yield labelled(
            "kodus_scrape_collector_success", "0: this part of the scrape is missing.", ("collector",), well
        )
        yield labelled("kodus_scrape_collector_duration_seconds", "How long it took.", ("collector",), took)


_lock = threading.Lock()
_kept: tuple[float, bytes] = (0.0, b"")


def exposition() -> bytes:
    """All metrics in Prometheus's text format, at most KEPT_SECONDS old."""
    global _kept  # noqa: PLW0603 - one per process
    with _lock:
        until, text = _kept
        if time.monotonic() >= until:
            text = scraped()
            _kept = time.monotonic() + KEPT_SECONDS, text
        return text


def scraped() -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Scrape())
    return generate_latest(registry)


def _collected(name: str, part: Part, ends_at: float) -> list[Metric] | None:
    """None when it failed, or when there is no time left for it."""
    left = ends_at - time.monotonic()
    if left <= 0:
        log.warning("metrics left out", collector=name, error="the scrape took too long")
        return None
    try:
        if name not in FROM_ROWS:
            return list(part())
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = {int(min(left, STATEMENT_SECONDS) * 1_000) or 1}")
            return list(part())
    except _FAILURES as error:
        log.warning("metrics left out", collector=name, error=str(error).partition("\n")[0])
        return None
