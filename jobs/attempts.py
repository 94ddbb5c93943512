"""One attempt at a job, as its handler sees it: what to do, and the few ways to touch the row.

Every write names the attempt's fence. Losing the lease raises `LeaseLost` at the next touch; call `check` between the
steps of long work, and `hold_lease` right before anything that cannot be undone. In a worker that is stopping, the
attempt ends with `WorkerStopping` after its next checkpoint, or at the first check after DRAIN_SECONDS.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from structlog.contextvars import bound_contextvars

from jobs import draining, leases, transitions
from jobs.errors import LeaseLost, TransitionRefused, WorkerStopping
from jobs.models import WorkflowJob
from jobs.outcomes import Wake
from telemetry import tracing
from telemetry.tracing import Span

log = structlog.get_logger(__name__)


class Attempt:
    """A claimed job. Made by the executor; the heartbeat thread shares it."""

    def __init__(self, job: WorkflowJob, *, claimed_at: float, at_most_seconds: float) -> None:
        """`claimed_at` is `leases.now()` from before the claim was sent: the lease is no older than that.

        `at_most_seconds` after it, the lease is not renewed any more: whatever hangs, hangs no longer.
        """
        self._job = job
        self._lost = threading.Event()
        self._leased_until = claimed_at + settings.LEASE_SECONDS
        self._ends_at = claimed_at + at_most_seconds
        self._irrevocable_until = 0.0
        self._claimed_at = claimed_at
        #: The stage that runs, or that failed.
        self.at_stage = job.stage

    @property
    def job(self) -> WorkflowJob:
        """The row as this attempt last saw it."""
        return self._job

    @property
    def job_id(self) -> UUID:
        return self._job.id

    @property
    def fence(self) -> int:
        return self._job.fence

    @property
    def payload(self) -> dict[str, Any]:
        return dict(self._job.payload)

    @property
    def organization(self) -> str:
        return self._job.organization

    @property
    def subject(self) -> str:
        return self._job.subject

    @property
    def correlation_id(self) -> str:
        return self._job.correlation_id

    @property
    def number(self) -> int:
        """1 for the first start of the job."""
        return self._job.attempt

    @property
    def seconds(self) -> float:
        """Since it was claimed, in thousandths."""
        return round(leases.now() - self._claimed_at, 3)

    @property
    def checkpointed(self) -> dict[str, Any] | None:
        """The state of the last checkpoint, of this attempt or an earlier one."""
        return self._job.checkpoint

    @property
    def wake(self) -> Wake | None:
        """How the job's last wait ended."""
        return Wake(**self._job.wake) if self._job.wake else None

    @contextmanager
    def stage(self, name: str) -> Iterator[Span]:
        """Name what runs in the block: in its lines of the log, in the trace, in the error it may end with."""
        self.at_stage, began = name, self.seconds
        with bound_contextvars(stage=name), tracing.span(name, {"kodus.stage": name, "kodus.outcome": "done"}) as span:
            yield span
            log.info("stage done", duration_s=round(self.seconds - began, 3))

    def checkpoint(self, stage: str, state: dict[str, Any]) -> None:
        """Keep the result of `stage`: a crash from here on does not repeat it."""
        self._check_lease()
        asked_at = leases.now()
        try:
            self._job = transitions.checkpoint(
                self._job, stage=stage, state=state, lease_seconds=settings.LEASE_SECONDS
            )
        except TransitionRefused:
            self._lost.set()
            raise LeaseLost(str(self.job_id)) from None
        self._leased_until = asked_at + settings.LEASE_SECONDS
        if draining.has_begun():
            raise WorkerStopping

    def check(self) -> None:
        """Raise LeaseLost if this attempt may not go on, WorkerStopping if it should not."""
        self._check_lease()
        if draining.seconds() > settings.DRAIN_SECONDS:
            raise WorkerStopping

    def hold_lease(self, seconds: float) -> None:
        """Ask the database whether this attempt still owns the job, and extend the lease to outlast `seconds`.

        For so long the job is not given back either, although the worker may be stopping.
        """
        self.check()
        self._irrevocable_until = leases.now() + seconds
        if not self.renew(max(seconds, settings.LEASE_SECONDS)):
            raise LeaseLost(str(self.job_id))

    def renew(self, seconds: float) -> bool:
        """Extend the lease; False when it is lost for good. The heartbeat calls this from its thread."""
        asked_at = leases.now()
        if asked_at >= self._ends_at or not leases.extend(self.job_id, self.fence, seconds):
            self._lost.set()
            return False
        self._leased_until = max(self._leased_until, asked_at + seconds)
        return True

    def give_back(self) -> bool:
        """Make the job runnable for other workers although this attempt still runs; its writes are refused then.

        False in the middle of something that cannot be undone. The heartbeat calls this from its thread.
        """
        if leases.now() < self._irrevocable_until:
            return False
        self._lost.set()
        with suppress(TransitionRefused):  # it is somebody else's already
            transitions.release(self._job, reason="its worker had to stop")
        return True

    def _check_lease(self) -> None:
        if self._lost.is_set() or leases.now() >= self._leased_until:
            raise LeaseLost(str(self.job_id))
