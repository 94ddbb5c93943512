"""The one loop: run a duty until it is asked to stop, at once while there is work, else after a rest.

One of the three places that catch everything: a duty that fails is logged and tried again, it never ends the loop.
"""

import threading
from collections.abc import Callable

import structlog
from django.db import close_old_connections

from jobs.broker import BrokerUnavailable

log = structlog.get_logger(__name__)

AFTER_ERROR_SECONDS = 1.0


def run_forever(name: str, run_once: Callable[[], int], *, rest: Callable[[], object], stop: threading.Event) -> None:
    """`rest` waits for a reason to run again; it should return soon after `stop` is set."""
    while not stop.is_set():
        if not _run(name, run_once, stop):
            rest()


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
