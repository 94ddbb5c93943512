from datetime import timedelta

import pytest
from django.utils import timezone

from jobs import gates
from jobs.executor import execute
from jobs.models import Gate, OutboxMessage, WorkflowJob
from jobs.retry import PATIENCE, SPREAD
from jobs.states import ErrorClassification, JobStatus
from jobs.testing import perform_job

pytestmark = pytest.mark.django_db

HOST, CREDENTIAL = "code host", "code host:token"


class Throttled(Exception):
    rate_limited = True
    retry_after = 600.0
    gate = CREDENTIAL


class Down(Exception):
    gate = HOST


@pytest.fixture
def job(make_job) -> WorkflowJob:
    return make_job(gates=[HOST, CREDENTIAL])


def due_in(job: WorkflowJob) -> float:
    job.refresh_from_db()
    return (job.due_at - timezone.now()).total_seconds()


def closes_for(name: str) -> float:
    closed_until = Gate.objects.get(name=name).closed_until
    return max(0.0, (closed_until - timezone.now()).total_seconds()) if closed_until else 0.0


def pass_time(**by: float) -> None:
    """As if so much of it had gone by for gates and jobs."""
    for gate in Gate.objects.exclude(closed_until=None):
        Gate.objects.filter(name=gate.name).update(closed_until=gate.closed_until - timedelta(**by))
    for job in WorkflowJob.objects.all():
        WorkflowJob.objects.filter(id=job.id).update(
            due_at=job.due_at - timedelta(**by), give_up_at=job.give_up_at and job.give_up_at - timedelta(**by)
        )


def close(seconds: float = 600, name: str = CREDENTIAL) -> None:
    gates.close(name, seconds=seconds, why=ErrorClassification.RATE_LIMITED, reason="until noon")


class TestAClosedGate:
    def test_holds_the_jobs_that_name_it_until_it_opens(self, job, script):
        close()
        assert execute(job.id, job.dispatch) is None
        assert 599 <= due_in(job) <= 600 + SPREAD.total_seconds()
        assert (job.status, job.attempt, job.retries, script.attempts) == (JobStatus.PENDING, 0, 0, [])

    def test_says_on_the_job_which_and_why(self, job):
        close()
        execute(job.id, job.dispatch)
        job.refresh_from_db()
        assert (job.error_class, job.error_type) == ("RATE_LIMITED", "GateClosed")
        assert job.error_message == "code host:token: until noon"

    def test_lets_other_jobs_through(self, make_job):
        close()
        assert perform_job(make_job(gates=[HOST])).status == JobStatus.COMPLETED
        assert perform_job(make_job()).status == JobStatus.COMPLETED

    def test_says_for_how_long_to_who_can_do_without(self):
        close()
        assert 599 < gates.closed_for(CREDENTIAL) <= 600
        pass_time(seconds=601)
        assert (gates.closed_for(CREDENTIAL), gates.closed_for(HOST)) == (0, 0)

    def test_leaves_a_message_for_the_time_it_opens(self, job):
        close()
        execute(job.id, job.dispatch)
        job.refresh_from_db()
        message = OutboxMessage.objects.get(job=job)
        assert (message.dispatch, message.available_at) == (2, job.due_at)

    def test_lets_them_in_one_by_one_when_it_opens(self, make_job):
        close()
        jobs = [make_job(gates=[CREDENTIAL]) for _ in range(20)]
        for job in jobs:
            execute(job.id, job.dispatch)
        assert len({round(due_in(job), 3) for job in jobs}) > 15

    def test_keeps_a_retrying_job_retrying(self, job, script):
        script.raises(ValueError())
        perform_job(job)
        pass_time(minutes=1)
        close()
        execute(job.id, job.dispatch)
        job.refresh_from_db()
        assert (job.status, job.error_type) == (JobStatus.RETRYING, "GateClosed")

    def test_is_passed_again_once_its_time_is_over(self, job):
        close()
        execute(job.id, job.dispatch)
        pass_time(minutes=11)
        assert perform_job(job).status == JobStatus.COMPLETED

    def test_cannot_keep_a_job_for_ever(self, job):
        for _ in range(3):
            close(seconds=PATIENCE.total_seconds() / 2)
            execute(job.id, job.dispatch)
            pass_time(days=0.6)
            job.refresh_from_db()
        close()
        assert perform_job(job).status == JobStatus.COMPLETED

    def test_is_never_closed_for_less_than_it_was(self):
        close(seconds=600)
        close(seconds=5)
        assert closes_for(CREDENTIAL) > 500


