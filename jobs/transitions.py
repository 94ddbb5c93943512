"""The only writer of a job's status. One function per verb of the machine in states.py.

Each is one SQL statement: the row is locked and checked (id, status, and for an attempt its fence), updated, its
history row written and, when the job becomes runnable, its outbox row too. A single statement is one transaction,
one round trip, and cannot be half done. Nothing matched means `TransitionRefused`, which callers treat as an answer.

All times are the database's, of the statement and not of the transaction around it.
"""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from jobs.errors import TransitionRefused
from jobs.ids import uuid7
from jobs.models import WorkflowJob
from jobs.outbox import wake_relay_after_commit
from jobs.outcomes import WaitForEvent, Wake
from jobs.signals import job_finished
from jobs.states import (
    FINAL_STATUSES,
    TRANSITIONS,
    ErrorClassification,
    JobStatus,
    Verb,
    WorkflowType,
)
from jobs.stored_json import clean_text, json_text

MAX_REASON = 500
MAX_ERROR_MESSAGE = 4_000

_NOTE = """
  INSERT INTO job_execution_history
         (job_id, verb, from_status, to_status, attempt, dispatch, fence, stage, actor, detail, at)
  SELECT id, %(verb)s, from_status, status, attempt, dispatch, fence, stage, %(actor)s, %(detail)s::jsonb,
         clock_timestamp()
    FROM moved"""

_SEND = """
  INSERT INTO outbox_messages (job_id, dispatch, destination, body, headers, available_at, attempts, last_error)
  SELECT id, dispatch, queue, jsonb_build_object('job_id', id, 'dispatch', dispatch),
         jsonb_build_object('correlation_id', correlation_id, 'workflow_type', workflow_type), due_at, 0, ''
    FROM moved WHERE status IN ('PENDING', 'RETRYING')"""

_LEASE_ENDED = "lease_owner = '', lease_until = NULL"
_FINISHED = f"finished_at = clock_timestamp(), {_LEASE_ENDED}"
_DISPATCHED = "dispatch = job.dispatch + 1, due_at = statement_timestamp()"


@dataclass(frozen=True, slots=True)
class Failure:
    """What is kept of an error. The message is redacted by whoever makes this."""

    classification: ErrorClassification
    error_type: str
    message: str

    def columns(self) -> dict[str, str]:
        return {
            "error_class": self.classification,
            "error_type": self.error_type,
            "error_message": clean_text(self.message)[:MAX_ERROR_MESSAGE],
        }


_FAILURE = "error_class = %(error_class)s, error_type = %(error_type)s, error_message = %(error_message)s"


def enqueue(row: Mapping[str, Any], *, delay: timedelta, actor: str) -> WorkflowJob | None:
    """– → PENDING. None when a live job of this type has the dedupe key already."""
    sql = f"""
    WITH moved AS (
      INSERT INTO workflow_jobs (id, workflow_type, handler_type, queue, status, payload, organization, subject,
             correlation_id, dedupe_key, attempt, retries, crashes, dispatch, fence, due_at, lease_owner, stage,
             wait_type, wait_scope, wait_key, wait_on_timeout, error_class, error_type, error_message, reason)
      VALUES (%(id)s, %(workflow_type)s, %(handler_type)s, %(queue)s, 'PENDING', %(payload)s::jsonb,
             %(organization)s, %(subject)s, %(correlation_id)s, %(dedupe_key)s, 0, 0, 0, 1, 0,
             statement_timestamp() + %(delay)s,
             '', '', '', '', '', '', '', '', '', '')
      ON CONFLICT (workflow_type, dedupe_key)
        WHERE status IN ('PENDING', 'PROCESSING', 'RETRYING', 'WAITING_FOR_EVENT') DO NOTHING
      RETURNING *, NULL::text AS from_status
    ), noted AS ({_NOTE}), sent AS ({_SEND})
    SELECT * FROM moved"""  # noqa: S608 - composed of constants; values are parameters
    parameters = {
        **row,
        "id": uuid7(),
        "payload": json_text(row["payload"]),
        "delay": delay,
        "verb": Verb.ENQUEUE,
        "actor": actor,
        "detail": "{}",
    }
    job = next(iter(WorkflowJob.objects.raw(sql, parameters)), None)
    if job:
        wake_relay_after_commit()
    return job


def claim(job_id: UUID, dispatch: int, *, owner: str, lease_seconds: float) -> WorkflowJob:
    """PENDING, RETRYING → PROCESSING, under a lease and a new fence. The dispatch number must be the latest."""
    return _move(
        Verb.CLAIM,
        job_id,
        JobStatus.PROCESSING,
        actor=owner,
        guard="AND dispatch = %(dispatch)s AND due_at <= statement_timestamp()",
        changes="""fence = job.fence + 1, attempt = job.attempt + 1, lease_owner = %(actor)s,
                   lease_until = statement_timestamp() + make_interval(secs => %(lease_seconds)s),
                   started_at = coalesce(job.started_at, statement_timestamp())""",
        dispatch=dispatch,
        lease_seconds=lease_seconds,
    )


