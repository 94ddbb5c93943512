"""Gates: what keeps jobs from starting while something they all need is not to be had, kept in the database.

A gate stands for a provider ("github") or for one credential there ("github:token"). A job names the gates it passes;
while one of them is closed it is not claimed but held, due when the gate opens, and uses up no retry. So when a limit
is hit by one of five hundred jobs, the others do not each run into it.

    a rate limit      closes its gate until the reset the provider named
    failures          of the provider itself, five in a row, whichever jobs they hit, close it for 15 s, then for twice
                      as long each time the first job after it fails as well: a circuit breaker
    a job that ends   without an error opens what failures had closed and starts the count anew

Errors name the gate they came from (`error.gate`); the executor tells them here.
"""

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import connection
from django.db.models.functions import Now

from jobs import transitions
from jobs.classification import Classified
from jobs.errors import TransitionRefused, UnknownWorkflowType
from jobs.models import Gate, WorkflowJob
from jobs.registry import spec_of
from jobs.retry import PATIENCE, SPREAD
from jobs.states import ErrorClassification
from jobs.stored_json import clean_text
from jobs.transitions import Failure

log = structlog.get_logger(__name__)

FAILURES_TO_CLOSE = 5
CLOSED_SECONDS = 15.0
CLOSED_SECONDS_AT_MOST = 300.0
#: A limit that names no reset.
UNNAMED_SECONDS = 60.0
_MAX_REASON = 500

_CLOSE = """
INSERT INTO gates (name, closed_until, classification, reason, failures, updated_at)
VALUES (%(name)s, statement_timestamp() + make_interval(secs => %(seconds)s), %(classification)s, %(reason)s, 0, now())
ON CONFLICT (name) DO UPDATE
   SET closed_until = greatest(gates.closed_until, excluded.closed_until), classification = excluded.classification,
       reason = excluded.reason, updated_at = now()"""

# A failure of a job that was running when the gate closed tells nothing new.
_COUNT_FAILURE = """
INSERT INTO gates AS gate (name, classification, reason, failures, updated_at)
VALUES (%(name)s, 'CIRCUIT_OPEN', %(reason)s, 1, now())
ON CONFLICT (name) DO UPDATE
   SET failures = gate.failures + 1, classification = 'CIRCUIT_OPEN', reason = excluded.reason, updated_at = now(),
       closed_until = CASE WHEN gate.failures + 1 >= %(limit)s
                           THEN statement_timestamp() + make_interval(secs =>
                                least(%(at_most)s, %(seconds)s * power(2, gate.failures + 1 - %(limit)s))) END
 WHERE gate.closed_until IS NULL OR gate.closed_until <= statement_timestamp()"""

_LEFT = "SELECT extract(epoch FROM closed_until - statement_timestamp()) FROM gates WHERE name = %s"

_OPEN = """
UPDATE gates SET failures = 0, closed_until = NULL, updated_at = now()
 WHERE name = ANY(%s) AND failures > 0 AND classification = 'CIRCUIT_OPEN'"""


def hold(job_id: UUID, dispatch: int, *, actor: str) -> bool:
    """Put the job off until its gates open; False when it was not a gate that kept it from being claimed."""
    job = WorkflowJob.objects.filter(id=job_id, dispatch=dispatch).first()
    closed = job and Gate.objects.filter(name__in=job.gates, closed_until__gt=Now()).order_by("closed_until").last()
    if not job or not closed or not closed.closed_until:
        return False
    why = Failure(ErrorClassification(closed.classification), transitions.GATE_CLOSED, f"{closed}: {closed.reason}")
    until = closed.closed_until + random.random() * SPREAD  # noqa: S311 - spreads starts
    try:
        transitions.hold(job_id, dispatch, why, until=until, patience=_patience_of(job), actor=actor)
    except TransitionRefused:
        return False
    log.info("job held", job_id=str(job_id), until=until.isoformat(), gate=closed.name, why=closed.reason)
    return True


def told_of(error: Classified, *, reason: str) -> Classified:
    """Tell the gate the error came from, and the classification with that: a failure that closes it is its own."""
    if not error.gate:
        return error
    match error.classification:
        case ErrorClassification.RATE_LIMITED | ErrorClassification.CIRCUIT_OPEN:
            close(error.gate, seconds=error.retry_after or UNNAMED_SECONDS, why=error.classification, reason=reason)
        case ErrorClassification.RETRYABLE:
            closed_for = count_failure(error.gate, reason=reason)
            if closed_for > 0:
                return Classified(ErrorClassification.CIRCUIT_OPEN, closed_for, error.gate)
    return error


def close(name: str, *, seconds: float, why: ErrorClassification, reason: str) -> None:
    """Close the gate for so many seconds from now; never for less than it is closed already."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, {"name": name, "seconds": seconds, "classification": why, "reason": _stored(reason)})
    log.warning("gate closed", gate=name, seconds=seconds, why=why, reason=reason)


def count_failure(name: str, *, reason: str) -> float:
    """Note a failure of what is behind the gate; for how many seconds it is closed now, 0 when it is open."""
    values: dict[str, Any] = {
        "name": name,
        "reason": _stored(reason),
        "limit": FAILURES_TO_CLOSE,
        "seconds": CLOSED_SECONDS,
        "at_most": CLOSED_SECONDS_AT_MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_FAILURE, values)
        closed = cursor.rowcount == 1
    left = closed_for(name)
    if left and closed:
        log.warning("gate closed", gate=name, seconds=left, why=ErrorClassification.CIRCUIT_OPEN, reason=reason)
    return left


def closed_for(name: str) -> float:
    """For how many seconds the gate is still closed; 0 when it is open. For work that can be left out instead."""
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, [name])
        row = cursor.fetchone()
    return max(0.0, float(row[0] or 0)) if row else 0.0


def note_success(names: Sequence[str]) -> None:
    """What is behind these gates works: forget its failures."""
    if not names:
        return
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [list(names)])
        if cursor.rowcount:
            log.info("gate opened", gates=list(names))


def _patience_of(job: WorkflowJob) -> timedelta:
    try:
        return spec_of(job.workflow_type).retry.patience
    except UnknownWorkflowType:
        return PATIENCE


def _stored(reason: str) -> str:
    return clean_text(reason)[:_MAX_REASON]
