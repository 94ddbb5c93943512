"""Why a job is where it is, in one sentence for whoever asks at three in the morning. Pure: rows and a clock in.

Used by the admin and the REST API. An instant that has passed although the dispatcher should have acted on it is
said to be late: that is where to look.
"""

from datetime import datetime

from jobs.models import OutboxMessage, PausedQueue, WorkflowJob
from jobs.states import JobStatus, OnTimeout
from jobs.transitions import GATE_CLOSED

#: What runs already goes on to its end.
_KEPT_BY_A_PAUSE = frozenset({JobStatus.PENDING, JobStatus.RETRYING, JobStatus.WAITING_FOR_EVENT})


def explain(
    job: WorkflowJob, message: OutboxMessage | None, *, now: datetime, paused: PausedQueue | None = None
) -> str:
    """`message` is the outbox row of the job's latest dispatch, `paused` the pause of its queue, if there is one."""
    if paused and job.status in _KEPT_BY_A_PAUSE:
        return _explain_paused(job, paused, now)
    return _explain(job, message, now)


def _explain(job: WorkflowJob, message: OutboxMessage | None, now: datetime) -> str:
    match job.status:
        case JobStatus.PENDING | JobStatus.RETRYING:
            return _explain_queued(job, message, now)
        case JobStatus.PROCESSING:
            return _explain_running(job, now)
        case JobStatus.WAITING_FOR_EVENT:
            return _explain_waiting(job, now)
        case JobStatus.COMPLETED:
            return f"Completed at {_at(job.finished_at)}{_outcome(job)}."
        case JobStatus.FAILED:
            return f"Failed at {_at(job.finished_at)} in attempt {job.attempt}: {_error(job)}."
        case _:
            return f"Cancelled at {_at(job.finished_at)}: {job.reason or 'no reason was given'}."


def _explain_paused(job: WorkflowJob, paused: PausedQueue, now: datetime) -> str:
    why = f"Its queue is paused since {_at(paused.since)} by {paused.actor}: {paused.reason.rstrip('.')}."
    if job.status == JobStatus.WAITING_FOR_EVENT or job.due_at > now:
        return f"{_explain(job, None, now)} {why}"
    return f"{why} It is due since {_at(job.due_at)}{_after_error(job)}."


def _explain_queued(job: WorkflowJob, message: OutboxMessage | None, now: datetime) -> str:
    if job.error_type == GATE_CLOSED and job.due_at > now:
        return f"Held until {_at(job.due_at)} by a closed gate ({job.error_class}), {job.error_message.rstrip('.')}."
    if job.due_at > now:
        start = (
            f"Retrying at {_at(job.due_at)}" if job.status == JobStatus.RETRYING else f"Starts at {_at(job.due_at)}"
        )
        return f"{start}{_after_error(job)}."
    return f"Queued, due since {_at(job.due_at)}{_after_error(job)}; {_explain_message(job, message)}."


def _explain_message(job: WorkflowJob, message: OutboxMessage | None) -> str:
    if message is None:
        return f"dispatch {job.dispatch} has no message, the dispatcher makes a new one"
    if message.sent_at:
        return f"message sent at {_at(message.sent_at)}, no worker has claimed it yet"
    if message.last_error:
        return f"the broker has not taken its message after {message.attempts} tries: {message.last_error}"
    return "its message waits for its turn"


def _explain_running(job: WorkflowJob, now: datetime) -> str:
    done = f"after stage {job.stage}" if job.stage else "in its first stage"
    if job.lease_until and job.lease_until < now:
        return (
            f"Its worker {job.lease_owner} stopped renewing the lease at {_at(job.lease_until)}, {done};"
            " the dispatcher takes the job back."
        )
    return f"Running {done} on worker {job.lease_owner}, attempt {job.attempt}, lease until {_at(job.lease_until)}."


def _explain_waiting(job: WorkflowJob, now: datetime) -> str:
    waits = f"Waiting for {job.wait_type} of {job.wait_key} since {_at(job.updated_at)}"
    then = "fails" if job.wait_on_timeout == OnTimeout.FAIL else "goes on without it"
    if job.wait_deadline and job.wait_deadline < now:
        return f"{waits}; the wait ended at {_at(job.wait_deadline)} and the dispatcher is late to say so."
    return f"{waits}, until {_at(job.wait_deadline)}, then {then}."


def _after_error(job: WorkflowJob) -> str:
    if not job.error_type:
        return ""
    link = " after" if job.status == JobStatus.RETRYING else ", last error"
    return f"{link} {job.error_type} ({job.error_class})"


def _error(job: WorkflowJob) -> str:
    return f"{job.error_type or 'an error'} ({job.error_class}): {job.error_message.rstrip('.')}"


def _outcome(job: WorkflowJob) -> str:
    told = [str(job.outcome[name]) for name in ("outcome", "reason") if job.outcome.get(name)] if job.outcome else []
    return f": {', '.join(told)}" if told else ""


def _at(instant: datetime | None) -> str:
    return instant.strftime("%Y-%m-%d %H:%M:%S UTC") if instant else "an unknown time"
