"""The job of a bulk action: batch after batch, the newest job first.

A batch is kept before it is acted on. Whoever goes on after a worker was lost looks, job by job, whether that was
done, so that none is retried twice and the counts are right. A batch is also where a cancelled action stops: it is
kept under the job's fence.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError
from psycopg.errors import LockNotAvailable

from jobs.attempts import Attempt
from jobs.models import JobExecutionHistory, WorkflowJob
from jobs.outcomes import Completed
from monitoring.bulk.asked import MOST, BulkAction
from monitoring.bulk.progress import Progress, is_bulk
from monitoring.lists.jobs import find_jobs
from monitoring.steering import Refused, steer

BATCH = 100
STAGE = "act"
#: The ids of jobs tell when they were made by the clocks of those who made them, which differ by less than this.
_DISORDER = timedelta(minutes=1)


def act_in_bulk(attempt: Attempt) -> Completed:
    asked, begun_at = BulkAction.of(attempt.payload), attempt.job.created_at
    progress = Progress.of(attempt.checkpointed)
    progress = _act(attempt, asked, progress, done_since=begun_at)
    while not progress.is_last:
        progress = _next_batch(asked, progress, begun_at)
        attempt.checkpoint(STAGE, progress.to_json())
        progress = _act(attempt, asked, progress)
    return Completed(progress.outcome())


def _next_batch(asked: BulkAction, progress: Progress, begun_at: datetime) -> Progress:
    """Of the jobs that were made before the action was asked for; other bulk actions are left alone."""
    latest = begun_at + _DISORDER
    until = min(asked.wanted.until or latest, latest)
    limit = min(BATCH, MOST - progress.total)
    page = find_jobs(replace(asked.reachable, until=until), limit=limit, after=progress.behind())
    batch = [job.id for job in page.rows if job.created_at <= begun_at and not is_bulk(job)]
    return replace(
        progress,
        batch=tuple(map(str, batch)),
        after=str(page.after) if page.after else None,
        begun=True,
        more=page.after is not None and progress.total + len(batch) >= MOST,
    )


def _act(attempt: Attempt, asked: BulkAction, progress: Progress, *, done_since: datetime | None = None) -> Progress:
    """`done_since`: an earlier attempt may have begun this batch."""
    for job_id in map(UUID, progress.batch):
        attempt.check()
        if done_since and _was_done(asked, job_id, done_since):
            progress = progress.acted()
            continue
        refusal = _steered(asked, job_id)
        progress = progress.was_refused(refusal) if refusal else progress.acted()
    return progress


def _steered(asked: BulkAction, job_id: UUID) -> str:
    """Why it was refused; empty when it was done."""
    try:
        steer(asked.caller, job_id, asked.action, reason=asked.reason)
    except Refused as refused:
        return str(refused)
    except WorkflowJob.DoesNotExist:
        return "The job is no longer kept."
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        return "Something else held the job for too long."
    return ""


def _was_done(asked: BulkAction, job_id: UUID, since: datetime) -> bool:
    done = JobExecutionHistory.objects.filter(job=job_id, verb=asked.verb, actor=asked.caller.name, at__gte=since)
    return done.exists()
