"""The state machine as data: statuses, verbs, and which verb leads from where to where.

docs/reference/states.md shows the same table; a test holds page, table and every history row written against each
other. Imports nothing of ours.
"""

from dataclasses import dataclass

from django.db.models import TextChoices


class JobStatus(TextChoices):
    """Where a job is.

    PENDING: runnable at `due_at`. PROCESSING: claimed under a lease. WAITING_FOR_EVENT: paused, holds no worker.
    RETRYING: failed in a way that may pass, runnable again at `due_at`. COMPLETED, FAILED, CANCELLED: final.
    """

    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    WAITING_FOR_EVENT = "WAITING_FOR_EVENT"
    RETRYING = "RETRYING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


FINAL_STATUSES = frozenset({JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED})
LIVE_STATUSES = frozenset(JobStatus) - FINAL_STATUSES


class WorkflowType(TextChoices):
    """CHECK_CLOSING ends the check run of a review that failed or was cancelled.

    DELIVERY_RECOVERY asks GitHub for the deliveries that never arrived. COMMAND_ANSWER reacts to a command in a
    comment, and replies to some. BULK_ACTION cancels or retries all jobs that fit a filter.
    """

    CODE_REVIEW = "CODE_REVIEW"
    AST_ANALYSIS = "AST_ANALYSIS"
    CHECK_CLOSING = "CHECK_CLOSING"
    DELIVERY_RECOVERY = "DELIVERY_RECOVERY"
    COMMAND_ANSWER = "COMMAND_ANSWER"
    BULK_ACTION = "BULK_ACTION"


class HandlerType(TextChoices):
    """PIPELINE: stages with a checkpoint after each. TASK: one step."""

    PIPELINE = "PIPELINE"
    TASK = "TASK"


class ErrorClassification(TextChoices):
    """What an error means for the next attempt; decided in classification.py."""

    RETRYABLE = "RETRYABLE"
    RATE_LIMITED = "RATE_LIMITED"
    CIRCUIT_OPEN = "CIRCUIT_OPEN"
    PERMANENT = "PERMANENT"


class EventType(TextChoices):
    AST_COMPLETED = "ast.completed"


class OnTimeout(TextChoices):
    """What a job does when the event it waits for never comes."""

    CONTINUE = "CONTINUE"
    FAIL = "FAIL"


class EventVerdict(TextChoices):
    """What an arriving event found: jobs waiting for it, none yet, or only jobs that had stopped waiting."""

    RESUMED = "RESUMED"
    EARLY = "EARLY"
    LATE = "LATE"


class ProcessKind(TextChoices):
    """Of the processes without HTTP."""

    WORKER = "worker"
    DISPATCHER = "dispatcher"
    EVENTS = "events"
    BEAT = "beat"


class ProcessState(TextChoices):
    """What a process said of itself last: STOPPED when it ended as it should. One that was killed says nothing."""

    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"


class Verb(TextChoices):
    ENQUEUE = "enqueue"
    CLAIM = "claim"
    CHECKPOINT = "checkpoint"
    COMPLETE = "complete"
    FAIL = "fail"
    PAUSE = "pause"
    RESUME = "resume"
    EXPIRE = "expire"
    RETRY = "retry"
    HOLD = "hold"
    FOLD = "fold"
    REDISPATCH = "redispatch"
    RELEASE = "release"
    RESCUE = "rescue"
    CANCEL = "cancel"
    SUPERSEDE = "supersede"
    RETRY_BY_HAND = "retry by hand"


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the machine. `sources` is empty for the verb that makes the job."""

    verb: Verb
    sources: frozenset[JobStatus]
    targets: frozenset[JobStatus]

    def allows(self, source: str | None, target: str) -> bool:
        return target in self.targets and (source in self.sources if source else not self.sources)


def _row(verb: Verb, sources: set[JobStatus] | frozenset[JobStatus], *targets: JobStatus) -> Transition:
    return Transition(verb, frozenset(sources), frozenset(targets))


_S = JobStatus
TRANSITIONS: dict[Verb, Transition] = {
    row.verb: row
    for row in (
        _row(Verb.ENQUEUE, set(), _S.PENDING),
        _row(Verb.CLAIM, {_S.PENDING, _S.RETRYING}, _S.PROCESSING),
        _row(Verb.CHECKPOINT, {_S.PROCESSING}, _S.PROCESSING),
        _row(Verb.COMPLETE, {_S.PROCESSING}, _S.COMPLETED),
        _row(Verb.FAIL, {_S.PROCESSING}, _S.FAILED),
        _row(Verb.PAUSE, {_S.PROCESSING}, _S.WAITING_FOR_EVENT, _S.PENDING),
        _row(Verb.RESUME, {_S.WAITING_FOR_EVENT}, _S.PENDING),
        _row(Verb.EXPIRE, {_S.WAITING_FOR_EVENT}, _S.PENDING),
        _row(Verb.RETRY, {_S.PROCESSING}, _S.RETRYING),
        _row(Verb.HOLD, {_S.PENDING, _S.RETRYING}, _S.PENDING, _S.RETRYING),
        _row(Verb.FOLD, {_S.PENDING}, _S.PENDING),
        _row(Verb.REDISPATCH, {_S.PENDING, _S.RETRYING}, _S.PENDING),
        _row(Verb.RELEASE, {_S.PROCESSING}, _S.PENDING),
        _row(Verb.RESCUE, {_S.PROCESSING}, _S.PENDING, _S.FAILED),
        _row(Verb.CANCEL, LIVE_STATUSES, _S.CANCELLED),
        _row(Verb.SUPERSEDE, LIVE_STATUSES, _S.CANCELLED),
        _row(Verb.RETRY_BY_HAND, {_S.FAILED, _S.CANCELLED}, _S.PENDING),
    )
}
