"""Find the rows a duty is about, then do its transition on each, one transaction apiece.

What was found is only a hint: the transition looks again under the row's lock. All pages are walked, each from where
the last one ended, so that rows which cannot be moved hide nothing behind them.
"""

from collections.abc import Callable
from typing import Any

from django.db import connection

from jobs.maintenance.loop import each_by_itself

FIRST = {"after": "-infinity", "after_id": "00000000-0000-0000-0000-000000000000"}


def sweep(sql: str, act: Callable[..., object], *, limit: int, **values: Any) -> int:
    """Call `act` with the columns behind the first of each row found; how many it moved.

    `sql` selects an instant, a job's id and what else `act` needs, of the rows behind (`after`, `after_id`), ordered
    by these two, `limit` at most.
    """
    moved, start = 0, FIRST
    while True:
        with connection.cursor() as cursor:
            cursor.execute(sql, {**values, **start, "limit": limit})
            page = cursor.fetchall()
        moved += each_by_itself(act, (row[1:] for row in page))
        if len(page) < limit:
            return moved
        start = {"after": page[-1][0], "after_id": page[-1][1]}
