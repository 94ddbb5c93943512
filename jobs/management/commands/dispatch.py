"""Run the dispatcher: relay, redispatcher, rescuer and wait expirer, each in a thread of its own."""

import signal
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand

from jobs import pulse
from jobs.broker import Publisher
from jobs.maintenance import redispatcher, rescuer, wait_expirer
from jobs.maintenance.loop import run_forever
from jobs.maintenance.relay import Relay
from jobs.maintenance.wakeup import OutboxWakeup
from jobs.pulse import Pulse
from jobs.states import ProcessKind

log = structlog.get_logger(__name__)

SWEEP_SECONDS = 1.0
MISSING_SECONDS = 60.0
#: While messages wait for room in the broker's queues.
FULL_SECONDS = 0.02


class Command(BaseCommand):
    help = "Move outbox messages to the broker and recover lost work. Several may run at once."
    requires_system_checks = ("jobs",)  # the preparation says once what else is wrong, not between our JSON lines

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        threads = [threading.Thread(target=run, name=name) for name, run in _duties(stop).items()]
        for thread in threads:
            thread.start()
        log.info("dispatcher started")
        alive = Pulse(ProcessKind.DISPATCHER)
        _beat_until(stop, threads, alive)
        alive.stopping()
        for thread in threads:
            thread.join()
        alive.stopped()
        log.info("dispatcher stopped")


def _beat_until(stop: threading.Event, threads: Sequence[threading.Thread], alive: Pulse) -> None:
    """A dispatcher that lost one of its duties has no pulse."""
    while not stop.is_set():
        if all(thread.is_alive() for thread in threads):
            alive.beat()
        stop.wait(pulse.EVERY_SECONDS)


def _duties(stop: threading.Event) -> dict[str, Callable[[], None]]:
    sweeps: dict[str, tuple[Callable[[], int], float]] = {
        "redispatcher": (redispatcher.run_once, SWEEP_SECONDS),
        "announcer of missing messages": (redispatcher.announce_missing, MISSING_SECONDS),
        "rescuer": (rescuer.run_once, SWEEP_SECONDS),
        "wait expirer": (wait_expirer.run_once, SWEEP_SECONDS),
        "pruner of processes": (pulse.prune, MISSING_SECONDS),
    }
    duties: dict[str, Callable[[], None]] = {
        name: partial(run_forever, name, run_once, rest=partial(stop.wait, seconds), stop=stop)
        for name, (run_once, seconds) in sweeps.items()
    }
    duties["relay"] = partial(_relay, stop)
    return duties


def _relay(stop: threading.Event) -> None:
    wakeup, publisher = OutboxWakeup(stop), Publisher(settings.BROKER_URL)
    relay = Relay(publisher)

    def rest() -> None:
        if relay.is_full:
            stop.wait(FULL_SECONDS)
        else:
            wakeup.rest()

    run_forever("relay", relay.run_once, rest=rest, stop=stop)
    publisher.close()
    wakeup.close()
