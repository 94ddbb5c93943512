"""A transition as one SQL statement: a single transaction, a single round trip, and it cannot be half done.

    seen    the row, locked and checked: id, status, and whatever else the verb's guard asks
    moved   the row, updated
    taken   the messages that announced it while it was runnable: whatever happened, they are of no use any more
    noted   its history row
    sent    its outbox row, when it is runnable now
    keyed   what it is found by (keys.py), when that may have changed

Used by transitions.py only, which names the verbs. All times are the database's, of the statement and not of the
transaction around it.
"""

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any
from uuid import UUID

from django.db import DatabaseError, transaction

from jobs import keys
from jobs.counts import count_after_commit
from jobs.errors import TransitionRefused
from jobs.ids import uuid7
from jobs.models import WorkflowJob
from jobs.outbox import forget_outdated, wake_relay_after_commit
from jobs.signals import job_finished
from jobs.states import FINAL_STATUSES, LIVE_STATUSES, TRANSITIONS, JobStatus, Verb, WorkflowType
from jobs.stored_json import json_text
from telemetry import tracing

LEASE_ENDED = "lease_owner = '', lease_until = NULL"
FINISHED = f"finished_at = clock_timestamp(), {LEASE_ENDED}"
DISPATCHED = "dispatch = job.dispatch + 1, due_at = statement_timestamp()"

_ANNOUNCED = frozenset({JobStatus.PENDING, JobStatus.RETRYING})

_TAKE = """, taken AS (
      DELETE FROM outbox_messages message USING moved WHERE message.job_id = moved.id
      RETURNING message.id, message.dispatch, message.sent_at
    )"""

#: The statement waited for the row while somebody announced it: that message is newer than what it sees of the outbox.
_MISSED = "from_status IN ('PENDING', 'RETRYING') AND NOT EXISTS (SELECT FROM taken)"

#: How the message travelled, for the history of whoever claimed it: its row is gone by then.
MESSAGE = """coalesce((SELECT jsonb_build_object('message', taken.id, 'sent_at', taken.sent_at)
                       FROM taken WHERE taken.dispatch = moved.dispatch), '{}')"""

_NOTE = """
  INSERT INTO job_execution_history
         (job_id, verb, from_status, to_status, attempt, dispatch, fence, stage, actor, detail, at)
  SELECT id, %(verb)s, from_status, status, attempt, dispatch, fence, stage, %(actor)s,
         {detail}, clock_timestamp()
    FROM moved"""

_SEND = """, sent AS (
  INSERT INTO outbox_messages
         (job_id, dispatch, organization, destination, body, headers, available_at, attempts, last_error)
  SELECT id, dispatch, organization, queue, jsonb_build_object('job_id', id, 'dispatch', dispatch),
         jsonb_build_object('correlation_id', correlation_id, 'workflow_type', workflow_type,
                            'traceparent', traceparent, 'caused_by', %(caused_by)s::text), due_at, 0, ''
    FROM moved WHERE status IN ('PENDING', 'RETRYING'))"""

KEYED = f", keyed AS ({keys.store('moved')})"

_GIVEN = "%(detail)s::jsonb"


def insert(row: Mapping[str, Any], *, actor: str, **values: Any) -> WorkflowJob | None:
    """A new PENDING job; None when a live one of its type has the dedupe key."""
    sql = f"""
    WITH moved AS (
      INSERT INTO workflow_jobs (id, workflow_type, handler_type, queue, status, payload, organization, subject,
             correlation_id, traceparent, dedupe_key, gates, attempt, retries, crashes, dispatch, fence, due_at,
             lease_owner, stage, wait_type, wait_scope, wait_key, wait_on_timeout, error_class, error_type,
             error_message, reason)
      VALUES (%(id)s, %(workflow_type)s, %(handler_type)s, %(queue)s, 'PENDING', %(payload)s::jsonb,
             %(organization)s, %(subject)s, %(correlation_id)s, %(traceparent)s, %(dedupe_key)s, %(gates)s::text[],
             0, 0, 0, 1, 0, statement_timestamp() + %(delay)s,
             '', '', '', '', '', '', '', '', '', '')
      ON CONFLICT (workflow_type, dedupe_key)
        WHERE status IN ('PENDING', 'PROCESSING', 'RETRYING', 'WAITING_FOR_EVENT') DO NOTHING
      RETURNING *, NULL::text AS from_status
    ), noted AS ({_NOTE.format(detail=_GIVEN)}){_SEND}{KEYED}
    SELECT * FROM moved"""  # noqa: S608 - composed of constants; values are parameters
    parameters = {
        **row,
        **values,
        "id": uuid7(),
        "verb": Verb.ENQUEUE,
        "actor": actor,
        "detail": "{}",
        "caused_by": row["traceparent"],
    }
    job = next(iter(WorkflowJob.objects.raw(sql, parameters)), None)
    if job:
        wake_relay_after_commit()
        count_after_commit(Verb.ENQUEUE, job)
    return job


