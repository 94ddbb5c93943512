"""The workers that run something now, as the leases of running jobs name them.

A worker that is idle holds no lease, and is not here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from jobs.models import WorkflowJob
from monitoring.access import Scope, needs
from monitoring.pages.frame import page
from monitoring.pages.live_jobs import MOST_SHOWN, running


@dataclass(frozen=True, slots=True)
class Worker:
    """One worker: a main process and the children it forked, whose leases end in the same name."""

    name: str
    host: str
    jobs: list[WorkflowJob] = field(default_factory=list)

    def is_lost(self, now: datetime) -> bool:
        return any(job.lease_until and job.lease_until < now for job in self.jobs)


@needs(Scope.QUEUES_READ, everybodys=True)
def workers(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    jobs = list(running())
    found = [(worker, worker.is_lost(now)) for worker in by_worker(jobs)]
    return page(request, "workers", {"workers": found, "jobs": len(jobs), "most": MOST_SHOWN, "now": now})


def by_worker(jobs: Iterable[WorkflowJob]) -> list[Worker]:
    found: dict[tuple[str, str], Worker] = {}
    for job in jobs:
        host, name = _names(job.lease_owner)
        found.setdefault((host, name), Worker(name, host)).jobs.append(job)
    return [found[key] for key in sorted(found)]


def _names(lease_owner: str) -> tuple[str, str]:
    """Host and worker of "host:pid:worker" (jobs/leases.py)."""
    host, _, rest = lease_owner.partition(":")
    return host, rest.rpartition(":")[2] or lease_owner
