"""The engine and its peers behind one shape, so that one loop measures all: put jobs in, run the processes, count.

Each runs two worker processes of concurrency 1 on the same servers. Import it after `ground.prepare`: it needs models.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks import plain_procrastinate
from benchmarks.handlers import QUEUE
from benchmarks.plain_celery import no_op
from jobs.enqueue import enqueue
from jobs.models import WorkflowJob
from jobs.states import JobStatus, WorkflowType
from tests.processes import CELERY, Process, dispatcher, worker

WORKERS = 2


@dataclass(frozen=True)
class System:
    """`processes` makes them, not yet started; each says one of READY once it works."""

    name: str
    put: Callable[[int], None]
    processes: Callable[..., list[Process]]


def put_ours(count: int) -> None:
    for _ in range(count):
        enqueue(WorkflowType.CODE_REVIEW, {}, dedupe_key=None)


def our_processes(workers: int = WORKERS) -> list[Process]:
    broker_url, ours = os.environ["BROKER_URL"], "benchmarks.settings"
    return [
        dispatcher(broker_url, DJANGO_SETTINGS_MODULE=ours),
        *(worker(broker_url, QUEUE, DJANGO_SETTINGS_MODULE=ours) for _ in range(workers)),
    ]


def ours_left() -> int:
    """Jobs of ours that have not completed: a benchmark that lost or failed one measured nothing."""
    return WorkflowJob.objects.exclude(status=JobStatus.COMPLETED).count()


def put_celery(count: int) -> None:
    for _ in range(count):
        no_op.delay()


def celery_processes() -> list[Process]:
    command = ["benchmarks.plain_celery" if word == "kodus_queue" else word for word in CELERY]
    return [
        Process(
            *command,
            *("-c", "1", "-n", f"plain{number}@localhost"),
            broker_url=os.environ["BROKER_URL"],
            DJANGO_SETTINGS_MODULE="",  # empty: without Celery's care for Django
        )
        for number in range(WORKERS)
    ]


def put_procrastinate(count: int) -> None:
    with plain_procrastinate.app.open():
        for _ in range(count):
            plain_procrastinate.no_op.defer()


def procrastinate_processes() -> list[Process]:
    command = [sys.executable, "-m", "procrastinate", "--app=benchmarks.plain_procrastinate.app", "worker", "-c", "1"]
    return [Process(*command) for _ in range(WORKERS)]


OURS = System("kodus queue", put_ours, our_processes)
SYSTEMS = (
    OURS,
    System("procrastinate", put_procrastinate, procrastinate_processes),
    System("plain celery", put_celery, celery_processes),
)
READY = ("dispatcher started", "ready.", "Starting worker")