def move(
    verb: Verb,
    job_id: UUID,
    to: str,
    *,
    actor: str,
    changes: str,
    guard: str = "",
    detail: Mapping[str, Any] | None = None,
    more_detail: str = "",
    also: str = "",
    **values: Any,
) -> WorkflowJob:
    """Carry the verb out, or raise TransitionRefused.

    `to` is a status, or an SQL expression over `job` for one; `guard` is SQL over `workflow_jobs`, `changes` over
    `job`; `more_detail` is SQL over `moved` for a JSON object that is added to `detail`; `also` is a further part.
    """
    rule = TRANSITIONS[verb]
    takes, sends = bool(rule.sources & _ANNOUNCED), bool(rule.targets & _ANNOUNCED)
    note = _NOTE.format(detail=f"{_GIVEN} || {more_detail}" if more_detail else _GIVEN)
    sql = f"""
    WITH seen AS (
      SELECT id, status AS from_status, lease_owner AS held_by, lease_until AS held_until
        FROM workflow_jobs WHERE id = %(id)s AND status = ANY(%(sources)s) {guard} FOR UPDATE
    ), moved AS (
      UPDATE workflow_jobs job SET status = {"%(to)s" if to in JobStatus.values else to},
             updated_at = clock_timestamp(), {changes}
        FROM seen WHERE job.id = seen.id
      RETURNING job.*, seen.from_status, seen.held_by, seen.held_until
    ){_TAKE if takes else ""}, noted AS ({note}){_SEND if sends else ""}{also}
    SELECT *, {_MISSED if takes else "false"} AS missed FROM moved"""  # noqa: S608 - composed of constants; values are parameters
    parameters = {
        **values,
        "id": job_id,
        "to": to,
        "sources": sorted(rule.sources),
        "verb": verb,
        "actor": actor,
        "detail": json_text(detail or {}),
        "caused_by": tracing.current().traceparent,
    }
    moved = _moved(sql, parameters, may_end=bool(rule.targets & FINAL_STATUSES))
    if sends and moved.status in _ANNOUNCED:
        wake_relay_after_commit()
    count_after_commit(verb, moved)
    return moved


def _moved(sql: str, parameters: dict[str, Any], *, may_end: bool) -> WorkflowJob:
    # Listeners see the end of a job, and may add to it, in the same transaction.
    with transaction.atomic() if may_end else nullcontext():
        moved = _only_row(sql, parameters)
        if vars(moved)["missed"]:
            forget_outdated(moved.id)
        if moved.status not in LIVE_STATUSES:
            _tell_listeners(moved)
    return moved


def _only_row(sql: str, parameters: dict[str, Any]) -> WorkflowJob:
    for job in WorkflowJob.objects.raw(sql, parameters):
        return job
    raise TransitionRefused(f"{parameters['verb']} of {parameters['id']}")


def _tell_listeners(job: WorkflowJob) -> None:
    """A listener that the database fails takes the transition back with it, to be tried again. One that fails by
    itself, over a payload it cannot read, would do so for ever: it is logged, and the job ends without it.
    """
    if job.workflow_type not in WorkflowType.values:  # a newer release made it: nobody here listens for it
        return
    for _listener, answer in job_finished.send_robust(sender=WorkflowType(job.workflow_type), job=job):
        if isinstance(answer, DatabaseError):
            raise answer