def checkpoint(job: WorkflowJob, *, stage: str, state: Mapping[str, Any], lease_seconds: float) -> WorkflowJob:
    """PROCESSING → PROCESSING: the result of a stage is kept, the lease renewed."""
    return _move_owned(
        Verb.CHECKPOINT,
        job,
        JobStatus.PROCESSING,
        changes="""stage = %(stage)s, checkpoint = %(state)s::jsonb,
                   lease_until = statement_timestamp() + make_interval(secs => %(lease_seconds)s)""",
        stage=stage,
        state=json_text(state),
        lease_seconds=lease_seconds,
    )


def complete(job: WorkflowJob, outcome: Mapping[str, Any]) -> WorkflowJob:
    """PROCESSING → COMPLETED."""
    return _move_owned(
        Verb.COMPLETE,
        job,
        JobStatus.COMPLETED,
        detail=outcome,
        changes=f"outcome = %(outcome)s::jsonb, error_class = '', error_type = '', error_message = '', {_FINISHED}",
        outcome=json_text(outcome),
    )


def fail(job: WorkflowJob, failure: Failure) -> WorkflowJob:
    """PROCESSING → FAILED."""
    return _move_owned(
        Verb.FAIL,
        job,
        JobStatus.FAILED,
        detail=failure.columns(),
        changes=f"{_FAILURE}, {_FINISHED}",
        **failure.columns(),
    )


def retry(job: WorkflowJob, failure: Failure, *, delay: timedelta, charged: bool) -> WorkflowJob:
    """PROCESSING → RETRYING, runnable after `delay`. `charged` uses up one retry of the budget."""
    return _move_owned(
        Verb.RETRY,
        job,
        JobStatus.RETRYING,
        detail={**failure.columns(), "delay_seconds": delay.total_seconds(), "charged": charged},
        changes=f"""{_FAILURE}, {_LEASE_ENDED}, retries = job.retries + %(charge)s,
                    dispatch = job.dispatch + 1, due_at = clock_timestamp() + %(delay)s""",
        sends=True,
        charge=int(charged),
        delay=delay,
        **failure.columns(),
    )


def pause(job: WorkflowJob, wait: WaitForEvent, *, wake: Wake | None) -> WorkflowJob:
    """PROCESSING → WAITING_FOR_EVENT; or → PENDING when the event is there already (`wake`).

    The caller holds the lock of the event's key (waits.py), so that no event can slip between look and pause.
    """
    return _move_owned(
        Verb.PAUSE,
        job,
        JobStatus.PENDING if wake else JobStatus.WAITING_FOR_EVENT,
        sends=wake is not None,
        detail={"event": wait.event_type, "key": wait.key, "already_there": wake is not None},
        changes=f"""wait_type = %(wait_type)s, wait_scope = %(wait_scope)s, wait_key = %(wait_key)s,
                    wait_deadline = statement_timestamp() + %(timeout)s, wait_on_timeout = %(on_timeout)s,
                    wake = %(wake)s::jsonb,
                    {_LEASE_ENDED}, {_DISPATCHED if wake else "due_at = job.due_at"}""",
        wait_type=wait.event_type,
        wait_scope=wait.scope,
        wait_key=wait.key,
        timeout=wait.timeout,
        on_timeout=wait.on_timeout,
        wake=_wake_text(wake) if wake else None,
    )


def resume(job_id: UUID, wake: Wake, *, scope: str, actor: str) -> WorkflowJob:
    """WAITING_FOR_EVENT → PENDING, because the event it waits for came."""
    return _move(
        Verb.RESUME,
        job_id,
        JobStatus.PENDING,
        actor=actor,
        sends=True,
        guard="AND wait_type = %(wait_type)s AND wait_scope = %(wait_scope)s AND wait_key = %(wait_key)s",
        changes=f"wake = %(wake)s::jsonb, {_DISPATCHED}",
        detail={"event": wake.event_type, "key": wake.key},
        wait_type=wake.event_type,
        wait_scope=scope,
        wait_key=wake.key,
        wake=_wake_text(wake),
    )


def expire(job_id: UUID, *, actor: str) -> WorkflowJob:
    """WAITING_FOR_EVENT → PENDING, because its deadline passed. The executor applies the wait's policy."""
    return _move(
        Verb.EXPIRE,
        job_id,
        JobStatus.PENDING,
        actor=actor,
        sends=True,
        guard="AND wait_deadline <= statement_timestamp()",
        changes=f"""wake = jsonb_build_object('outcome', 'TIMEOUT', 'event_type', job.wait_type,
                                             'key', job.wait_key, 'payload', '{{}}'::jsonb), {_DISPATCHED}""",
    )


def redispatch(job_id: UUID, dispatch: int, *, actor: str) -> WorkflowJob:
    """PENDING, RETRYING → PENDING with a new dispatch number: its last message was not claimed in time."""
    return _move(
        Verb.REDISPATCH,
        job_id,
        JobStatus.PENDING,
        actor=actor,
        sends=True,
        guard="AND dispatch = %(dispatch)s AND due_at <= statement_timestamp()",
        changes="dispatch = job.dispatch + 1",
        dispatch=dispatch,
    )


