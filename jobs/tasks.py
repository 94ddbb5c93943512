"""What Celery carries: the hint that a job may be run. Nothing else travels, nothing is decided here."""

from uuid import UUID

from celery import shared_task
from celery.exceptions import Reject
from django.db import close_old_connections

from jobs import draining
from jobs.executor import execute

RUN_JOB = "jobs.run_job"


@shared_task(name=RUN_JOB)
def run_job(job_id: str, dispatch: int) -> None:
    if draining.has_begun():
        raise Reject(requeue=True)  # to a worker that stays
    try:
        execute(UUID(job_id), dispatch)
    finally:
        close_old_connections()  # to the pool, which drops a broken one
