"""Ends waits past their deadline; what that means for the job is the wait's own policy (CONTINUE or FAIL)."""

from functools import partial

from jobs import transitions
from jobs.maintenance.sweep import sweep

_OVERDUE = """
SELECT wait_deadline, id FROM workflow_jobs
 WHERE status = 'WAITING_FOR_EVENT' AND wait_deadline <= statement_timestamp()
   AND (wait_deadline, id) > (%(after)s, %(after_id)s)
 ORDER BY wait_deadline, id LIMIT %(limit)s"""


def run_once(limit: int = 500) -> int:
    return sweep(_OVERDUE, partial(transitions.expire, actor="wait expirer"), limit=limit)
