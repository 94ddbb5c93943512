"""Pausing a queue: none of its jobs is claimed from then on until it is resumed. What runs goes on to its end.

    the claim          refuses jobs of a paused queue (transitions.py)
    the executor       then puts the message back into the outbox, here
    the relay          sends no messages of a paused queue
    the redispatcher   does not look for those it sent before

A pause is committed while no claim is under way: claims lock the table of pauses as they read it, and `pause` waits
for them and keeps out the next ones for a moment. So what is not claimed by then stays, with its attempts, its retries
and its dispatch number. Jobs of a paused queue become due, end their waits, are rescued and cancelled as ever.
"""

from uuid import UUID

import structlog
from django.db import connection, transaction

from celeryconfig import CALENDAR_QUEUE, task_queues
from jobs.errors import UnknownQueue
from jobs.models import PausedQueue
from jobs.outbox import wake_relay_after_commit
from jobs.stored_json import clean_text

log = structlog.get_logger(__name__)

MAX_REASON = 500
#: Those of jobs: the calendar's carries none.
QUEUES = tuple(queue.name for queue in task_queues if queue.name != CALENDAR_QUEUE)

#: SQL for behind a column that names a queue.
NOT_PAUSED = "<> ALL (ARRAY(SELECT queue FROM paused_queues))"

# Stronger than what a claim's FOR SHARE takes, no obstacle to whoever only reads.
_LOCK = "LOCK TABLE paused_queues IN EXCLUSIVE MODE"

# A new row: a relay that has just sent the old one may still be about to mark it as sent. In the job's old place.
_PUT_BACK = """
WITH seen AS (
  SELECT id, due_at FROM workflow_jobs
   WHERE id = %(job_id)s AND dispatch = %(dispatch)s AND status IN ('PENDING', 'RETRYING')
     AND due_at <= statement_timestamp() FOR UPDATE
), taken AS (
  DELETE FROM outbox_messages message USING seen
   WHERE message.job_id = seen.id AND message.dispatch = %(dispatch)s RETURNING message.*, seen.due_at
), back AS (
  INSERT INTO outbox_messages
         (job_id, dispatch, organization, destination, body, headers, available_at, attempts, last_error)
  SELECT job_id, dispatch, organization, destination, body, headers, due_at, 0, '' FROM taken
)
SELECT FROM seen"""


# A job that was put off by a gate gets the time of the pause back; one that is being moved right now is left out.
_RESUME = """
WITH ended AS (
  DELETE FROM paused_queues WHERE queue = %s RETURNING queue, statement_timestamp() - since AS lasted
), put_off AS (
  SELECT id, lasted FROM workflow_jobs JOIN ended USING (queue)
   WHERE status IN ('PENDING', 'RETRYING') AND give_up_at IS NOT NULL FOR UPDATE OF workflow_jobs SKIP LOCKED
), given AS (
  UPDATE workflow_jobs job SET give_up_at = give_up_at + lasted FROM put_off WHERE job.id = put_off.id
)
SELECT FROM ended"""


def pause(queue: str, *, actor: str, reason: str) -> bool:
    """False when it was paused already: by whom and why stays. Raises UnknownQueue."""
    if queue not in QUEUES:
        raise UnknownQueue(queue)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_LOCK)
        told = {"actor": actor, "reason": clean_text(reason)[:MAX_REASON]}
        _, is_new = PausedQueue.objects.get_or_create(queue=queue, defaults=told)
    if is_new:
        log.info("queue paused", queue=queue, actor=actor, reason=reason)
    return is_new


def resume(queue: str, *, actor: str) -> bool:
    """Its jobs go on in their order. False when it was not paused. Raises UnknownQueue."""
    if queue not in QUEUES and queue not in pauses():  # one that is declared no more may still be paused
        raise UnknownQueue(queue)
    with connection.cursor() as cursor:
        cursor.execute(_RESUME, [queue])
        was_paused: bool = cursor.rowcount == 1
    if was_paused:
        wake_relay_after_commit()
        log.info("queue resumed", queue=queue, actor=actor)
    return was_paused


def pauses() -> dict[str, PausedQueue]:
    """By queue, those that are paused."""
    return {paused.queue: paused for paused in PausedQueue.objects.order_by("queue")}


def pause_of(queue: str) -> PausedQueue | None:
    return PausedQueue.objects.filter(queue=queue).first()


def put_back(job_id: UUID, dispatch: int) -> bool:
    """Make the message of a job that was not to be claimed one that has not been sent; False when it is outdated.

    Whether the queue is still paused does not matter: the relay looks, and sends it at once if it is not.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PUT_BACK, {"job_id": job_id, "dispatch": dispatch})
        is_back: bool = cursor.rowcount == 1
    if is_back:
        wake_relay_after_commit()
        log.info("message put back", job_id=str(job_id), dispatch=dispatch)
    return is_back
