from contextlib import suppress
from datetime import timedelta

import pytest

from jobs import leases, transitions
from jobs.executor import execute
from jobs.models import WorkflowJob
from jobs.outcomes import Completed
from jobs.states import ErrorClassification, JobStatus
from jobs.testing import drain, perform_job
from telemetry import correlation

pytestmark = pytest.mark.django_db


class Hopeless(Exception):
    permanent = True


class Throttled(Exception):
    rate_limited = True
    retry_after = 120.0


class Unreachable(Exception):
    retry_after = 45.0


def test_what_the_handler_returns_is_the_jobs_outcome(make_job, script):
    script.act = lambda _attempt: Completed({"outcome": "REVIEWED"})
    assert perform_job(make_job()).outcome == {"outcome": "REVIEWED"}


def test_an_unknown_error_is_retried_until_the_budget_is_spent(make_job, script):
    script.raises(*[ValueError("odd")] * 4)
    job = make_job()
    seen = []
    for _ in range(4):
        seen.append(perform_job(job).status)
        WorkflowJob.objects.filter(id=job.id).update(due_at=job.created_at - timedelta(seconds=1))
    assert seen == [JobStatus.RETRYING] * 3 + [JobStatus.FAILED]
    assert (job.error_type, job.error_message) == ("ValueError", "odd")


def test_a_permanent_error_is_not_retried(make_job, script):
    script.raises(Hopeless("gone"))
    job = perform_job(make_job())
    assert (job.status, job.error_class) == (JobStatus.FAILED, ErrorClassification.PERMANENT)


def test_a_rate_limit_waits_as_long_as_told_and_costs_no_retry(make_job, script):
    script.raises(Throttled())
    job = perform_job(make_job())
    assert (job.status, job.retries, job.error_class) == (JobStatus.RETRYING, 0, ErrorClassification.RATE_LIMITED)
    assert (job.due_at - job.updated_at).total_seconds() == pytest.approx(125, abs=6)


def test_an_error_may_say_how_long_to_wait_at_least(make_job, script):
    script.raises(Unreachable())
    job = perform_job(make_job())
    assert job.retries == 1
    assert (job.due_at - job.updated_at).total_seconds() == pytest.approx(45, abs=1)


def test_an_error_kept_in_the_row_holds_no_secret(make_job, script):
    script.raises(ValueError("refused ghp_" + "a" * 36))
    assert "ghp_" not in perform_job(make_job()).error_message


def test_a_doubled_message_runs_nothing(make_job, script):
    job = make_job()
    execute(job.id, job.dispatch)
    assert execute(job.id, job.dispatch) is None
    assert len(script.attempts) == 1


def test_a_message_for_a_job_that_does_not_exist_runs_nothing(script):
    assert execute(WorkflowJob().id, 1) is None


def test_a_job_cancelled_while_it_runs_stays_cancelled(make_job, script):
    def act(attempt):
        transitions.cancel(attempt.job_id, actor="ann", reason="r")
        return Completed()

    script.act = act
    job = make_job()
    assert execute(job.id, job.dispatch) is None
    job.refresh_from_db()
    assert job.status == JobStatus.CANCELLED


def test_a_cancelled_attempt_learns_it_at_its_next_heartbeat(make_job, script):
    reached = []

    def act(attempt):
        transitions.cancel(attempt.job_id, actor="ann", reason="r")
        leases.heartbeat._beat(attempt)
        attempt.check()
        reached.append("after the check")
        return Completed()

    script.act = act
    job = make_job()
    execute(job.id, job.dispatch)
    assert reached == []


def test_a_lost_lease_cannot_be_eaten_by_a_stage_that_catches_everything(make_job, script):
    def act(attempt):
        transitions.cancel(attempt.job_id, actor="ann", reason="r")
        with suppress(Exception):
            attempt.checkpoint("s", {})
        return Completed()

    script.act = act
    job = make_job()
    assert execute(job.id, job.dispatch) is None


def test_an_external_effect_is_refused_once_the_lease_is_lost(make_job, script):
    effects = []

    def act(attempt):
        WorkflowJob.objects.filter(id=attempt.job_id).update(fence=99)
        attempt.hold_lease(20)
        effects.append("posted")
        return Completed()

    script.act = act
    job = make_job()
    execute(job.id, job.dispatch)
    assert effects == []


def test_a_worker_frozen_past_its_lease_stops_by_its_own_clock(make_job, script, monkeypatch):
    effects = []

    def act(attempt):
        attempt._leased_until = 0
        attempt.check()
        effects.append("went on")
        return Completed()

    script.act = act
    job = make_job()
    execute(job.id, job.dispatch)
    assert effects == []


def test_the_correlation_id_of_the_delivery_is_bound_while_the_handler_runs(make_job, script):
    seen = []

    def act(attempt):
        seen.append(correlation.current())
        return Completed()

    script.act = act
    with correlation.bind("delivery-1"):
        job = make_job()
    perform_job(job)
    assert seen == ["delivery-1"]


def test_work_before_the_checkpoint_is_not_repeated_by_the_next_attempt(make_job, script):
    done = []

    def act(attempt):
        if attempt.checkpointed is None:
            done.append("first stage")
            attempt.checkpoint("first", {"at": 1})
            raise ValueError
        return Completed({"resumed from": attempt.checkpointed})

    script.act = act
    job = perform_job(make_job())
    WorkflowJob.objects.filter(id=job.id).update(due_at=job.created_at - timedelta(seconds=1))
    assert drain() == 1
    assert done == ["first stage"]
