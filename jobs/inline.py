"""Drive a job to its end in this process: no broker, no dispatcher, no worker.

For the command line, where one person waits for one result. The rows, retries and waits are the same as ever. Where
no dispatcher runs, nobody else rescues and expires: a run that was killed before must not keep this one waiting.
"""

import time
from collections.abc import Callable
from uuid import UUID

from jobs.executor import execute
from jobs.maintenance import rescuer, wait_expirer
from jobs.models import WorkflowJob
from jobs.states import FINAL_STATUSES

POLL_SECONDS = 0.2


def run_until_final(job_id: UUID, *, on_change: Callable[[WorkflowJob], None] | None = None) -> WorkflowJob:
    """Run the job, and any job of its organization that it may wait for, until it is final.

    `on_change` is told after every attempt of any of them. A job that retries later is waited for.
    """
    while True:
        job = WorkflowJob.objects.get(id=job_id)
        if job.status in FINAL_STATUSES:
            return job
        due = WorkflowJob.objects.runnable().filter(organization=job.organization).first()
        if due is None:
            if not rescuer.run_once() + wait_expirer.run_once():
                time.sleep(POLL_SECONDS)
            continue
        execute(due.id, due.dispatch)
        if on_change:
            due.refresh_from_db()
            on_change(due)
