"""The only writer of a job's status. One function per verb of the machine in states.py.

Each is one SQL statement (statement.py): the row is locked and checked (id, status, and for an attempt its fence),
updated, its history row written and, when the job becomes runnable, its outbox row too. Nothing matched means
`TransitionRefused`, which callers treat as an answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from jobs.errors import TransitionRefused
from jobs.keys import TRACED
from jobs.models import WorkflowJob
from jobs.outcomes import WaitForEvent, Wake
from jobs.retry import PATIENCE
from jobs.statement import DISPATCHED, FINISHED, KEYED, LEASE_ENDED, MESSAGE, insert, move
from jobs.states import ErrorClassification, JobStatus, Verb
from jobs.stored_json import clean_text, json_text

MAX_REASON = 500
MAX_ERROR_MESSAGE = 4_000
#: The error type of a job that a closed gate keeps from starting.
GATE_CLOSED = "GateClosed"
#: The error type of a job whose worker died. At the crash limit the job is quarantined: FAILED, and PERMANENT.
WORKER_LOST = "WorkerLost"

_CLOSED_GATES = """SELECT FROM gates gate
                    WHERE gate.name = ANY(workflow_jobs.gates) AND gate.closed_until > statement_timestamp()"""
# With a lock, so that it is not looked past a pause that is about to be committed (pausing.py).
_PAUSED = "SELECT FROM paused_queues paused WHERE paused.queue = workflow_jobs.queue FOR SHARE"
_CLAIMABLE = "AND dispatch = %(dispatch)s AND due_at <= statement_timestamp()"


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
_NO_ERROR = "error_class = '', error_type = '', error_message = ''"


def enqueue(row: Mapping[str, Any], *, delay: timedelta, actor: str) -> WorkflowJob | None:
    """– → PENDING. None when a live job of this type has the dedupe key already."""
    return insert({**row, "payload": json_text(row["payload"])}, delay=delay, actor=actor)


def claim(job_id: UUID, dispatch: int, *, owner: str, lease_seconds: float, trace_id: str = "") -> WorkflowJob:
    """PENDING, RETRYING → PROCESSING, under a lease and a new fence. The history names the attempt's trace, if any.

    The dispatch number must be the latest, the queue not paused, and no gate of the job closed, unless it was put off
    long enough.
    """
    return move(
        Verb.CLAIM,
        job_id,
        JobStatus.PROCESSING,
        actor=owner,
        guard=f"""{_CLAIMABLE} AND NOT EXISTS ({_PAUSED})
                  AND (gates = '{{}}' OR give_up_at <= statement_timestamp() OR NOT EXISTS ({_CLOSED_GATES}))""",
        changes="""fence = job.fence + 1, attempt = job.attempt + 1, lease_owner = %(actor)s,
                   lease_until = statement_timestamp() + make_interval(secs => %(lease_seconds)s),
                   started_at = coalesce(job.started_at, statement_timestamp())""",
        detail={"trace_id": trace_id} if trace_id else None,
        more_detail=MESSAGE,
        also=TRACED if trace_id else "",
        dispatch=dispatch,
        lease_seconds=lease_seconds,
        trace_id=trace_id,
    )


def hold(
    job_id: UUID, dispatch: int, failure: Failure, *, until: datetime, patience: timedelta, actor: str
) -> WorkflowJob:
    """PENDING, RETRYING stay what they are, due when the gate opens that keeps them. Uses up no retry.

    For `patience` at most, counted from the first time the job is put off: then it is run all the same.
    """
    return move(
        Verb.HOLD,
        job_id,
        "job.status",
        actor=actor,
        guard=f"{_CLAIMABLE} AND EXISTS ({_CLOSED_GATES})",
        detail={**failure.columns(), "until": until.isoformat()},
        changes=f"""{_FAILURE}, dispatch = job.dispatch + 1, due_at = %(until)s,
                    give_up_at = coalesce(job.give_up_at, statement_timestamp() + %(patience)s)""",
        dispatch=dispatch,
        until=until,
        patience=patience,
        **failure.columns(),
    )


def fold(
    job_id: UUID, payload: Mapping[str, Any], *, delay: timedelta, at_most: timedelta, actor: str, reason: str
) -> WorkflowJob:
    """PENDING → PENDING with another payload: a job that never started takes the newer work.

    Where it still waits for more of it, it waits `delay` from now, and no longer than `at_most` from its beginning.
    """
    return move(
        Verb.FOLD,
        job_id,
        JobStatus.PENDING,
        actor=actor,
        guard="AND attempt = 0",
        changes="""dispatch = job.dispatch + 1, payload = %(payload)s::jsonb,
                   due_at = CASE WHEN job.due_at <= statement_timestamp() THEN job.due_at
                                 ELSE least(statement_timestamp() + %(delay)s, job.created_at + %(at_most)s) END""",
        detail={"reason": reason},
        also=KEYED,
        payload=json_text(payload),
        delay=delay,
        at_most=at_most,
    )


def checkpoint(job: WorkflowJob, *, stage: str, state: Mapping[str, Any], lease_seconds: float) -> WorkflowJob:
    """PROCESSING → PROCESSING: the result of a stage is kept, the lease renewed; what went wrong before is over."""
    return _move_owned(
        Verb.CHECKPOINT,
        job,
        JobStatus.PROCESSING,
        changes="""stage = %(stage)s, checkpoint = %(state)s::jsonb, crashes = 0, give_up_at = NULL,
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
        changes=f"outcome = %(outcome)s::jsonb, {_NO_ERROR}, {FINISHED}",
        outcome=json_text(outcome),
    )


