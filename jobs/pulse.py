"""The pulse of a process without HTTP: every few seconds its row in `processes`, for people, and a file, for probes.

The process's own main loop beats, and no thread does: one whose loop hangs has no pulse. So a beat takes little time
and raises nothing: it has a database connection of its own, which gives up soon, and after an error waits a while. A
forked child has no pulse, it is its parent's.

    a worker           at each heartbeat Celery sends, and while it waits for the broker   worker_pulse.py
    the dispatcher     while its duties run                                                management/commands/dispatch
    events             at each turn of its loop, and while it waits for the broker         foreign_events.py
    beat               at each tick, and while it waits for the broker                     calendar.py
"""

import os
import socket
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import psycopg
import structlog
from django.conf import settings
from django.db import connection

from jobs import leases
from jobs.states import ProcessKind, ProcessState
from telemetry import pulse_file

EVERY_SECONDS = 5.0
AFTER_ERROR_SECONDS = 15.0
#: Who says nothing for so long has died, or hangs.
GOOD_FOR_SECONDS = 30.0
#: For a probe, which ends the process: it must not end one that waits for a database or a broker that does not answer.
PROBED_AFTER_SECONDS = 60.0
KEPT = timedelta(days=1)
_LIMITS = {"connect_timeout": 2, "tcp_user_timeout": 2_000}
_LIMIT_OPTIONS = "-c statement_timeout=1000 -c lock_timeout=1000"

_BEAT = """
INSERT INTO processes (id, name, kind, host, pid, release, queues, slots, state, started_at, beat_at, next_beat_by)
VALUES (%(id)s, %(name)s, %(kind)s, %(host)s, %(pid)s, %(release)s, %(queues)s, %(slots)s, %(state)s,
        statement_timestamp() - make_interval(secs => %(age)s), statement_timestamp(),
        statement_timestamp() + make_interval(secs => %(good_for)s))
ON CONFLICT (id) DO UPDATE
   SET state = excluded.state, queues = excluded.queues, beat_at = excluded.beat_at,
       next_beat_by = excluded.next_beat_by"""

_PRUNE = "DELETE FROM processes WHERE next_beat_by < statement_timestamp() - make_interval(secs => %s)"

log = structlog.get_logger(__name__)


class Pulse:
    """Of the process that makes it; in a child that is forked later it does nothing."""

    def __init__(self, kind: ProcessKind, *, queues: Sequence[str] = (), slots: int = 0) -> None:
        self.name = settings.PROCESS if settings.PROCESS != "manage" else str(kind)
        self._row = {
            "id": leases.owner(),
            "name": self.name,
            "kind": kind,
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "release": settings.RELEASE,
            "queues": sorted(queues),
            "slots": slots,
        }
        self._path = pulse_file.path_of(settings.STATE_DIR, self.name)
        self._started_at = time.monotonic()
        self._next_at = 0.0
        self._connection: psycopg.Connection[Any] | None = None

    def beat(self) -> None:
        """Whoever calls it more often than every few seconds need not mind."""
        if time.monotonic() >= self._next_at:
            self._tell(ProcessState.RUNNING, good_for=GOOD_FOR_SECONDS, probed_after=PROBED_AFTER_SECONDS)

    def stopping(self) -> None:
        """What runs is brought to its end; until that is due, silence is no sign of death."""
        seconds = settings.DRAIN_SECONDS + settings.HEARTBEAT_SECONDS + GOOD_FOR_SECONDS
        self._tell(ProcessState.STOPPING, good_for=seconds, probed_after=seconds)

    def stopped(self) -> None:
        """The last word: it ended as it should. May be called by a signal's handler, in the middle of a beat."""
        self._connection = (
            None  # a beat may hold it, and would be waited for by the very thread that is to go on with it
        )
        self._tell(ProcessState.STOPPED, good_for=0, probed_after=0)
        if os.getpid() == self._row["pid"]:
            pulse_file.remove(self._path)
        self._close()

    def _tell(self, state: ProcessState, *, good_for: float, probed_after: float) -> None:
        if os.getpid() != self._row["pid"]:
            return
        self._next_at = time.monotonic() + EVERY_SECONDS
        try:
            pulse_file.write(self._path, good_for_seconds=probed_after)
        except OSError as error:
            log.warning("pulse not written", path=str(self._path), error=error.strerror)
        try:
            age = time.monotonic() - self._started_at
            self._connected().execute(_BEAT, {**self._row, "state": state, "age": age, "good_for": good_for})
        except psycopg.Error as error:  # the file is written all the same; the row is, when the database is back
            log.warning("pulse not stored", error=str(error).partition("\n")[0])
            self._close()
            self._next_at = time.monotonic() + AFTER_ERROR_SECONDS

    def _connected(self) -> psycopg.Connection[Any]:
        if self._connection is None:
            parameters = {**connection.get_connection_params(), **_LIMITS, "autocommit": True, "cursor_factory": None}
            parameters["options"] = f"{parameters.get('options', '')} {_LIMIT_OPTIONS}"
            self._connection = psycopg.connect(**parameters)
        return self._connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def prune() -> int:
    """Forget who stopped, or died, a day ago; how many."""
    with connection.cursor() as cursor:
        cursor.execute(_PRUNE, [KEPT.total_seconds()])
        return int(cursor.rowcount)