def rescue(job_id: UUID, *, crash_limit: int, actor: str) -> WorkflowJob:
    """PROCESSING → PENDING, because its lease ran out; → FAILED when it took `crash_limit` workers with it."""
    return _move(
        Verb.RESCUE,
        job_id,
        "CASE WHEN job.crashes + 1 >= %(crash_limit)s THEN 'FAILED' ELSE 'PENDING' END",
        actor=actor,
        sends=True,
        guard="AND lease_until < statement_timestamp()",
        changes=f"""crashes = job.crashes + 1, error_class = 'RETRYABLE', error_type = 'WorkerLost',
                    error_message = 'The worker (' || job.lease_owner || ') stopped renewing its lease.',
                    finished_at = CASE WHEN job.crashes + 1 >= %(crash_limit)s THEN clock_timestamp() END,
                    {_LEASE_ENDED}, {_DISPATCHED}""",
        crash_limit=crash_limit,
    )


def cancel(job_id: UUID, *, actor: str, reason: str) -> WorkflowJob:
    """Any live status → CANCELLED. A running worker learns it at its next heartbeat and writes nothing more."""
    return _withdraw(Verb.CANCEL, job_id, actor=actor, reason=reason)


def supersede(job_id: UUID, *, actor: str, reason: str) -> WorkflowJob:
    """Any live status → CANCELLED, because newer work replaces it."""
    return _withdraw(Verb.SUPERSEDE, job_id, actor=actor, reason=reason)


def retry_by_hand(job_id: UUID, *, actor: str, reason: str) -> WorkflowJob:
    """FAILED, CANCELLED → PENDING with a full budget, from its last checkpoint."""
    try:
        with transaction.atomic():
            return _move(
                Verb.RETRY_BY_HAND,
                job_id,
                JobStatus.PENDING,
                actor=actor,
                sends=True,
                detail={"reason": reason},
                changes=f"""retries = 0, crashes = 0, wake = NULL, error_class = '', error_type = '',
                            error_message = '', reason = %(reason)s, finished_at = NULL, {_DISPATCHED}""",
                reason=reason[:MAX_REASON],
            )
    except IntegrityError as exc:
        raise TransitionRefused("another live job does the same work") from exc


def _withdraw(verb: Verb, job_id: UUID, *, actor: str, reason: str) -> WorkflowJob:
    return _move(
        verb,
        job_id,
        JobStatus.CANCELLED,
        actor=actor,
        detail={"reason": reason},
        changes=f"reason = %(reason)s, {_FINISHED}",
        reason=clean_text(reason)[:MAX_REASON],
    )


def _move_owned(verb: Verb, job: WorkflowJob, to: str, *, changes: str, **values: Any) -> WorkflowJob:
    """A write of an attempt: refused unless the job still has this attempt's fence."""
    return _move(
        verb,
        job.id,
        to,
        actor=job.lease_owner,
        guard="AND fence = %(fence)s",
        changes=changes,
        fence=job.fence,
        **values,
    )


def _move(
    verb: Verb,
    job_id: UUID,
    to: str,
    *,
    actor: str,
    changes: str,
    guard: str = "",
    sends: bool = False,
    detail: Mapping[str, Any] | None = None,
    **values: Any,
) -> WorkflowJob:
    """`to` is a status, or an SQL expression over `job` for one."""
    target = "%(to)s" if to in JobStatus.values else to
    send = f", sent AS ({_SEND})" if sends else ""
    sql = f"""
    WITH seen AS (
      SELECT id, status FROM workflow_jobs WHERE id = %(id)s AND status = ANY(%(sources)s) {guard} FOR UPDATE
    ), moved AS (
      UPDATE workflow_jobs job SET status = {target}, updated_at = clock_timestamp(), {changes}
        FROM seen WHERE job.id = seen.id
      RETURNING job.*, seen.status AS from_status
    ), noted AS ({_NOTE}){send}
    SELECT * FROM moved"""  # noqa: S608 - composed of constants; values are parameters
    sources = sorted(TRANSITIONS[verb].sources)
    parameters = {
        **values,
        "id": job_id,
        "to": to,
        "sources": sources,
        "verb": verb,
        "actor": actor,
        "detail": json_text(detail or {}),
    }
    may_end = bool(TRANSITIONS[verb].targets & FINAL_STATUSES)
    # Listeners see the end of a job, and may add to it, in the same transaction.
    with transaction.atomic() if may_end else nullcontext():
        moved = _only_row(sql, parameters)
        if moved.status in FINAL_STATUSES:
            job_finished.send(sender=WorkflowType(moved.workflow_type), job=moved)
    if sends:
        wake_relay_after_commit()
    return moved


def _only_row(sql: str, parameters: dict[str, Any]) -> WorkflowJob:
    for job in WorkflowJob.objects.raw(sql, parameters):
        return job
    raise TransitionRefused(f"{parameters['verb']} of {parameters['id']}")


def _wake_text(wake: Wake) -> str:
    return json_text(
        {
            "outcome": wake.outcome,
            "event_type": wake.event_type,
            "key": wake.key,
            "payload": wake.payload,
        }
    )
