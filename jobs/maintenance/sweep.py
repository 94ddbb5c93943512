"""Find the rows a duty is about, then do its transition on each, one transaction apiece.

What was found is only a hint: the transition looks again under the row's lock. One row that cannot be moved does not
keep the others.
"""

from collections.abc import Callable
from typing import Any

import structlog
from django.db import Error, connection

from jobs.errors import TransitionRefused

log = structlog.get_logger(__name__)


def sweep(sql: str, parameters: list[Any], act: Callable[..., object]) -> int:
    """Call `act` with the columns of each row found; how many it moved."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        found = cursor.fetchall()
    return sum(_moved(act, row) for row in found)


def _moved(act: Callable[..., object], row: tuple[Any, ...]) -> bool:
    try:
        act(*row)
    except TransitionRefused:
        return False
    except Error as error:
        log.warning("sweep skipped a job", job_id=str(row[0]), error=str(error))
        return False
    return True
