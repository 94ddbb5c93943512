"""Figures for people: live work exactly, finished work up to a bound. Each by an index, whatever there is."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from jobs.ids import first_of
from jobs.models import PausedQueue, WorkflowJob
from jobs.pausing import QUEUES, pauses
from jobs.states import JobStatus

#: Beyond it a count is "so many or more".
COUNTED_AT_MOST = 100_000
MOST_WAITS = 200

_LIVE = """
SELECT queue, status, count(*), count(*) FILTER (WHERE due_at <= statement_timestamp()),
       min(due_at) FILTER (WHERE due_at <= statement_timestamp())
  FROM workflow_jobs WHERE status IN ('PENDING', 'RETRYING', 'PROCESSING', 'WAITING_FOR_EVENT')
 GROUP BY queue, status"""

_ENDED = """
SELECT count(*), avg(extract(epoch FROM finished_at - created_at)) FROM (
  SELECT finished_at, created_at FROM workflow_jobs
   WHERE status = %s AND id >= %s ORDER BY id DESC LIMIT %s) lately"""


@dataclass(frozen=True, slots=True)
class Queue:
    """`due` of the pending and retrying could start now, were the queue not paused; `oldest_due_at` is since when."""

    name: str
    by_status: dict[str, int] = field(default_factory=dict)
    due: int = 0
    oldest_due_at: datetime | None = None
    paused: PausedQueue | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """`by_status` of live jobs is exact; ended ones are of those made since midnight UTC, COUNTED_AT_MOST at most."""

    queue_size: int
    processing: int
    by_status: dict[str, int]
    completed_today: int
    failed_today: int
    #: From a job's making to its end, waits and retries included; null when none ended today.
    average_seconds: float | None
    #: Of those that completed or failed today; null when there are none.
    success_rate: float | None


def queues() -> list[Queue]:
    """The declared ones, also those without work, and any other that is paused or that jobs name."""
    with connection.cursor() as cursor:
        cursor.execute(_LIVE)
        rows = cursor.fetchall()
    paused = pauses()
    found = {name: Queue(name, paused=paused.get(name)) for name in (*QUEUES, *paused)}
    for name, status, count, due, oldest in rows:
        before = found.get(name, Queue(name))
        is_runnable = status in {JobStatus.PENDING, JobStatus.RETRYING}
        found[name] = Queue(
            name,
            {**before.by_status, status: count},
            before.due + (due if is_runnable else 0),
            min((at for at in (before.oldest_due_at, oldest if is_runnable else None) if at), default=None),
            before.paused,
        )
    return list(found.values())


def figures() -> Figures:
    live: dict[str, int] = {}
    for queue in queues():
        for status, count in queue.by_status.items():
            live[status] = live.get(status, 0) + count
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    completed, average = _ended(JobStatus.COMPLETED, midnight)
    failed, _ = _ended(JobStatus.FAILED, midnight)
    ended = completed + failed
    return Figures(
        queue_size=live.get(JobStatus.PENDING, 0) + live.get(JobStatus.RETRYING, 0),
        processing=live.get(JobStatus.PROCESSING, 0),
        by_status={status: live.get(status, 0) for status in sorted(_LIVE_STATUSES)},
        completed_today=completed,
        failed_today=failed,
        average_seconds=average,
        success_rate=completed / ended if ended else None,
    )


def waits(organization: str) -> list[WorkflowJob]:
    """Of one organization, or of all when it is empty."""
    waiting = WorkflowJob.objects.defer("checkpoint").filter(status=JobStatus.WAITING_FOR_EVENT)
    own = waiting.filter(organization=organization) if organization else waiting
    return list(own.order_by("wait_deadline")[:MOST_WAITS])


_LIVE_STATUSES = (JobStatus.PENDING, JobStatus.PROCESSING, JobStatus.RETRYING, JobStatus.WAITING_FOR_EVENT)


def _ended(status: JobStatus, since: datetime) -> tuple[int, float | None]:
    values: list[Any] = [status, first_of(since - timedelta(seconds=1)), COUNTED_AT_MOST]
    with connection.cursor() as cursor:
        cursor.execute(_ENDED, values)
        count, average = cursor.fetchone()
    return int(count), float(average) if average is not None else None
