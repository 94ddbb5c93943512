"""Moves due outbox rows to the broker and marks them sent once it has confirmed them.

A batch is taken by pushing its rows' `available_at` on, in a transaction that ends before anything is published: a
relay that dies in between leaves rows that are due again soon. Doubled messages are harmless.
"""

from collections.abc import Mapping

from django.db import connection

from jobs.broker import Outgoing, Publisher
from jobs.models import OutboxMessage

BATCH = 200
TAKEN_FOR_SECONDS = 30
RETURNED_FOR_SECONDS = 2

# Neither write of the relay waits for the disk: one that a crash of the database undoes is a message sent twice.
_UNFLUSHED = "set_config('synchronous_commit', 'off', true) = 'off'"

_TAKE = f"""
UPDATE outbox_messages SET attempts = attempts + 1, available_at = statement_timestamp() + make_interval(secs => %s)
 WHERE {_UNFLUSHED}
   AND id IN (SELECT id FROM outbox_messages WHERE sent_at IS NULL AND available_at <= statement_timestamp()
               ORDER BY available_at, id LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING id, destination, body, headers"""  # noqa: S608 - composed of constants

_MARK = f"""
UPDATE outbox_messages SET sent_at = statement_timestamp(), last_error = ''
 WHERE {_UNFLUSHED} AND id = ANY(%s)"""  # noqa: S608 - composed of constants


def run_once(limit: int = BATCH, *, publisher: Publisher) -> int:
    """How many messages the broker took over. Raises BrokerUnavailable, before taking any where it can."""
    publisher.connect()
    batch = _take(limit)
    if not batch:
        return 0
    refused = publisher.publish(batch)
    sent = [message.id for message in batch if message.id not in refused]
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [sent])
    _give_back(refused)
    return len(sent)


def _take(limit: int) -> list[Outgoing]:
    rows = OutboxMessage.objects.raw(_TAKE, [TAKEN_FOR_SECONDS, limit])
    return [Outgoing(row.id, row.destination, row.body, row.headers) for row in sorted(rows, key=lambda row: row.id)]


def _give_back(refused: Mapping[int, str]) -> None:
    with connection.cursor() as cursor:
        for message_id, reason in refused.items():
            cursor.execute(
                """UPDATE outbox_messages
                      SET available_at = statement_timestamp() + make_interval(secs => %s), last_error = %s
                    WHERE id = %s""",
                [RETURNED_FOR_SECONDS, reason, message_id],
            )