def fail(job: WorkflowJob, failure: Failure) -> WorkflowJob:
    """PROCESSING → FAILED."""
    return _move_owned(
        Verb.FAIL,
        job,
        JobStatus.FAILED,
        detail=failure.columns(),
        changes=f"{_FAILURE}, {FINISHED}",
        **failure.columns(),
    )


def retry(job: WorkflowJob, failure: Failure, *, delay: timedelta, charged: bool, patience: timedelta) -> WorkflowJob:
    """PROCESSING → RETRYING, runnable after `delay`. `charged` uses up one retry of the budget.

    What is not charged is bounded by `patience`, counted from the first time the job is put off.
    """
    return _move_owned(
        Verb.RETRY,
        job,
        JobStatus.RETRYING,
        detail={**failure.columns(), "delay_seconds": delay.total_seconds(), "charged": charged},
        changes=f"""{_FAILURE}, {LEASE_ENDED}, retries = job.retries + %(charge)s,
                    give_up_at = CASE WHEN %(charge)s = 0
                                      THEN coalesce(job.give_up_at, statement_timestamp() + %(patience)s) END,
                    dispatch = job.dispatch + 1, due_at = clock_timestamp() + %(delay)s""",
        charge=int(charged),
        delay=delay,
        patience=patience,
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
        detail={"event": wait.event_type, "key": wait.key, "already_there": wake is not None},
        changes=f"""wait_type = %(wait_type)s, wait_scope = %(wait_scope)s, wait_key = %(wait_key)s,
                    wait_deadline = statement_timestamp() + %(timeout)s, wait_on_timeout = %(on_timeout)s,
                    wake = %(wake)s::jsonb,
                    {LEASE_ENDED}, {DISPATCHED if wake else "due_at = job.due_at"}""",
        wait_type=wait.event_type,
        wait_scope=wait.scope,
        wait_key=wait.key,
        timeout=wait.timeout,
        on_timeout=wait.on_timeout,
        wake=_wake_text(wake) if wake else None,
    )


def resume(job_id: UUID, wake: Wake, *, scope: str, actor: str) -> WorkflowJob:
    """WAITING_FOR_EVENT → PENDING, because the event it waits for came."""
    return move(
        Verb.RESUME,
        job_id,
        JobStatus.PENDING,
        actor=actor,
        guard="AND wait_type = %(wait_type)s AND wait_scope = %(wait_scope)s AND wait_key = %(wait_key)s",
        changes=f"wake = %(wake)s::jsonb, {DISPATCHED}",
        detail={"event": wake.event_type, "key": wake.key},
        wait_type=wake.event_type,
        wait_scope=scope,
        wait_key=wake.key,
        wake=_wake_text(wake),
    )


def expire(job_id: UUID, *, actor: str) -> WorkflowJob:
    """WAITING_FOR_EVENT → PENDING, because its deadline passed. The executor applies the wait's policy."""
    return move(
        Verb.EXPIRE,
        job_id,
        JobStatus.PENDING,
        actor=actor,
        guard="AND wait_deadline <= statement_timestamp()",
        changes=f"""wake = jsonb_build_object('outcome', 'TIMEOUT', 'event_type', job.wait_type,
                                             'key', job.wait_key, 'payload', '{{}}'::jsonb), {DISPATCHED}""",
    )


def redispatch(job_id: UUID, dispatch: int, *, actor: str) -> WorkflowJob:
    """PENDING, RETRYING → PENDING with a new dispatch number: its last message was not claimed in time."""
    return move(
        Verb.REDISPATCH,
        job_id,
        JobStatus.PENDING,
        actor=actor,
        guard=_CLAIMABLE,
        changes="dispatch = job.dispatch + 1",
        dispatch=dispatch,
    )


