"""Wake the relay once what was written to the outbox has committed; forget what announces nothing any more.

The notification is a transaction of its own: PostgreSQL commits transactions that notify one at a time, flush to disk
included, which would make every delivery at the door wait for every other. One that gets lost costs the relay's poll
interval.
"""

from uuid import UUID

from django.db import connection, transaction

CHANNEL = "outbox_messages"

_FORGET = """
DELETE FROM outbox_messages message USING workflow_jobs job
 WHERE job.id = %s AND message.job_id = job.id
   AND (message.dispatch <> job.dispatch OR job.status NOT IN ('PENDING', 'RETRYING'))"""


def wake_relay_after_commit() -> None:
    transaction.on_commit(_notify, robust=True)


def _notify() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")


def forget_outdated(job_id: UUID) -> None:
    """Delete the messages of the job by which it is not to be claimed any more."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [job_id])
