"""One attempt at a job: claim, run the handler, settle. Read `execute`; the rest is its steps.

This is one of the three places that catch everything: whatever a handler raises becomes an outcome in the row.
"""

import time
from datetime import timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from jobs import gates, leases, pausing, spans, transitions, waits
from jobs.attempts import Attempt
from jobs.classification import classify
from jobs.errors import LeaseLost, TransitionRefused, UnknownWorkflowType, WaitTimedOut, WorkerStopping
from jobs.models import WorkflowJob
from jobs.outcomes import Completed, WaitForEvent
from jobs.registry import HandlerSpec, spec_of
from jobs.retry import next_attempt
from jobs.spans import NO_ANNOUNCEMENT, Announcement
from jobs.states import ErrorClassification, JobStatus, OnTimeout
from jobs.transitions import Failure
from telemetry import correlation, counters, sentry, tracing
from telemetry.redaction import redact
from telemetry.tracing import Span

log = structlog.get_logger(__name__)

Outcome = Completed | WaitForEvent | LeaseLost | WorkerStopping | Exception

#: Past its hard limit an attempt gets this long to be ended before it is taken for dead.
OVERTIME_SECONDS = 30
#: How long an outcome is tried to be stored while the database is away; then the job is rescued, and the stage redone.
SETTLE_SECONDS = 600.0
SETTLE_PAUSE_SECONDS = 1.0
_AFTER_ERROR = frozenset({JobStatus.RETRYING, JobStatus.FAILED})
#: They come and go, and are waited for: row, gate and log tell of them.
_EXPECTED = frozenset({ErrorClassification.RATE_LIMITED, ErrorClassification.CIRCUIT_OPEN})
#: A job of a type nobody here handles is left to other workers for this long.
LEFT_TO_OTHERS = timedelta(seconds=30)


def execute(job_id: UUID, dispatch: int, announcement: Announcement = NO_ANNOUNCEMENT) -> WorkflowJob | None:
    """Run one attempt. The job as it stands then; None when there was nothing to do or the lease was lost."""
    with spans.process(job_id, announcement) as span:
        attempt = _claim(job_id, dispatch, announcement)
        if attempt is None:
            span.forget()
            return None
        spans.processing(span, attempt.job, announcement)
        with correlation.bind(attempt.correlation_id, **_fields(attempt.job)):
            log.info("attempt started", stage=attempt.job.stage)
            outcome = _run(attempt)
            with bound_contextvars(stage=attempt.at_stage):
                settled = _settle(attempt, outcome)
                _tell(span, settled, outcome)
            return settled


def _tell(span: Span, settled: WorkflowJob | None, outcome: Outcome) -> None:
    """Trace and Sentry learn how the attempt ended; Sentry only what somebody should look at."""
    span.note({"kodus.outcome": settled.status if settled else "abandoned"})
    if not isinstance(outcome, Exception):
        return
    span.fail(type(outcome).__name__)
    if settled and settled.status in _AFTER_ERROR and settled.error_class not in _EXPECTED:
        sentry.report(outcome)


def _fields(job: WorkflowJob) -> dict[str, object]:
    """What every line of the attempt says."""
    return {
        "job_id": str(job.id),
        "attempt": job.attempt,
        "workflow_type": job.workflow_type,
        "subject": job.subject,
        "worker": job.lease_owner,
    }


def _claim(job_id: UUID, dispatch: int, announcement: Announcement) -> Attempt | None:
    """Its span is over when it is: so there is one of an attempt whose worker is killed, too."""
    with tracing.span("claim") as span:
        attempt = _claimed(job_id, dispatch, span)
        if attempt:
            spans.claimed(span, attempt.job, announcement)
        return attempt


