"""What must hold of every job at every moment, read from its rows alone.

path      its history is a way through the machine of jobs/states.py that ends where the row is
numbers   dispatch, fence, attempt, retries and crashes are what its history makes of them
message   runnable: exactly one, which names the latest dispatch; else none
instant   running: a lease; waiting: a deadline; final: when it ended; and no other status has lease or end
twins     at most one live job of a type per dedupe key
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from jobs.models import JobExecutionHistory, WorkflowJob
from jobs.states import FINAL_STATUSES, LIVE_STATUSES, TRANSITIONS, JobStatus, Verb

RUNNABLE = frozenset({JobStatus.PENDING, JobStatus.RETRYING})
_KEEPS_THE_DISPATCH = frozenset({Verb.ENQUEUE, Verb.CLAIM, Verb.CHECKPOINT, Verb.COMPLETE, Verb.FAIL}) | frozenset(
    {Verb.CANCEL, Verb.SUPERSEDE}
)


@dataclass(slots=True)
class Numbers:
    """The numbers of a job, counted along its history."""

    dispatch: int = 1
    fence: int = 0
    attempt: int = 0
    retries: int = 0
    crashes: int = 0

    def count(self, row: JobExecutionHistory) -> None:
        waits = row.verb == Verb.PAUSE and row.to_status == JobStatus.WAITING_FOR_EVENT
        self.dispatch += row.verb not in _KEEPS_THE_DISPATCH and not waits
        self.fence += row.verb == Verb.CLAIM
        self.attempt += row.verb == Verb.CLAIM
        self.retries += row.verb == Verb.RETRY and row.detail["charged"]
        self.crashes += row.verb == Verb.RESCUE
        if row.verb in {Verb.CHECKPOINT, Verb.RETRY_BY_HAND}:
            self.crashes = 0
        if row.verb == Verb.RETRY_BY_HAND:
            self.retries = 0


def every_job(**where: Any) -> list[WorkflowJob]:
    """With history and messages."""
    return list(WorkflowJob.objects.filter(**where).prefetch_related("history", "messages"))


def flaws(jobs: Sequence[WorkflowJob]) -> list[str]:
    """What is wrong with these jobs."""
    return [flaw for job in jobs for flaw in _flaws_of(job)] + _twins(jobs)


def _flaws_of(job: WorkflowJob) -> Iterator[str]:
    history = sorted(job.history.all(), key=lambda row: row.pk)
    yield from _astray(job, history)
    yield from _miscounted(job, history)
    expected = [job.dispatch] if job.status in RUNNABLE else []
    announced = [message.dispatch for message in job.messages.all()]
    if announced != expected:
        yield f"{job.status} is announced as {announced}, not as {expected}"
    yield from _untimed(job)


def _astray(job: WorkflowJob, history: Sequence[JobExecutionHistory]) -> Iterator[str]:
    status, at = None, job.created_at
    for row in history:
        if row.from_status != status:
            yield f"{row.verb} goes on from {row.from_status} where {status} was"
        if not TRANSITIONS[Verb(row.verb)].allows(row.from_status, row.to_status):
            yield f"{row.verb} leads from {row.from_status} to {row.to_status}"
        if row.at < at:
            yield f"{row.verb} is told after what came later"
        status, at = row.to_status, row.at
    if job.status != status:
        yield f"{job.status} is told as {status}"


def _miscounted(job: WorkflowJob, history: Sequence[JobExecutionHistory]) -> Iterator[str]:
    numbers = Numbers()
    for row in history:
        numbers.count(row)
        if (row.dispatch, row.fence, row.attempt) != astuple(numbers)[:3]:
            yield f"{row.verb} has dispatch {row.dispatch}, fence {row.fence}, attempt {row.attempt}, not {numbers}"
    found = Numbers(job.dispatch, job.fence, job.attempt, job.retries, job.crashes)
    if found != numbers:
        yield f"{found} is told as {numbers}"


def _untimed(job: WorkflowJob) -> Iterator[str]:
    runs = job.status == JobStatus.PROCESSING
    if (job.lease_until is not None, job.lease_owner != "") != (runs, runs):
        yield f"{job.status} has the lease {job.lease_owner!r} until {job.lease_until}"
    if job.status == JobStatus.WAITING_FOR_EVENT and job.wait_deadline is None:
        yield "it waits without a deadline"
    if (job.finished_at is not None) != (job.status in FINAL_STATUSES):
        yield f"{job.status} ended at {job.finished_at}"


def _twins(jobs: Sequence[WorkflowJob]) -> list[str]:
    live = Counter(
        (job.workflow_type, job.dedupe_key) for job in jobs if job.dedupe_key and job.status in LIVE_STATUSES
    )
    return [f"{count} live jobs have the key {key}" for key, count in live.items() if count > 1]
