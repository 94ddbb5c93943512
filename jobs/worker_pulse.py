"""The pulse of a worker's main process: at each heartbeat that Celery sends from its loop.

Where the loop does not run, while the worker waits for the broker or for its children's end, jobs/reconnecting.py
sees to it.
"""

from typing import Any

from celery.signals import celeryd_after_setup, heartbeat_sent, worker_shutdown

from jobs.pulse import Pulse
from jobs.states import ProcessKind


class PulseOfWorker:
    """None before Celery has told what the worker is, and in every other process."""

    def __init__(self) -> None:
        self._pulse: Pulse | None = None

    def start(self, worker: Any) -> None:
        queues = worker.app.amqp.queues.consume_from
        self._pulse = Pulse(ProcessKind.WORKER, queues=list(queues), slots=int(worker.concurrency or 0))

    def beat(self) -> None:
        if self._pulse:
            self._pulse.beat()

    def stopping(self) -> None:
        if self._pulse:
            self._pulse.stopping()

    def stopped(self) -> None:
        if self._pulse:
            self._pulse.stopped()


pulse_of_worker = PulseOfWorker()


@celeryd_after_setup.connect  # type: ignore[untyped-decorator]  # Celery is untyped
def _start(instance: Any, **_: object) -> None:
    pulse_of_worker.start(instance)


@heartbeat_sent.connect  # type: ignore[untyped-decorator]  # the same
def _beat(**_: object) -> None:
    pulse_of_worker.beat()


@worker_shutdown.connect  # type: ignore[untyped-decorator]  # the same
def _stopped(**_: object) -> None:
    pulse_of_worker.stopped()
