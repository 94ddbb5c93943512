"""Moves due outbox rows to the broker and marks them sent once it has confirmed them.

Little is announced at a time: what the workers can take soon. The rest stays here, in an order that can still change,
and organizations take turns (turns.py). So a backlog of one does not keep the others waiting, and a broker that is
wiped loses next to nothing. What is for a paused queue (pausing.py) stays here as well.

A batch is taken by pushing its rows' `available_at` on, in a transaction that ends before anything is published: a
relay that dies in between leaves rows that are due again soon. Doubled messages are harmless.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from django.db import connection

from jobs.broker import BrokerUnavailable, Outgoing, Publisher
from jobs.maintenance.turns import Turns
from jobs.models import OutboxMessage
from telemetry import counters

TAKEN_FOR_SECONDS = 30
RETURNED_FOR_SECONDS_AT_MOST = 300
#: Messages that wait in a queue, for each worker that takes from it, and for good measure.
READY_PER_CONSUMER = 2
READY_AT_LEAST = 2

# No write of the relay waits for the disk: one that a crash of the database undoes is a message sent twice.
_UNFLUSHED = "set_config('synchronous_commit', 'off', true) = 'off'"

_NEXT = """SELECT destination, organization, EXISTS (SELECT FROM paused_queues WHERE queue = destination) AS is_paused
    FROM outbox_messages WHERE sent_at IS NULL"""

# Whose turn it may be: each queue and organization with rows to be sent, found by skipping through the index. A paused
# queue is skipped whole, however many organizations wait there.
_WAITING = f"""
WITH RECURSIVE line AS (
  ({_NEXT} ORDER BY destination, organization LIMIT 1)
  UNION ALL
  SELECT next.* FROM line CROSS JOIN LATERAL (
    ({_NEXT} AND NOT line.is_paused AND (destination, organization) > (line.destination, line.organization)
      ORDER BY destination, organization LIMIT 1)
    UNION ALL
    ({_NEXT} AND line.is_paused AND destination > line.destination
      ORDER BY destination, organization LIMIT 1)) next
)
SELECT line.destination, line.organization FROM line CROSS JOIN LATERAL (
  SELECT FROM outbox_messages message
   WHERE sent_at IS NULL AND message.destination = line.destination AND message.organization = line.organization
     AND available_at <= statement_timestamp() LIMIT 1) due
 WHERE NOT line.is_paused"""  # noqa: S608 - composed of constants

_TAKE = f"""
WITH due AS (
  SELECT due.* FROM unnest(%s::text[], %s::text[], %s::int[]) AS share (destination, organization, messages)
   CROSS JOIN LATERAL (
     SELECT id, available_at AS due_at FROM outbox_messages message
      WHERE sent_at IS NULL AND message.destination = share.destination
        AND message.organization = share.organization AND available_at <= statement_timestamp()
      ORDER BY available_at, id LIMIT share.messages FOR UPDATE SKIP LOCKED) due
)
UPDATE outbox_messages message
   SET attempts = attempts + 1, available_at = statement_timestamp() + make_interval(secs => %s)
  FROM due WHERE {_UNFLUSHED} AND message.id = due.id
RETURNING message.id, destination, body, headers, due_at"""  # noqa: S608 - composed of constants

# Rows that a claim is deleting are left to it: the relay waits for nobody.
_MARK = f"""
UPDATE outbox_messages SET sent_at = statement_timestamp(), last_error = ''
 WHERE {_UNFLUSHED} AND id IN (SELECT id FROM outbox_messages WHERE id = ANY(%s) FOR UPDATE SKIP LOCKED)"""  # noqa: S608 - composed of constants

# Some may have been taken over by the broker before it went away: then they are sent twice.
_PUT_BACK = f"""
UPDATE outbox_messages SET available_at = statement_timestamp()
 WHERE {_UNFLUSHED} AND id IN (SELECT id FROM outbox_messages WHERE id = ANY(%s) FOR UPDATE SKIP LOCKED)"""  # noqa: S608 - composed of constants

_GIVE_BACK = """
UPDATE outbox_messages SET last_error = %s, available_at = statement_timestamp() +
       make_interval(secs => least(%s, power(2, least(attempts, 20))))
 WHERE id = %s"""


class Relay:
    """`is_full`: messages are left that the queues have no room for yet."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._turns = Turns()
        #: Messages each queue may still get before it is looked at again.
        self._room: Counter[str] = Counter()
        self.is_full = False

    def run_once(self) -> int:
        """How many messages the broker took over. Raises BrokerUnavailable, before taking any where it can."""
        self._publisher.connect()
        waiting = _waiting()
        self._look_for_room({destination for destination, _ in waiting})
        batch = _take(self._turns.shares(waiting, self._room))
        self.is_full = bool(waiting) and not batch
        if not batch:
            return 0
        refused = self._publish(batch)
        sent = [message.id for message in batch if message.id not in refused]
        with connection.cursor() as cursor:
            cursor.execute(_MARK, [sent])
        _give_back(refused)
        counters.PUBLISHED.add("sent", amount=len(sent))
        counters.PUBLISHED.add("refused", amount=len(refused))
        return len(sent)

    def _publish(self, batch: Sequence[Outgoing]) -> Mapping[int, str]:
        self._room.subtract(message.destination for message in batch)
        try:
            return self._publisher.publish(batch)
        except BrokerUnavailable:
            self._room.clear()
            counters.PUBLISHED.add("unconfirmed", amount=len(batch))
            with connection.cursor() as cursor:
                cursor.execute(_PUT_BACK, [[message.id for message in batch]])
            raise

    def _look_for_room(self, destinations: set[str]) -> None:
        for queue in destinations:
            if self._room[queue] <= 0:
                depth = self._publisher.depth(queue)
                self._room[queue] = READY_AT_LEAST + READY_PER_CONSUMER * depth.consumers - depth.ready


def _waiting() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        return list(cursor.fetchall())


def _take(shares: Mapping[tuple[str, str], int]) -> list[Outgoing]:
    if not shares:
        return []
    destinations, organizations = zip(*shares, strict=True)
    parameters = [list(destinations), list(organizations), list(shares.values()), TAKEN_FOR_SECONDS]
    rows = sorted(OutboxMessage.objects.raw(_TAKE, parameters), key=lambda row: (vars(row)["due_at"], row.id))
    return [Outgoing(row.id, row.destination, row.body, row.headers) for row in rows]


def _give_back(refused: Mapping[int, str]) -> None:
    with connection.cursor() as cursor:
        for message_id, reason in refused.items():
            cursor.execute(_GIVE_BACK, [reason, RETURNED_FOR_SECONDS_AT_MOST, message_id])
