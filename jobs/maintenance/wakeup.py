"""Sleep until something is written to the outbox: LISTEN on a connection of its own, a bounded sleep as fallback.

The connection is not from the pool, and making it again after a loss does nothing else: a notification that was
missed costs one sleep.
"""

import threading
from typing import Any

import psycopg
import structlog
from django.db import connection

from jobs.outbox import CHANNEL

log = structlog.get_logger(__name__)


class OutboxWakeup:
    def __init__(self, stop: threading.Event, *, poll_seconds: float = 1.0) -> None:
        self._stop = stop
        self._poll_seconds = poll_seconds
        self._connection: psycopg.Connection[Any] | None = None

    def rest(self) -> None:
        """Return when the outbox was written to, or after `poll_seconds`."""
        try:
            listening = self._listen()
            for _ in listening.notifies(timeout=self._poll_seconds, stop_after=1):
                return
        except psycopg.Error as error:
            log.warning("not listening, polling instead", error=str(error))
            self.close()
            self._stop.wait(self._poll_seconds)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _listen(self) -> psycopg.Connection[Any]:
        if self._connection is None:
            parameters = connection.get_connection_params()
            self._connection = psycopg.connect(**{**parameters, "autocommit": True, "cursor_factory": None})
            self._connection.execute(f"LISTEN {CHANNEL}")
        return self._connection
