"""Run the dispatcher: relay, redispatcher, rescuer and wait expirer, each in a thread of its own."""

import signal
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand

from jobs.broker import Publisher
from jobs.maintenance import redispatcher, relay, rescuer, wait_expirer
from jobs.maintenance.loop import run_forever
from jobs.maintenance.wakeup import OutboxWakeup

log = structlog.get_logger(__name__)

SWEEP_SECONDS = 1.0


class Command(BaseCommand):
    help = "Move outbox messages to the broker and recover lost work. Several may run at once."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        threads = [threading.Thread(target=run, name=name) for name, run in _duties(stop).items()]
        for thread in threads:
            thread.start()
        log.info("dispatcher started")
        stop.wait()
        for thread in threads:
            thread.join()
        log.info("dispatcher stopped")


def _duties(stop: threading.Event) -> dict[str, Callable[[], None]]:
    sweeps = {"redispatcher": redispatcher, "rescuer": rescuer, "wait expirer": wait_expirer}
    duties: dict[str, Callable[[], None]] = {
        name: partial(run_forever, name, duty.run_once, rest=lambda: stop.wait(SWEEP_SECONDS), stop=stop)
        for name, duty in sweeps.items()
    }
    duties["relay"] = partial(_relay, stop)
    return duties


def _relay(stop: threading.Event) -> None:
    wakeup = OutboxWakeup(stop)
    publisher = Publisher(settings.BROKER_URL)
    run_forever("relay", partial(relay.run_once, publisher=publisher), rest=wakeup.rest, stop=stop)
    publisher.close()
    wakeup.close()
