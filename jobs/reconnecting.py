"""Reach the broker soon after it is back: kombu lets the pause between two tries grow to half a minute.

celeryconfig names `WorkerConsumer` as the consumer of our workers.
"""

from functools import partial
from typing import Any

from celery.worker.consumer import Consumer
from kombu import Connection

PAUSES_SECONDS = {"interval_start": 1, "interval_step": 1, "interval_max": 5}


def with_short_pauses(connection: Connection) -> Connection:
    connection.ensure_connection = partial(connection.ensure_connection, **PAUSES_SECONDS)
    return connection


class WorkerConsumer(Consumer):  # type: ignore[misc]  # Celery's consumer is untyped
    def ensure_connected(self, conn: Connection) -> Any:
        return super().ensure_connected(with_short_pauses(conn))