class TestARateLimit:
    def test_closes_the_gate_for_every_job_until_the_reset_that_was_named(self, job, script, make_job):
        script.raises(Throttled("come back later"))
        assert (perform_job(job).status, job.retries) == (JobStatus.RETRYING, 0)
        assert 590 < closes_for(CREDENTIAL) <= 600
        other = make_job(gates=[CREDENTIAL])
        execute(other.id, other.dispatch)
        other.refresh_from_db()
        assert (other.attempt, len(script.attempts)) == (0, 1)

    def test_of_five_hundred_jobs_costs_one_request(self, script, make_job):
        script.raises(*[Throttled()] * 500)
        for job in [make_job(gates=[CREDENTIAL]) for _ in range(500)]:
            execute(job.id, job.dispatch)
        assert len(script.attempts) == 1

    def test_leaves_the_host_open(self, job, script):
        script.raises(Throttled())
        perform_job(job)
        assert not Gate.objects.filter(name=HOST).exists()

    def test_ends_the_job_when_it_was_put_off_long_enough(self, job, script):
        script.raises(Throttled(), Throttled("still"))
        perform_job(job)
        pass_time(days=1, hours=1)
        assert (perform_job(job).status, job.error_class) == (JobStatus.FAILED, ErrorClassification.RATE_LIMITED)


class TestFailuresInARow:
    def fail(self, make_job, script, times: int) -> WorkflowJob:
        job = None
        for _ in range(times):
            script.raises(Down("502"))
            job = perform_job(make_job(gates=[HOST]))
        assert job
        return job

    def test_close_the_gate_whichever_jobs_they_hit(self, make_job, script):
        self.fail(make_job, script, gates.FAILURES_TO_CLOSE - 1)
        assert closes_for(HOST) == 0
        last = self.fail(make_job, script, 1)
        assert 14 < closes_for(HOST) <= gates.CLOSED_SECONDS
        assert (last.error_class, last.retries) == (ErrorClassification.CIRCUIT_OPEN, 0)

    def test_before_that_are_the_jobs_own_to_retry(self, make_job, script):
        job = self.fail(make_job, script, 1)
        assert (job.status, job.retries, job.error_class) == (JobStatus.RETRYING, 1, ErrorClassification.RETRYABLE)

    def test_close_it_twice_as_long_when_the_first_job_after_it_fails_too(self, make_job, script):
        self.fail(make_job, script, gates.FAILURES_TO_CLOSE)
        pass_time(minutes=1)
        self.fail(make_job, script, 1)
        assert 29 < closes_for(HOST) <= 2 * gates.CLOSED_SECONDS

    def test_never_close_it_for_longer_than_five_minutes(self, make_job, script):
        self.fail(make_job, script, gates.FAILURES_TO_CLOSE)
        for _ in range(8):
            pass_time(minutes=6)
            self.fail(make_job, script, 1)
        assert closes_for(HOST) <= gates.CLOSED_SECONDS_AT_MOST

    def test_of_jobs_that_ran_already_when_it_closed_close_it_no_longer(self, make_job, script):
        self.fail(make_job, script, gates.FAILURES_TO_CLOSE)
        before = Gate.objects.get(name=HOST).failures
        assert gates.count_failure(HOST, reason="late") > 0
        assert Gate.objects.get(name=HOST).failures == before

    def test_are_forgotten_after_a_success(self, make_job, script):
        self.fail(make_job, script, gates.FAILURES_TO_CLOSE - 1)
        script.raises()
        perform_job(make_job(gates=[HOST]))
        self.fail(make_job, script, gates.FAILURES_TO_CLOSE - 1)
        assert closes_for(HOST) == 0

    def test_a_success_does_not_open_what_a_rate_limit_closed(self, make_job, script):
        running = make_job(gates=[HOST])
        close(name=HOST)
        gates.note_success(running.gates)
        assert closes_for(HOST) > 500
