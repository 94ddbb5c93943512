"""Takes back jobs whose worker stopped renewing its lease. A job that took several workers with it is failed."""

from functools import partial

from django.conf import settings

from jobs import transitions
from jobs.maintenance.sweep import sweep

_LOST = """
SELECT id FROM workflow_jobs
 WHERE status = 'PROCESSING' AND lease_until < statement_timestamp() ORDER BY lease_until LIMIT %s"""


def run_once(limit: int = 500) -> int:
    return sweep(_LOST, [limit], partial(transitions.rescue, crash_limit=settings.CRASH_LIMIT, actor="rescuer"))