def release(job: WorkflowJob, *, reason: str, delay: timedelta = timedelta()) -> WorkflowJob:
    """PROCESSING → PENDING: its worker gives it back, to be run by another. Uses up no retry and is no crash."""
    return _move_owned(
        Verb.RELEASE,
        job,
        JobStatus.PENDING,
        detail={"reason": reason},
        changes=f"""{LEASE_ENDED}, dispatch = job.dispatch + 1, due_at = statement_timestamp() + %(delay)s,
                    give_up_at = coalesce(job.give_up_at, statement_timestamp() + %(patience)s)""",
        delay=delay,
        patience=PATIENCE,
    )


def rescue(job_id: UUID, *, crash_limit: int, grace: timedelta, actor: str) -> WorkflowJob:
    """PROCESSING → PENDING, because its lease ran out; → FAILED when it took `crash_limit` workers down in a row.

    Where the database itself was away, nobody could renew: after its start, everybody gets the `grace` to do so.
    """
    return _rescue(
        job_id,
        guard="""AND lease_until < statement_timestamp()
                 AND pg_postmaster_start_time() < statement_timestamp() - %(grace)s""",
        cause="stopped renewing its lease",
        crash_limit=crash_limit,
        actor=actor,
        grace=grace,
    )


def rescue_at_once(
    job_id: UUID, dispatch: int, *, worker: str, cause: str, crash_limit: int, actor: str
) -> WorkflowJob:
    """The same, before the lease runs out: the parent of the process that ran this dispatch has seen it die.

    `worker` is what the names of all children of that parent end in.
    """
    return _rescue(
        job_id,
        guard="AND dispatch = %(dispatch)s AND right(lease_owner, length(%(worker)s)) = %(worker)s",
        cause=cause,
        crash_limit=crash_limit,
        actor=actor,
        dispatch=dispatch,
        worker=worker,
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
            return move(
                Verb.RETRY_BY_HAND,
                job_id,
                JobStatus.PENDING,
                actor=actor,
                detail={"reason": reason},
                changes=f"""retries = 0, crashes = 0, give_up_at = NULL, wake = NULL, {_NO_ERROR},
                            reason = %(reason)s, finished_at = NULL, {DISPATCHED}""",
                reason=reason[:MAX_REASON],
            )
    except IntegrityError as exc:
        raise TransitionRefused("another live job does the same work") from exc


def _rescue(job_id: UUID, *, guard: str, cause: str, crash_limit: int, actor: str, **values: Any) -> WorkflowJob:
    is_last = "job.crashes + 1 >= %(crash_limit)s"
    return move(
        Verb.RESCUE,
        job_id,
        f"CASE WHEN {is_last} THEN 'FAILED' ELSE 'PENDING' END",
        actor=actor,
        guard=guard,
        changes=f"""crashes = job.crashes + 1, error_type = %(error_type)s,
                    error_class = CASE WHEN {is_last} THEN 'PERMANENT' ELSE 'RETRYABLE' END,
                    error_message = 'The worker ' || job.lease_owner || ' ' || %(cause)s ||
                                    CASE job.stage WHEN '' THEN ', in the first stage'
                                                   ELSE ', after the stage ' || job.stage END ||
                                    CASE WHEN {is_last} THEN '. It was number ' || job.crashes + 1 ||
                                                             ' in a row, so the job is quarantined.' ELSE '.' END,
                    finished_at = CASE WHEN {is_last} THEN clock_timestamp() END, {LEASE_ENDED}, {DISPATCHED}""",
        more_detail="jsonb_build_object('worker', held_by, 'lease_until', held_until, 'why', error_message)",
        error_type=WORKER_LOST,
        cause=cause,
        crash_limit=crash_limit,
        **values,
    )


def _withdraw(verb: Verb, job_id: UUID, *, actor: str, reason: str) -> WorkflowJob:
    return move(
        verb,
        job_id,
        JobStatus.CANCELLED,
        actor=actor,
        detail={"reason": reason},
        changes=f"reason = %(reason)s, {FINISHED}",
        reason=clean_text(reason)[:MAX_REASON],
    )


def _move_owned(verb: Verb, job: WorkflowJob, to: str, *, changes: str, **values: Any) -> WorkflowJob:
    """A write of an attempt: refused unless the job still has this attempt's fence."""
    return move(
        verb,
        job.id,
        to,
        actor=job.lease_owner,
        guard="AND fence = %(fence)s",
        changes=changes,
        fence=job.fence,
        **values,
    )


def _wake_text(wake: Wake) -> str:
    return json_text(
        {
            "outcome": wake.outcome,
            "event_type": wake.event_type,
            "key": wake.key,
            "payload": wake.payload,
        }
    )
