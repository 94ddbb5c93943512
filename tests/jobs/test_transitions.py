import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from jobs import transitions
from jobs.enqueue import enqueue
from jobs.errors import TransitionRefused
from jobs.models import OutboxMessage, WorkflowJob
from jobs.outcomes import Wake
from jobs.signals import job_finished
from jobs.states import FINAL_STATUSES, ErrorClassification, EventType, JobStatus, WorkflowType
from jobs.transitions import Failure

pytestmark = pytest.mark.django_db

FAILURE = Failure(ErrorClassification.RETRYABLE, "Passing", "it may pass")
WAKE = Wake("EVENT", EventType.AST_COMPLETED, "k", {})


def claim(job: WorkflowJob, owner: str = "w1") -> WorkflowJob:
    return transitions.claim(job.id, job.dispatch, owner=owner, lease_seconds=30)


def retry(job: WorkflowJob, *, seconds: float = 0, charged: bool = True) -> WorkflowJob:
    delay = timedelta(seconds=seconds)
    return transitions.retry(job, FAILURE, delay=delay, charged=charged, patience=timedelta(hours=1))


def rescue(job: WorkflowJob, *, crash_limit: int = 3) -> WorkflowJob:
    return transitions.rescue(job.id, crash_limit=crash_limit, grace=timedelta(), actor="t")


def verbs(job: WorkflowJob) -> list[str]:
    return list(job.history.order_by("id").values_list("verb", flat=True))


def lease_ran_out(job: WorkflowJob) -> None:
    WorkflowJob.objects.filter(id=job.id).update(lease_until=job.created_at - timedelta(seconds=1))


class TestEnqueue:
    def test_job_history_and_message_are_written_together(self, make_job):
        job = make_job(payload={"n": 1}, subject="octo/app#1")
        assert verbs(job) == ["enqueue"]
        message = OutboxMessage.objects.get(job=job)
        assert message.body == {"job_id": str(job.id), "dispatch": 1}
        assert message.destination == "workflow.jobs.code_review"

    def test_a_rolled_back_transaction_leaves_nothing(self, make_job):
        with transaction.atomic():
            make_job()
            transaction.set_rollback(True)
        assert not WorkflowJob.objects.exists()
        assert not OutboxMessage.objects.exists()

    def test_a_live_job_with_the_same_dedupe_key_is_returned(self, script):
        first = enqueue(WorkflowType.CODE_REVIEW, {}, dedupe_key="k")
        second = enqueue(WorkflowType.CODE_REVIEW, {}, dedupe_key="k")
        assert (second.job.id, second.created) == (first.job.id, False)

    def test_a_final_job_does_not_stand_in_the_way(self, make_job):
        first = make_job(dedupe_key="k")
        transitions.cancel(first.id, actor="t", reason="r")
        assert make_job(dedupe_key="k").id != first.id

    def test_text_that_jsonb_refuses_is_stored_all_the_same(self, make_job):
        job = make_job(payload={"title": "a\0b\ud800"})
        job.refresh_from_db()
        assert job.payload == {"title": "a␀b?"}


