"""Reach the broker soon after it is back: kombu lets the pause between two tries grow to half a minute.

celeryconfig names `WorkerConsumer` as the consumer of our workers.
"""

from collections.abc import Callable
from typing import Any

from celery.worker.consumer import Consumer
from kombu import Connection

from jobs.worker_pulse import pulse_of_worker

PAUSES_SECONDS = {"interval_start": 1, "interval_step": 1, "interval_max": 5}


def with_short_pauses(connection: Connection, *, meanwhile: Callable[[], None]) -> Connection:
    """`meanwhile` is called between the tries, every second: who waits for the broker is not dead."""
    tried = connection.ensure_connection

    def ensure_connection(*arguments: Any, callback: Callable[[], object] | None = None, **named: Any) -> Any:
        def between() -> None:
            meanwhile()
            if callback:
                callback()

        return tried(*arguments, callback=between, **PAUSES_SECONDS, **named)

    connection.ensure_connection = ensure_connection
    return connection


class WorkerConsumer(Consumer):  # type: ignore[misc]  # Celery's consumer is untyped
    def ensure_connected(self, conn: Connection) -> Any:
        return super().ensure_connected(with_short_pauses(conn, meanwhile=pulse_of_worker.beat))

    def stop(self) -> None:
        """The worker ends: from here on its timers do not run, and it waits for what its children do."""
        pulse_of_worker.stopping()
        super().stop()
