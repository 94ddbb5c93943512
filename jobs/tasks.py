"""What Celery carries: the hint that a job may be run. Nothing else travels, nothing is decided here."""

from typing import Any
from uuid import UUID

from celery import shared_task
from celery.exceptions import Reject
from django.db import close_old_connections

from jobs import draining
from jobs.executor import execute
from jobs.spans import Announcement

RUN_JOB = "jobs.run_job"


@shared_task(name=RUN_JOB, bind=True)
def run_job(task: Any, job_id: str, dispatch: int) -> None:
    if draining.has_begun():
        raise Reject(requeue=True)  # to a worker that stays
    try:
        execute(UUID(job_id), dispatch, Announcement.of(task.request))
    finally:
        close_old_connections()  # to the pool, which drops a broken one