class TestClaim:
    def test_it_takes_a_lease_and_a_new_fence(self, make_job):
        job = claim(make_job())
        assert (job.status, job.attempt, job.fence, job.lease_owner) == (JobStatus.PROCESSING, 1, 1, "w1")
        assert job.lease_until is not None

    def test_the_same_message_again_is_refused(self, make_job):
        job = make_job()
        claim(job)
        with pytest.raises(TransitionRefused):
            claim(job, "w2")

    def test_an_older_dispatch_number_is_refused(self, make_job):
        job = make_job()
        transitions.redispatch(job.id, job.dispatch, actor="t")
        with pytest.raises(TransitionRefused):
            claim(job)

    def test_before_it_is_due_it_is_refused(self, make_job):
        with pytest.raises(TransitionRefused):
            claim(make_job(delay=timedelta(hours=1)))

    @pytest.mark.django_db(transaction=True)
    def test_of_many_at_once_one_wins(self, make_job):
        job, won = make_job(), []

        def try_to_claim(number: int) -> None:
            try:
                won.append(claim(job, f"w{number}").lease_owner)
            except TransitionRefused:
                pass
            finally:
                connection.close()

        threads = [threading.Thread(target=try_to_claim, args=[number]) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(won) == 1


class TestAnAttemptsWrites:
    def test_checkpoint_keeps_the_state_and_the_stage(self, make_job):
        job = transitions.checkpoint(claim(make_job()), stage="find", state={"n": 1}, lease_seconds=30)
        assert (job.stage, job.checkpoint, job.status) == ("find", {"n": 1}, JobStatus.PROCESSING)

    def test_complete_stores_the_outcome_and_ends_the_lease(self, make_job):
        job = transitions.complete(claim(make_job()), {"outcome": "REVIEWED"})
        assert (job.outcome, job.lease_owner, job.lease_until) == ({"outcome": "REVIEWED"}, "", None)
        assert job.finished_at is not None

    def test_retry_is_due_later_and_its_message_too(self, make_job):
        job = retry(claim(make_job()), seconds=60)
        assert (job.status, job.retries, job.dispatch) == (JobStatus.RETRYING, 1, 2)
        assert OutboxMessage.objects.get(job=job, dispatch=2).available_at == job.due_at > job.updated_at

    @pytest.mark.parametrize(
        "write",
        [
            lambda job: transitions.complete(job, {}),
            lambda job: transitions.fail(job, FAILURE),
            retry,
            lambda job: transitions.checkpoint(job, stage="s", state={}, lease_seconds=30),
        ],
        ids=["complete", "fail", "retry", "checkpoint"],
    )
    def test_a_worker_that_wakes_after_its_job_was_rescued_writes_nothing(self, make_job, write):
        late = claim(make_job())
        lease_ran_out(late)
        rescued = rescue(late)
        current = claim(rescued, "w2")
        before = verbs(late)
        with pytest.raises(TransitionRefused):
            write(late)
        current.refresh_from_db()
        assert (current.status, current.lease_owner, verbs(late)) == (JobStatus.PROCESSING, "w2", before)

    def test_a_cancelled_job_takes_no_more_writes(self, make_job):
        job = claim(make_job())
        transitions.cancel(job.id, actor="t", reason="r")
        with pytest.raises(TransitionRefused):
            transitions.complete(job, {})


class TestRescue:
    def test_a_lost_job_is_runnable_again(self, make_job):
        job = claim(make_job())
        lease_ran_out(job)
        rescued = rescue(job)
        assert (rescued.status, rescued.crashes, rescued.dispatch) == (JobStatus.PENDING, 1, 2)
        assert "w1" in rescued.error_message

    def test_a_living_lease_is_left_alone(self, make_job):
        job = claim(make_job())
        with pytest.raises(TransitionRefused):
            rescue(job)

    def test_at_the_crash_limit_the_job_fails_and_sends_no_message(self, make_job):
        job = claim(make_job())
        lease_ran_out(job)
        failed = rescue(job, crash_limit=1)
        assert failed.status == JobStatus.FAILED
        assert not OutboxMessage.objects.exists()


class TestByHand:
    @pytest.mark.parametrize("withdraw", [transitions.cancel, transitions.supersede])
    def test_a_withdrawn_job_says_why(self, make_job, withdraw):
        job = withdraw(make_job().id, actor="ann", reason="a newer push")
        assert (job.status, job.reason) == (JobStatus.CANCELLED, "a newer push")

    def test_a_final_job_cannot_be_cancelled(self, make_job):
        job = transitions.complete(claim(make_job()), {})
        with pytest.raises(TransitionRefused):
            transitions.cancel(job.id, actor="ann", reason="r")

    def test_a_failed_job_starts_again_from_its_checkpoint_with_a_full_budget(self, make_job):
        job = transitions.checkpoint(claim(make_job()), stage="find", state={"n": 1}, lease_seconds=30)
        transitions.fail(job, FAILURE)
        again = transitions.retry_by_hand(job.id, actor="ann", reason="fixed")
        assert (again.status, again.retries, again.crashes, again.checkpoint) == (JobStatus.PENDING, 0, 0, {"n": 1})
        assert (again.error_message, again.finished_at) == ("", None)

    def test_retry_is_refused_while_another_job_does_the_same_work(self, make_job):
        job = make_job(dedupe_key="k")
        transitions.cancel(job.id, actor="ann", reason="r")
        make_job(dedupe_key="k")
        with pytest.raises(TransitionRefused):
            transitions.retry_by_hand(job.id, actor="ann", reason="r")
        assert WorkflowJob.objects.get(id=job.id).status == JobStatus.CANCELLED


class TestTheEndOfAJob:
    def test_listeners_hear_of_it_once_and_within_the_transaction(self, make_job):
        heard = []

        def listen(job: WorkflowJob, **_: object) -> None:
            heard.append((job.status, connection.in_atomic_block))

        job_finished.connect(listen)
        try:
            transitions.complete(claim(make_job()), {})
            retry(claim(make_job()))
        finally:
            job_finished.disconnect(listen)
        assert heard == [(JobStatus.COMPLETED, True)]

    def test_every_final_status_ends_the_lease(self, make_job):
        jobs = [
            transitions.complete(claim(make_job()), {}),
            transitions.fail(claim(make_job()), FAILURE),
            transitions.cancel(claim(make_job()).id, actor="t", reason="r"),
        ]
        assert {job.status for job in jobs} == FINAL_STATUSES
        assert all(job.lease_until is None and job.finished_at for job in jobs)
