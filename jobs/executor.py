"""One attempt at a job: claim, run the handler, settle. Read `execute`; the rest is its steps.

This is one of the three places that catch everything: whatever a handler raises becomes an outcome in the row.
"""

import time
from uuid import UUID

import structlog
from django.conf import settings
from django.utils import timezone

from jobs import leases, transitions, waits
from jobs.attempts import Attempt
from jobs.classification import classify
from jobs.errors import LeaseLost, TransitionRefused, WaitTimedOut
from jobs.models import WorkflowJob
from jobs.outcomes import Completed, WaitForEvent
from jobs.registry import spec_of
from jobs.retry import next_attempt
from jobs.states import OnTimeout
from jobs.transitions import Failure
from telemetry import correlation
from telemetry.redaction import redact

log = structlog.get_logger(__name__)

Outcome = Completed | WaitForEvent | LeaseLost | Exception


def execute(job_id: UUID, dispatch: int) -> WorkflowJob | None:
    """Run one attempt. The job as it stands then; None when there was nothing to do or the lease was lost."""
    attempt = _claim(job_id, dispatch)
    if attempt is None:
        return None
    fields = {"job_id": str(job_id), "attempt": attempt.number, "workflow_type": attempt.job.workflow_type}
    with correlation.bind(attempt.correlation_id, **fields):
        log.info("attempt started", stage=attempt.job.stage)
        outcome = _run(attempt)
        return _settle(attempt, outcome)


def _claim(job_id: UUID, dispatch: int) -> Attempt | None:
    claimed_at = time.monotonic()
    try:
        job = transitions.claim(job_id, dispatch, owner=leases.owner(), lease_seconds=settings.LEASE_SECONDS)
    except TransitionRefused:  # a doubled, late or foreign message: the row knows better
        log.info("message outdated", job_id=str(job_id), dispatch=dispatch)
        return None
    return Attempt(job, claimed_at=claimed_at)


def _run(attempt: Attempt) -> Outcome:
    leases.heartbeat.hold(attempt)
    try:
        _refuse_expired_wait(attempt)
        return spec_of(attempt.job.workflow_type).handler(attempt)
    except (WaitForEvent, LeaseLost) as answer:
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
    try:
        attempt.check()
        settled = _transition(attempt.job, outcome)
    except (LeaseLost, TransitionRefused):
        log.warning("attempt abandoned: the job has moved on", outcome=type(outcome).__name__)
        return None
    log.info("attempt settled", status=settled.status, stage=settled.stage, outcome=settled.outcome)
    return settled


def _transition(job: WorkflowJob, outcome: Outcome) -> WorkflowJob:
    """The whole policy: what an outcome makes of the job."""
    match outcome:
        case Completed(outcome=result):
            return transitions.complete(job, result)
        case WaitForEvent() as wait:
            return waits.pause(job, wait)
        case LeaseLost():
            raise outcome
        case Exception() as error:
            return _after_error(job, error)


def _after_error(job: WorkflowJob, error: Exception) -> WorkflowJob:
    classified = classify(error)
    failure = Failure(classified.classification, type(error).__name__, redact(str(error)))
    log.warning("attempt failed", error_class=classified.classification, exc_info=error)
    later = next_attempt(
        spec_of(job.workflow_type).retry, classified, retries=job.retries, age=timezone.now() - job.created_at
    )
    if later is None:
        return transitions.fail(job, failure)
    return transitions.retry(job, failure, delay=later.delay, charged=later.charged)
