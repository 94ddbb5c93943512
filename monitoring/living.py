"""The processes without HTTP as they tell of themselves, and the jobs that workers run."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from jobs.models import JobExecutionHistory, Process, WorkflowJob
from jobs.states import JobStatus, ProcessKind, ProcessState, Verb


class Condition(StrEnum):
    """SILENT: it did not stop, and is not heard of any more: it was killed, hangs, or cannot reach the database."""

    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class RunningJob:
    """`claimed_at` is when this attempt began."""

    id: UUID
    workflow_type: str
    subject: str
    stage: str
    attempt: int
    claimed_at: datetime | None
    lease_until: datetime | None
    lease_owner: str


@dataclass(frozen=True, slots=True)
class SeenProcess:
    """`release` is empty when it is not known; `slots` is how many jobs a worker runs at a time, 0 for others."""

    name: str
    kind: str
    host: str
    pid: int
    release: str
    queues: tuple[str, ...]
    slots: int
    condition: Condition
    started_at: datetime
    beat_at: datetime
    jobs: tuple[RunningJob, ...]

    @property
    def is_live(self) -> bool:
        return self.condition in {Condition.RUNNING, Condition.STOPPING}


def seen_processes() -> list[SeenProcess]:
    """All that were heard of in the last day, in two queries: live ones first, then by name, host and start."""
    now = timezone.now()
    running = defaultdict[str, list[RunningJob]](list)
    for job in _running_jobs():
        running[_owner(job.lease_owner)].append(job)
    seen = [_seen(row, running[_owner(row.id)], now) for row in Process.objects.all()]
    return sorted(seen, key=lambda process: (not process.is_live, process.name, process.host, process.started_at))


def jobs_of_others(seen: Iterable[SeenProcess], *, most: int) -> list[RunningJob]:
    """Jobs under a lease of none of these, those first whose lease ends first."""
    known = {job.id for process in seen for job in process.jobs}
    return [job for job in _running_jobs(most + len(known)) if job.id not in known][:most]


def unserved(seen: Iterable[SeenProcess], queues: Sequence[str]) -> list[str]:
    """Those that no live worker takes from."""
    served = {queue for process in seen if process.is_live for queue in process.queues}
    return [queue for queue in queues if queue not in served]


def not_running(seen: Iterable[SeenProcess]) -> list[ProcessKind]:
    """The kinds beside workers of which one has to run, and none does."""
    kinds = {process.kind for process in seen if process.is_live}
    return [kind for kind in ProcessKind if kind != ProcessKind.WORKER and kind not in kinds]


def lost(seen: Sequence[SeenProcess]) -> list[SeenProcess]:
    """The silent ones in whose place no other of that name runs on their host."""
    replaced = {(process.name, process.host) for process in seen if process.is_live}
    return [
        process
        for process in seen
        if process.condition == Condition.SILENT and (process.name, process.host) not in replaced
    ]


def _seen(row: Process, running: Sequence[RunningJob], now: datetime) -> SeenProcess:
    silent = row.state != ProcessState.STOPPED and row.next_beat_by < now
    return SeenProcess(
        name=row.name,
        kind=row.kind,
        host=row.host,
        pid=row.pid,
        release=row.release,
        queues=tuple(row.queues),
        slots=row.slots,
        condition=Condition.SILENT if silent else Condition(row.state),
        started_at=row.started_at,
        beat_at=row.beat_at,
        jobs=tuple(running),
    )


def _owner(name: str) -> str:
    """Of a worker's name and of a lease of one of its children, what both end in."""
    return name.rpartition(":")[2]


def _running_jobs(most: int | None = None) -> list[RunningJob]:
    """As many as workers have slots: found by the partial index of leases."""
    claims = JobExecutionHistory.objects.filter(job=OuterRef("pk"), verb=Verb.CLAIM).order_by("-id")
    jobs = WorkflowJob.objects.filter(status=JobStatus.PROCESSING).order_by("lease_until")
    named = [field.name for field in fields(RunningJob)]
    return [
        RunningJob(**row) for row in jobs.annotate(claimed_at=Subquery(claims.values("at")[:1])).values(*named)[:most]
    ]
