"""The one loop: run a duty until it is asked to stop, at once while there is work, else after a rest.

One of the three places that catch everything: a duty that fails is logged and tried again, it never ends the loop;
and of the rows a duty is about, one that fails does not keep the others.
"""

import threading
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from django.db import close_old_connections, connection

from jobs.broker import BrokerUnavailable
from jobs.errors import TransitionRefused

log = structlog.get_logger(__name__)

AFTER_ERROR_SECONDS = 1.0


def run_forever(name: str, run_once: Callable[[], int], *, rest: Callable[[], object], stop: threading.Event) -> None:
    """`rest` waits for a reason to run again; it should return soon after `stop` is set."""
    while not stop.is_set():
        if not _run(name, run_once, stop):
            rest()


def each_by_itself(act: Callable[..., object], rows: Iterable[tuple[Any, ...]]) -> int:
    """Call `act` with the columns of each row; how many it moved."""
    return sum(_moved(act, row) for row in rows)


def _moved(act: Callable[..., object], row: tuple[Any, ...]) -> bool:
    try:
        act(*row)
    except TransitionRefused:
        return False
    except Exception:
        log.exception("row skipped", row=[str(value) for value in row])
        if connection.errors_occurred:
            close_old_connections()
        return False
    return True


def _run(name: str, run_once: Callable[[], int], stop: threading.Event) -> int:
    try:
        count = run_once()
    except BrokerUnavailable as error:
        log.warning("broker unavailable", duty=name, error=str(error))
        stop.wait(AFTER_ERROR_SECONDS)
        return 0
    except Exception:
        log.exception("duty failed", duty=name)
        stop.wait(AFTER_ERROR_SECONDS)
        return 0
    finally:
        close_old_connections()
    if count:
        log.debug("duty done", duty=name, count=count)
    return count
