"""Wake the relay once what was written to the outbox has committed.

The notification is a transaction of its own: PostgreSQL commits transactions that notify one at a time, flush to disk
included, which would make every delivery at the door wait for every other. One that gets lost costs the relay's poll
interval.
"""

from django.db import connection, transaction

CHANNEL = "outbox_messages"


def wake_relay_after_commit() -> None:
    transaction.on_commit(_notify, robust=True)


def _notify() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")
