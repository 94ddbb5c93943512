"""Takes back jobs whose worker stopped renewing its lease. A job that took several workers with it is failed."""

from datetime import timedelta
from functools import partial

from django.conf import settings

from jobs import transitions
from jobs.maintenance.sweep import sweep

_LOST = """
SELECT lease_until, id FROM workflow_jobs
 WHERE status = 'PROCESSING' AND lease_until < statement_timestamp() AND (lease_until, id) > (%(after)s, %(after_id)s)
 ORDER BY lease_until, id LIMIT %(limit)s"""


def run_once(limit: int = 500) -> int:
    rescue = partial(
        transitions.rescue,
        crash_limit=settings.CRASH_LIMIT,
        grace=timedelta(seconds=settings.HEARTBEAT_SECONDS + 2),
        actor="rescuer",
    )
    return sweep(_LOST, rescue, limit=limit)
