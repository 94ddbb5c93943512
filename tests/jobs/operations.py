"""Jobs in every status, and the operations that may meet on one: for tests that let them meet.

A job made here is the only one, of a type whose end nobody listens to. Its dedupe key is PULL, the event it may wait
for is KEY's.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from jobs import gates, leases, pausing, transitions, waits
from jobs.enqueue import Enqueued, enqueue
from jobs.errors import TransitionRefused
from jobs.maintenance import redispatcher
from jobs.models import WorkflowEvent, WorkflowJob
from jobs.outcomes import WaitForEvent
from jobs.states import ErrorClassification, EventType, WorkflowType
from jobs.transitions import Failure
from tests.jobs.taker import relay
from tests.tables import wipe

KIND = WorkflowType.CHECK_CLOSING
PULL, SCOPE, KEY, GATE = "octo/app#7", "octo", "octo/app@sha", "github"
LONG = timedelta(hours=1)
PASSING = Failure(ErrorClassification.RETRYABLE, "Passing", "it may pass")


# Jobs, each the only one.


def runnable() -> WorkflowJob:
    wipe()
    return enqueue(KIND, {}, dedupe_key=PULL, organization=SCOPE, gates=[GATE]).job


def held_back() -> WorkflowJob:
    """Its gate is closed."""
    job = runnable()
    close_gate(job)
    return job


def announced_in_vain() -> WorkflowJob:
    job = runnable()
    job.messages.update(sent_at=timezone.now() - LONG)
    return job


def announced() -> WorkflowJob:
    """Its message is at the broker."""
    job = runnable()
    job.messages.update(sent_at=timezone.now())
    return job


def kept() -> WorkflowJob:
    """Its message is at the broker, and its queue is paused."""
    job = announced()
    pause_queue(job)
    return job


def running(*, lease_seconds: float = 30) -> WorkflowJob:
    return transitions.claim(runnable().id, 1, owner="host:1:w1", lease_seconds=lease_seconds)


def lost() -> WorkflowJob:
    """Its lease has run out."""
    return running(lease_seconds=-1)


def retrying() -> WorkflowJob:
    return retry(running())


def waiting() -> WorkflowJob:
    return pause(running())


def overdue() -> WorkflowJob:
    """Waiting, past its deadline."""
    return pause_briefly(running())


def failed() -> WorkflowJob:
    return fail(running())


# What workers do.


def claim(job: WorkflowJob) -> WorkflowJob:
    return transitions.claim(job.id, job.dispatch, owner="host:2:w2", lease_seconds=30)


def start(job: WorkflowJob) -> WorkflowJob | bool:
    """As the executor does."""
    try:
        return claim(job)
    except TransitionRefused:
        return hold(job) or put_back(job)


def hold(job: WorkflowJob) -> bool:
    return gates.hold(job.id, job.dispatch, actor="host:2:w2")


def put_back(job: WorkflowJob) -> bool:
    return pausing.put_back(job.id, job.dispatch)


def start_over(job: WorkflowJob) -> WorkflowJob:
    """The job is rescued, and claimed by another worker."""
    return claim(rescue(job))


def heartbeat(job: WorkflowJob) -> bool:
    return leases.extend(job.id, job.fence, 30)


def checkpoint(job: WorkflowJob) -> WorkflowJob:
    return transitions.checkpoint(job, stage="find", state={"n": 1}, lease_seconds=30)


def complete(job: WorkflowJob) -> WorkflowJob:
    return transitions.complete(job, {"outcome": "REVIEWED"})


def fail(job: WorkflowJob) -> WorkflowJob:
    return transitions.fail(job, PASSING)


def retry(job: WorkflowJob) -> WorkflowJob:
    return transitions.retry(job, PASSING, delay=timedelta(), charged=True, patience=LONG)


def release(job: WorkflowJob) -> WorkflowJob:
    return transitions.release(job, reason="its worker stops")


def pause(job: WorkflowJob, *, timeout: timedelta = LONG) -> WorkflowJob:
    return waits.pause(job, WaitForEvent(EventType.AST_COMPLETED, scope=SCOPE, key=KEY, timeout=timeout))


def pause_briefly(job: WorkflowJob) -> WorkflowJob:
    return pause(job, timeout=timedelta())


# What the dispatcher does, and the parent of a worker's child.


def announce(_job: WorkflowJob) -> int:
    """A relay runs once; how many messages it got rid of."""
    ours, broker = relay()
    ours.run_once()
    return len(broker.taken)


def redispatch(job: WorkflowJob) -> None:
    redispatcher._announce_again(job.id, job.dispatch)


def rescue(job: WorkflowJob) -> WorkflowJob:
    return transitions.rescue(job.id, crash_limit=3, grace=timedelta(), actor="rescuer")


def rescue_at_once(job: WorkflowJob) -> WorkflowJob:
    return transitions.rescue_at_once(
        job.id, job.dispatch, worker="w1", cause="was lost", crash_limit=3, actor="parent"
    )


def expire(job: WorkflowJob) -> WorkflowJob:
    return transitions.expire(job.id, actor="wait expirer")


# What others do.


def enqueue_again(_job: WorkflowJob) -> Enqueued:
    return enqueue(KIND, {}, dedupe_key=PULL, organization=SCOPE)


def fold(job: WorkflowJob) -> WorkflowJob:
    return transitions.fold(job.id, {"n": 2}, delay=timedelta(), at_most=LONG, actor="door", reason="a newer head")


def cancel(job: WorkflowJob) -> WorkflowJob:
    return transitions.cancel(job.id, actor="ann", reason="closed")


def supersede(job: WorkflowJob) -> Enqueued:
    """With the job that takes its place, in one transaction, as a request for a review does."""
    with transaction.atomic():
        transitions.supersede(job.id, actor="door", reason="a newer head")
        return enqueue_again(job)


def retry_by_hand(job: WorkflowJob) -> WorkflowJob:
    return transitions.retry_by_hand(job.id, actor="ann", reason="fixed")


def emit(_job: WorkflowJob, *, event_id: str = "e1") -> WorkflowEvent:
    return waits.emit(EventType.AST_COMPLETED, scope=SCOPE, key=KEY, payload={}, event_id=event_id, source="test")


def emit_twice(job: WorkflowJob) -> WorkflowEvent:
    emit(job)
    return emit(job)


def emit_another(job: WorkflowJob) -> WorkflowEvent:
    return emit(job, event_id="e2")


def close_gate(_job: WorkflowJob) -> None:
    gates.close(GATE, seconds=60, why=ErrorClassification.RATE_LIMITED, reason="until noon")


def pause_queue(job: WorkflowJob) -> bool:
    return pausing.pause(job.queue, actor="ann", reason="a move")


def resume_queue(job: WorkflowJob) -> bool:
    return pausing.resume(job.queue, actor="ann")
