"""What the database's connection pool does when the database is away: used in kodus_queue/settings.py."""

from collections import deque
from typing import Any

from psycopg_pool import ConnectionPool, PoolTimeout


def fail_the_waiting(pool: ConnectionPool[Any]) -> None:
    """Tell those who wait for a connection at once that there will be none.

    The pool calls this when it gave up making one. Without it, its `timeout` would have to serve two ends: wait long
    when all connections are busy, and answer soon when there is no database.
    """
    with pool._lock:  # noqa: SLF001 - there is no public way; a test fails when it changes
        if pool._nconns:  # noqa: SLF001 - the same
            return  # others work: it is worth waiting for them
        waiting, pool._waiting = pool._waiting, deque()  # noqa: SLF001 - the same
    for client in waiting:
        client.fail(PoolTimeout("the database takes no connections"))