def _claimed(job_id: UUID, dispatch: int, span: Span) -> Attempt | None:
    claimed_at = leases.now()
    try:
        job = transitions.claim(
            job_id, dispatch, owner=leases.owner(), lease_seconds=settings.LEASE_SECONDS, trace_id=span.trace_id
        )
    except TransitionRefused:  # a doubled or late message, a closed gate, a paused queue: the row knows better
        span.forget()
        if not (gates.hold(job_id, dispatch, actor=leases.owner()) or pausing.put_back(job_id, dispatch)):
            log.info("message outdated", job_id=str(job_id), dispatch=dispatch)
            counters.DUPLICATES.add("message")
        return None
    spec = _spec_or_none(job)
    limit = spec.time_limit if spec else settings.LEASE_SECONDS
    return Attempt(job, claimed_at=claimed_at, at_most_seconds=limit + OVERTIME_SECONDS)


def _run(attempt: Attempt) -> Outcome:
    leases.heartbeat.hold(attempt)
    try:
        _refuse_expired_wait(attempt)
        return spec_of(attempt.job.workflow_type).handler(attempt)
    except (WaitForEvent, LeaseLost, WorkerStopping) as answer:
        return answer
    except Exception as error:  # noqa: BLE001 - the executor's edge: an error is an outcome
        return error
    finally:
        leases.heartbeat.release(attempt)


def _refuse_expired_wait(attempt: Attempt) -> None:
    wake, job = attempt.wake, attempt.job
    if wake and wake.outcome == "TIMEOUT" and job.wait_on_timeout == OnTimeout.FAIL:
        raise WaitTimedOut(f"{wake.event_type} {wake.key}")


def _settle(attempt: Attempt, outcome: Outcome) -> WorkflowJob | None:
    """Store the outcome, however long the database is away. The fence decides whether it still counts."""
    gives_up_at = time.monotonic() + SETTLE_SECONDS
    while True:
        if connection.errors_occurred:
            close_old_connections()
        try:
            settled = _transition(attempt.job, outcome)
        except TransitionRefused:
            log.warning("attempt abandoned: the job has moved on", outcome=type(outcome).__name__)
            counters.FENCED.add(attempt.job.workflow_type)
            return None
        except (OperationalError, InterfaceError) as error:
            if time.monotonic() > gives_up_at:
                raise
            log.warning("outcome not stored yet", outcome=type(outcome).__name__, error=str(error))
            time.sleep(SETTLE_PAUSE_SECONDS)
        else:
            log.info(
                "attempt settled",
                status=settled.status,
                stage=settled.stage,
                outcome=settled.outcome,
                duration_s=attempt.seconds,
            )
            return settled


def _transition(job: WorkflowJob, outcome: Outcome) -> WorkflowJob:
    """The whole policy: what an outcome makes of the job."""
    match outcome:
        case Completed(outcome=result):
            gates.note_success(job.gates)
            return transitions.complete(job, result)
        case WaitForEvent() as wait:
            return waits.pause(job, wait)
        case LeaseLost():  # by its own clock perhaps, and still its own: then it may as well say so
            return transitions.release(job, reason="the worker could not renew its lease")
        case WorkerStopping():
            return transitions.release(job, reason="the worker is stopping")
        case UnknownWorkflowType() if not _is_given_up(job):
            return transitions.release(job, reason="no handler for this type here", delay=LEFT_TO_OTHERS)
        case Exception() as error:
            return _after_error(job, error)


def _after_error(job: WorkflowJob, error: Exception) -> WorkflowJob:
    message = redact(str(error))
    classified = gates.told_of(classify(error), reason=message)
    failure = Failure(classified.classification, type(error).__name__, message)
    log.warning("attempt failed", error_class=classified.classification, error_type=failure.error_type, exc_info=error)
    spec = _spec_or_none(job)
    later = spec and next_attempt(spec.retry, classified, retries=job.retries, is_given_up=_is_given_up(job))
    if not later or not spec:
        return transitions.fail(job, failure)
    return transitions.retry(job, failure, delay=later.delay, charged=later.charged, patience=spec.retry.patience)


def _is_given_up(job: WorkflowJob) -> bool:
    return job.give_up_at is not None and job.give_up_at <= timezone.now()


def _spec_or_none(job: WorkflowJob) -> HandlerSpec | None:
    try:
        return spec_of(job.workflow_type)
    except UnknownWorkflowType:
        return None
