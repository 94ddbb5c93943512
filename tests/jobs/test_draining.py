"""A worker that is asked to stop, within one process; with real ones: test_in_real_workers.py."""

import os
from collections.abc import Iterator

import pytest
from celery.exceptions import Reject
from celery.signals import worker_shutting_down

from jobs import draining, leases
from jobs.executor import execute
from jobs.models import WorkflowJob
from jobs.outcomes import Completed
from jobs.states import JobStatus
from jobs.tasks import run_job

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _stay() -> Iterator[None]:
    yield
    draining.forget()


@pytest.fixture
def past_the_bound(settings) -> None:
    """The worker has been stopping for longer than it waits for its jobs."""
    settings.DRAIN_SECONDS = 0


def run(job: WorkflowJob) -> WorkflowJob:
    execute(job.id, job.dispatch)
    job.refresh_from_db()
    return job


def test_celery_tells_that_the_worker_stops():
    worker_shutting_down.send(sender="worker@host", sig="SIGTERM", how="Warm", exitcode=0)
    assert draining.has_begun()


def test_a_child_forked_before_learns_it_too():
    learnt, told = os.pipe(), os.pipe()
    if os.fork() == 0:
        os.read(told[0], 1)
        os.write(learnt[1], b"y" if draining.has_begun() else b"n")
        os._exit(0)
    draining.begin()
    os.write(told[1], b"!")
    assert os.read(learnt[0], 1) == b"y"


def test_a_message_is_left_to_a_worker_that_stays(make_job):
    draining.begin()
    with pytest.raises(Reject) as rejection:
        run_job(str(make_job().id), 1)
    assert rejection.value.requeue


def test_the_stage_that_runs_is_finished_and_kept_and_the_job_released(make_job, script):
    reached = []

    def act(attempt):
        draining.begin()
        attempt.check()
        attempt.checkpoint("first", {"n": 1})
        reached.append("second stage")

    script.act = act
    job = run(make_job())
    assert (job.status, job.checkpoint, job.crashes, job.retries) == (JobStatus.PENDING, {"n": 1}, 0, 0)
    assert reached == []


def test_a_job_that_comes_to_its_end_completes(make_job, script):
    def act(_attempt):
        draining.begin()
        return Completed()

    script.act = act
    assert run(make_job()).status == JobStatus.COMPLETED


@pytest.mark.usefixtures("past_the_bound")
class TestPastTheBound:
    def test_a_long_stage_ends_at_its_next_check(self, make_job, script):
        def act(attempt):
            draining.begin()
            attempt.check()

        script.act = act
        assert run(make_job()).status == JobStatus.PENDING

    def test_a_deaf_one_is_given_back_by_the_heartbeat_and_its_outcome_refused(self, make_job, script):
        def act(attempt):
            draining.begin()
            leases.heartbeat._beat(attempt)
            return Completed()

        script.act = act
        job = run(make_job())
        assert (job.status, job.outcome) == (JobStatus.PENDING, None)

    def test_nothing_is_given_back_while_an_effect_is_under_way(self, make_job, script):
        def act(attempt):
            attempt.hold_lease(30)
            draining.begin()
            leases.heartbeat._beat(attempt)
            return Completed()

        script.act = act
        assert run(make_job()).status == JobStatus.COMPLETED
