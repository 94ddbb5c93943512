"""The lease of a claimed job: extended by database time, kept alive by one thread per worker process.

A lease that is not extended is rescued by the dispatcher (maintenance/rescuer.py). The thread has a database
connection of its own and beats for every attempt that runs in its process. In a worker that has been stopping for
DRAIN_SECONDS it gives back what still runs, so that another worker goes on with it before this one is killed.
"""

import os
import socket
import threading
import time
from typing import Protocol
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.db import Error, connection

from jobs import draining

log = structlog.get_logger(__name__)


def now() -> float:
    """Seconds on a clock that no one can set and that goes on while the machine sleeps, where there is such a one."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def extend(job_id: UUID, fence: int, seconds: float) -> bool:
    """True when the job is still run by the attempt with this fence; its lease never gets shorter."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE workflow_jobs
                  SET lease_until = greatest(lease_until, clock_timestamp() + make_interval(secs => %s))
                WHERE id = %s AND fence = %s AND status = 'PROCESSING'""",
            [seconds, job_id, fence],
        )
        return bool(cursor.rowcount == 1)


class Leased(Protocol):
    def renew(self, seconds: float) -> bool: ...

    def give_back(self) -> bool: ...


class Heartbeat:
    """Renews the leases of the attempts it holds. The thread starts with the first attempt and stays."""

    def __init__(self) -> None:
        self._held: dict[int, Leased] = {}
        self._lock = threading.Lock()
        self._started_in: int | None = None

    def hold(self, attempt: Leased) -> None:
        with self._lock:
            self._held[id(attempt)] = attempt
            if self._started_in != os.getpid():  # a forked child has its parent's state but not its threads
                self._started_in = os.getpid()
                threading.Thread(target=self._beat_forever, name="heartbeat", daemon=True).start()

    def release(self, attempt: Leased) -> None:
        with self._lock:
            self._held.pop(id(attempt), None)

    def _beat_forever(self) -> None:
        while True:
            time.sleep(settings.HEARTBEAT_SECONDS)
            with self._lock:
                held = list(self._held.values())
            for attempt in held:
                self._beat(attempt)
            connection.close()  # back to the pool: a broken one is not met again

    def _beat(self, attempt: Leased) -> None:
        try:
            if draining.seconds() > settings.DRAIN_SECONDS and attempt.give_back():
                self.release(attempt)
                log.warning("job given back unfinished: the worker is stopping")
            elif not attempt.renew(settings.LEASE_SECONDS):
                self.release(attempt)
                log.warning("lease lost")
        except Error as error:  # the next beat may get through; until then the attempt's own clock decides
            log.warning("heartbeat failed", error=str(error))


heartbeat = Heartbeat()

#: Ends the names of a worker's main process and of all children it forks. Never only the host's name: several workers
#: share one, and a restarted one must not be taken for the one before.
WORKER = uuid4().hex[:8]


def owner() -> str:
    """Names this process in leases and history."""
    return f"{socket.gethostname()}:{os.getpid()}:{WORKER}"
