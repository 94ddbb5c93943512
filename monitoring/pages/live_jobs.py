"""The live jobs: how many are ready, running and waiting, by queue and by worker.

Live rows are found by their partial indexes. Of a backlog no more than `MOST_READ` are looked at, the longest due
first; counts that reach it are told as "or more".
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from jobs.models import WorkflowJob
from jobs.states import JobStatus

MOST_READ = 20_000
MOST_SHOWN = 200

_BY_QUEUE = """
WITH live AS (
    (SELECT queue, status, due_at, lease_owner FROM workflow_jobs
      WHERE status IN ('PENDING', 'RETRYING') AND (%(organization)s = '' OR organization = %(organization)s)
      ORDER BY due_at LIMIT %(most)s)
    UNION ALL
    (SELECT queue, status, due_at, lease_owner FROM workflow_jobs
      WHERE status = 'PROCESSING' AND (%(organization)s = '' OR organization = %(organization)s)
      ORDER BY lease_until LIMIT %(most)s)
    UNION ALL
    (SELECT queue, status, due_at, lease_owner FROM workflow_jobs
      WHERE status = 'WAITING_FOR_EVENT' AND (%(organization)s = '' OR organization = %(organization)s)
      ORDER BY wait_deadline LIMIT %(most)s))
SELECT queue,
       count(*) FILTER (WHERE status IN ('PENDING', 'RETRYING') AND due_at <= statement_timestamp()) AS ready,
       count(*) FILTER (WHERE status IN ('PENDING', 'RETRYING') AND due_at > statement_timestamp()) AS later,
       count(*) FILTER (WHERE status = 'RETRYING') AS retrying,
       count(*) FILTER (WHERE status = 'PROCESSING') AS running,
       count(*) FILTER (WHERE status = 'WAITING_FOR_EVENT') AS waiting,
       min(due_at) FILTER (WHERE status IN ('PENDING', 'RETRYING') AND due_at <= statement_timestamp()) AS ready_since,
       count(DISTINCT lease_owner) FILTER (WHERE status = 'PROCESSING') AS workers
  FROM live GROUP BY queue"""


@dataclass(frozen=True, slots=True)
class QueueLoad:
    """Of one queue. `later` are due in the future, `retrying` are among these and the ready; `workers` hold leases."""

    queue: str
    ready: int = 0
    later: int = 0
    retrying: int = 0
    running: int = 0
    waiting: int = 0
    ready_since: datetime | None = None
    workers: int = 0


def loads(organization: str) -> dict[str, QueueLoad]:
    """By queue, those that have live jobs; of one organization, or of all for ""."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_QUEUE, {"organization": organization, "most": MOST_READ})
        return {row[0]: QueueLoad(*row) for row in cursor.fetchall()}


def is_capped(found: dict[str, QueueLoad]) -> bool:
    """Whether there may be more than was looked at."""
    return sum(load.ready + load.later for load in found.values()) >= MOST_READ


def running() -> QuerySet[WorkflowJob]:
    """Jobs under a lease, the one that ends first first; without what their stages kept."""
    jobs = WorkflowJob.objects.filter(status=JobStatus.PROCESSING).order_by("lease_until")
    return jobs.only(*_SHOWN)[:MOST_SHOWN]


_SHOWN: tuple[Any, ...] = (
    "id",
    "subject",
    "workflow_type",
    "queue",
    "status",
    "stage",
    "attempt",
    "lease_owner",
    "lease_until",
    "started_at",
)
