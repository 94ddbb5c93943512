from datetime import timedelta

import pytest

from jobs import transitions
from jobs.inline import run_until_final
from jobs.models import WorkflowJob
from jobs.outcomes import Completed, WaitForEvent
from jobs.states import EventType, JobStatus
from jobs.waits import emit

pytestmark = pytest.mark.django_db


def waits_for_the_other(attempt) -> Completed:
    """The job named "waiter" waits until another one has emitted."""
    if attempt.subject == "waiter" and not attempt.wake:
        raise WaitForEvent(EventType.AST_COMPLETED, scope="local", key="k", timeout=timedelta(hours=1))
    if attempt.subject != "waiter":
        emit(EventType.AST_COMPLETED, scope="local", key="k", payload={}, event_id=str(attempt.job_id), source="test")
    return Completed()


def test_a_job_and_the_one_it_waits_for_are_run_to_their_end(make_job, script):
    script.act = waits_for_the_other
    waiter = make_job(organization="local", subject="waiter")
    make_job(organization="local", subject="other")
    assert run_until_final(waiter.id).status == JobStatus.COMPLETED


@pytest.mark.usefixtures("short_grace")
def test_a_job_left_behind_by_a_killed_run_is_rescued(make_job, script):
    script.act = waits_for_the_other
    left_behind = make_job(organization="local", subject="other")
    transitions.claim(left_behind.id, left_behind.dispatch, owner="killed", lease_seconds=-1)
    waiter = make_job(organization="local", subject="waiter")
    assert run_until_final(waiter.id).status == JobStatus.COMPLETED


def test_a_wait_that_is_overdue_ends_here_too(make_job, script):
    def waits_in_vain(attempt) -> Completed:
        if not attempt.wake:
            raise WaitForEvent(EventType.AST_COMPLETED, scope="local", key="k", timeout=timedelta())
        return Completed({"woken by": attempt.wake.outcome})

    script.act = waits_in_vain
    assert run_until_final(make_job(organization="local").id).outcome == {"woken by": "TIMEOUT"}


def test_other_organizations_jobs_are_not_touched(make_job, script):
    foreign = make_job(organization="octo")
    run_until_final(make_job(organization="local").id)
    assert WorkflowJob.objects.get(id=foreign.id).status == JobStatus.PENDING


def test_every_attempt_is_told(make_job, script):
    told = []
    run_until_final(make_job(organization="local").id, on_change=lambda job: told.append(job.status))
    assert told == [JobStatus.COMPLETED]
