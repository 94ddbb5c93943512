"""Jobs and messages that are not over, as gauges. One statement each, over the partial indexes of the live rows."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from prometheus_client.core import Metric

from jobs.pausing import QUEUES
from jobs.registry import registered
from jobs.states import LIVE_STATUSES, ErrorClassification, EventType, JobStatus, WorkflowType
from monitoring.metrics.families import gauge, labelled
from monitoring.vitals import LAGS

# `since`: when its next step was due, or will be. Three parts, so that each is read by the index of its own.
LIVE_JOBS = """
SELECT status, workflow_type, queue, wait_type, count(*), count(*) FILTER (WHERE since <= statement_timestamp()),
       coalesce(extract(epoch FROM statement_timestamp() - min(since)), 0)::float8
  FROM (SELECT status, workflow_type, queue, '' AS wait_type, due_at AS since
          FROM workflow_jobs WHERE status IN ('PENDING', 'RETRYING')
         UNION ALL
        SELECT status, workflow_type, queue, '', lease_until FROM workflow_jobs WHERE status = 'PROCESSING'
         UNION ALL
        SELECT status, workflow_type, queue, wait_type, wait_deadline
          FROM workflow_jobs WHERE status = 'WAITING_FOR_EVENT') live
 GROUP BY status, workflow_type, queue, wait_type"""

OUTBOX = """
SELECT (SELECT count(*) FROM outbox_messages WHERE sent_at IS NULL AND available_at <= statement_timestamp()),
       (SELECT coalesce(greatest(extract(epoch FROM statement_timestamp() - min(available_at)), 0), 0)
          FROM outbox_messages WHERE sent_at IS NULL),
       (SELECT count(*) FROM outbox_messages WHERE sent_at IS NOT NULL)"""

_PAUSED = "SELECT queue, extract(epoch FROM statement_timestamp() - since)::float8 FROM paused_queues"
_GATES = "SELECT classification, count(*) FROM gates WHERE closed_until > statement_timestamp() GROUP BY 1"
_RUNNABLE = frozenset({JobStatus.PENDING, JobStatus.RETRYING})


@dataclass(frozen=True, slots=True)
class Group:
    """Live jobs that have these four in common. `late_seconds`: of the most overdue; negative while none is."""

    status: str
    workflow_type: str
    queue: str
    wait_type: str
    jobs: int
    overdue: int
    late_seconds: float


def jobs() -> Iterator[Metric]:
    groups = _groups()
    by_type = Counter({(kind.value, status.value): 0 for kind in WorkflowType for status in LIVE_STATUSES})
    queues = sorted({(spec.queue,) for spec in registered()})
    depth, running = Counter(dict.fromkeys(queues, 0)), Counter(dict.fromkeys(queues, 0))
    oldest = defaultdict(float, dict.fromkeys(queues, 0.0))
    waiting = Counter({(event.value,): 0 for event in EventType})
    for group in groups:
        queue = (group.queue,)
        by_type[group.workflow_type, group.status] += group.jobs
        if group.status in _RUNNABLE:
            depth[queue] += group.overdue
            oldest[queue] = max(oldest[queue], group.late_seconds)
        elif group.status == JobStatus.PROCESSING:
            running[queue] += group.jobs
        else:
            waiting[(group.wait_type,)] += group.jobs
    yield labelled("kodus_jobs", "Jobs that are not over.", ("type", "status"), by_type)
    yield labelled("kodus_queue_depth", "Jobs that are due and not started.", ("queue",), depth)
    yield labelled("kodus_queue_running", "Jobs a worker holds.", ("queue",), running)
    yield labelled("kodus_queue_oldest_job_age_seconds", "For how long the oldest has been due.", ("queue",), oldest)
    yield labelled("kodus_jobs_waiting", "Jobs that wait for an event.", ("event",), waiting)
    expired = sum(group.overdue for group in groups if group.status == JobStatus.PROCESSING)
    yield gauge("kodus_leases_expired", "Jobs whose worker stopped renewing its lease.", expired)


def outbox() -> Iterator[Metric]:
    with connection.cursor() as cursor:
        cursor.execute(OUTBOX)
        due, age, announced = cursor.fetchone()
    yield gauge("kodus_outbox_pending", "Messages that are due and not published.", due)
    yield gauge("kodus_outbox_oldest_age_seconds", "For how long the oldest of them has been due.", float(age))
    yield gauge("kodus_outbox_announced", "Messages that are published and not claimed.", announced)


def lags() -> Iterator[Metric]:
    """As `/healthz` judges them."""
    found = {}
    with connection.cursor() as cursor:
        for name, lag in LAGS.items():
            cursor.execute(f"SELECT extract(epoch FROM statement_timestamp() - ({lag.sql}))")  # noqa: S608 - constants
            found[(name,)] = float(cursor.fetchone()[0] or 0)
    yield labelled("kodus_overdue_seconds", "For how long the oldest waits past its time.", ("duty",), found)


def gates() -> Iterator[Metric]:
    closed = {(why.value,): 0.0 for why in (ErrorClassification.RATE_LIMITED, ErrorClassification.CIRCUIT_OPEN)}
    with connection.cursor() as cursor:
        cursor.execute(_GATES)
        closed |= {(why,): count for why, count in cursor.fetchall()}
    yield labelled("kodus_gates_closed", "Gates that keep jobs from starting.", ("classification",), closed)


def paused_queues() -> Iterator[Metric]:
    paused = dict.fromkeys(((name,) for name in QUEUES), 0.0)
    with connection.cursor() as cursor:
        cursor.execute(_PAUSED)
        paused |= {(queue,): seconds for queue, seconds in cursor.fetchall()}
    yield labelled(
        "kodus_queue_paused_seconds", "For how long a queue has been paused; 0 while it is not.", ("queue",), paused
    )


def _groups() -> list[Group]:
    with connection.cursor() as cursor:
        cursor.execute(LIVE_JOBS)
        return [Group(*row) for row in cursor.fetchall()]
