"""For tests of anything that makes jobs: run them here and now, without broker or dispatcher.

Ships with the engine because the rooms above it test with it.
"""

from jobs.executor import execute
from jobs.models import WorkflowJob


def perform_job(job: WorkflowJob) -> WorkflowJob:
    """Run one attempt of the job and return it as it stands afterwards."""
    job.refresh_from_db()
    execute(job.id, job.dispatch)
    job.refresh_from_db()
    return job


def drain(*, limit: int = 100) -> int:
    """Run due jobs, oldest first, until none is left or `limit` attempts were made; the number of attempts."""
    for attempts in range(limit):
        job = WorkflowJob.objects.runnable().first()
        if job is None:
            return attempts
        execute(job.id, job.dispatch)
    return limit
