"""Jobs to act on, and a bulk action that is asked for and carried out here."""

from collections.abc import Callable
from typing import Any

import pytest

from jobs import transitions
from jobs.enqueue import enqueue
from jobs.executor import execute
from jobs.models import WorkflowJob
from jobs.states import ErrorClassification, WorkflowType
from jobs.transitions import Failure
from monitoring.access import Caller, Scope
from monitoring.bulk.asked import BulkAction
from monitoring.bulk.start import start
from monitoring.lists.jobs import JobFilter

BROKEN = Failure(ErrorClassification.PERMANENT, "NotFound", "No such pull request.")
OPERATOR = Caller("user:ada", frozenset({Scope.JOBS_WRITE}))


def make_job(subject: str = "octo/app#1", kind: WorkflowType = WorkflowType.CODE_REVIEW, **values: Any) -> WorkflowJob:
    repository, organization = subject.partition("#")[0], subject.partition("/")[0]
    given = {"dedupe_key": None, "organization": organization, "subject": subject} | values
    return enqueue(kind, {"repository": repository}, **given).job


def claimed(subject: str = "octo/app#1", **values: Any) -> WorkflowJob:
    job = make_job(subject, **values)
    return transitions.claim(job.id, job.dispatch, owner="host:1:ab", lease_seconds=30)


def failed(subject: str = "octo/app#1", **values: Any) -> WorkflowJob:
    return transitions.fail(claimed(subject, **values), BROKEN)


def completed(subject: str = "octo/app#1") -> WorkflowJob:
    return transitions.complete(claimed(subject), {})


def asked(action: str = "cancel", caller: Caller = OPERATOR, **values: str) -> BulkAction:
    wanted = JobFilter({name: [value] for name, value in values.items()})
    return BulkAction.by(caller, action, wanted, reason="not wanted")


def status_of(*jobs: WorkflowJob) -> list[str]:
    return [WorkflowJob.objects.get(id=job.id).status for job in jobs]


@pytest.fixture
def done() -> Callable[..., WorkflowJob]:
    """The job of such an action, run until it has ended or was put off."""

    def carry_out(action: str = "cancel", caller: Caller = OPERATOR, **values: str) -> WorkflowJob:
        job = start(asked(action, caller, **values))
        return run(job)

    return carry_out


def run(job: WorkflowJob) -> WorkflowJob:
    """One attempt."""
    now = WorkflowJob.objects.get(id=job.id)
    execute(now.id, now.dispatch)
    return WorkflowJob.objects.get(id=job.id)
