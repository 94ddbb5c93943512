"""A child of a worker died over a job: its parent says so at once, and by which signal, instead of letting the lease
run out. Runs in a worker's main process, where Celery reports the loss some seconds after it.

When the parent dies too, nobody is left to say anything, and the lease does.
"""

from typing import Any
from uuid import UUID

import structlog
from billiard.exceptions import TimeLimitExceeded, WorkerLostError
from celery.signals import task_failure
from django.conf import settings
from django.db import Error, connection

from jobs import leases, transitions
from jobs.errors import TransitionRefused

log = structlog.get_logger(__name__)


@task_failure.connect  # type: ignore[untyped-decorator]  # Celery is untyped
def rescue_at_once(exception: BaseException, args: list[Any], **_: object) -> None:
    if not isinstance(exception, WorkerLostError | TimeLimitExceeded):
        return
    job_id, dispatch = UUID(args[0]), int(args[1])
    cause = f"was lost: {str(exception).rstrip('.')}"
    try:
        job = transitions.rescue_at_once(
            job_id, dispatch, worker=leases.WORKER, cause=cause, crash_limit=settings.CRASH_LIMIT, actor=leases.owner()
        )
        log.warning("worker lost", job_id=str(job_id), status=job.status, why=job.error_message)
    except (TransitionRefused, Error) as error:  # it had settled before, or the lease will tell
        log.warning("worker lost", job_id=str(job_id), error=str(error))
    finally:
        connection.close()
        # The pool's threads must be gone before this process forks the next child.
        connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's connections have it
