"""Ends waits past their deadline; what that means for the job is the wait's own policy (CONTINUE or FAIL)."""

from functools import partial

from jobs import transitions
from jobs.maintenance.sweep import sweep

_OVERDUE = """
SELECT id FROM workflow_jobs
 WHERE status = 'WAITING_FOR_EVENT' AND wait_deadline <= statement_timestamp() ORDER BY wait_deadline LIMIT %s"""


def run_once(limit: int = 500) -> int:
    return sweep(_OVERDUE, [limit], partial(transitions.expire, actor="wait expirer"))
