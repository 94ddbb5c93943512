"""What is deleted when it is old enough, of all rooms, in this order: bodies, the largest, first; who names others
before them.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import structlog

import jobs.retention
import reviews.retention
import webhooks.retention
from jobs.models import WorkflowJob
from jobs.pruning import Rule, Run, prune
from jobs.retention import parameters
from jobs.states import LIVE_STATUSES, JobStatus

log = structlog.get_logger(__name__)

OF_ORGANIZATIONS: tuple[Rule, ...] = (
    webhooks.retention.BODIES,
    webhooks.retention.DELIVERIES,
    webhooks.retention.MISSED,
    *reviews.retention.MEMORY,
    *jobs.retention.JOBS.values(),
    jobs.retention.EVENTS,
    *reviews.retention.AFTER_JOBS,
)
ALL: tuple[Rule, ...] = (*OF_ORGANIZATIONS, jobs.retention.INBOX)
#: Kinds whose age may be told for one run: nothing rests on the others' being short.
TOLD = ("bodies", "jobs", "failed", "events")
MOST_COUNTED = 10_000


def prune_old(
    *,
    organization: str | None = None,
    status: JobStatus | None = None,
    older_than_days: int | None = None,
    dry: bool = False,
    archive: Path | None = None,
    seconds: float = float("inf"),
    is_stopped: Callable[[], bool] = lambda: False,
) -> Counter[str]:
    """Delete what is older than it is kept; how many rows of which tables. With a status, jobs of that status only."""
    instead = {} if older_than_days is None else dict.fromkeys(TOLD, older_than_days)
    run = Run(
        parameters(organization=organization, instead=instead),
        dry=dry,
        archive=archive,
        ends_at=time.monotonic() + seconds,
        is_stopped=is_stopped,
    )
    return _pruned(_rules(organization, status), run, organization=organization)


def erase(organization: str, *, dry: bool = False, archive: Path | None = None) -> Counter[str]:
    """Delete all that is this organization's, however old, except what its live jobs need."""
    ages: Mapping[str, int] = dict.fromkeys(("deliveries", "pull_requests", *TOLD), 0)
    asked = {**parameters(organization=organization, instead=ages), "erases": True}
    return _pruned(OF_ORGANIZATIONS, Run(asked, dry=dry, archive=archive), organization=organization)


def live_jobs(organization: str) -> int:
    """How many of its jobs live; counted up to MOST_COUNTED."""
    live = WorkflowJob.objects.filter(organization=organization, status__in=sorted(LIVE_STATUSES))
    return live[:MOST_COUNTED].count()


def _rules(organization: str | None, status: JobStatus | None) -> Sequence[Rule]:
    if status:
        return (jobs.retention.JOBS[status], *reviews.retention.AFTER_JOBS)
    return OF_ORGANIZATIONS if organization else ALL


def _pruned(rules: Sequence[Rule], run: Run, *, organization: str | None) -> Counter[str]:
    began = time.monotonic()
    gone = prune(rules, run)
    took = round(time.monotonic() - began, 1)
    log.info(
        "pruned", dry=run.dry, organization=organization, rows=dict(gone), seconds=took, to_the_end=not run.is_over()
    )
    return gone
