from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jobs.explain import explain
from jobs.models import OutboxMessage, PausedQueue, WorkflowJob
from jobs.states import FINAL_STATUSES, JobStatus

NOW = datetime(2026, 3, 1, 3, 12, tzinfo=UTC)
BEFORE, LATER = NOW - timedelta(minutes=5), NOW + timedelta(minutes=5)


PAUSED = PausedQueue(queue="workflow.jobs.code_review", actor="user:ann", reason="GitHub moves.", since=BEFORE)
BY_A_PAUSE = "Its queue is paused since 2026-03-01 03:07:00 UTC by user:ann: GitHub moves."


def told(
    status: JobStatus, message: OutboxMessage | None = None, paused: PausedQueue | None = None, **values: Any
) -> str:
    row = {"due_at": BEFORE, "updated_at": BEFORE, "finished_at": BEFORE, "attempt": 2, "dispatch": 3, **values}
    return explain(WorkflowJob(status=status, **row), message, now=NOW, paused=paused)


def test_a_job_for_later_says_when_it_starts():
    assert told(JobStatus.PENDING, due_at=LATER) == "Starts at 2026-03-01 03:17:00 UTC."


def test_a_due_job_whose_message_is_not_sent_waits_for_the_dispatcher():
    assert told(JobStatus.PENDING, OutboxMessage()) == (
        "Queued, due since 2026-03-01 03:07:00 UTC; its message waits for its turn."
    )


def test_a_due_job_whose_message_is_sent_waits_for_a_worker():
    text = told(JobStatus.PENDING, OutboxMessage(sent_at=BEFORE))
    assert text.endswith("message sent at 2026-03-01 03:07:00 UTC, no worker has claimed it yet.")


def test_a_message_the_broker_refused_is_told_with_its_error():
    text = told(JobStatus.PENDING, OutboxMessage(attempts=4, last_error="no queue for workflow.jobs.x"))
    assert text.endswith("the broker has not taken its message after 4 tries: no queue for workflow.jobs.x.")


def test_a_due_job_without_a_message_says_that_one_will_be_sent():
    assert "dispatch 3 has no message, the dispatcher makes a new one" in told(JobStatus.PENDING)


def test_a_rescued_job_names_its_last_error():
    text = told(JobStatus.PENDING, OutboxMessage(), error_type="WorkerLost", error_class="RETRYABLE")
    assert text.startswith("Queued, due since 2026-03-01 03:07:00 UTC, last error WorkerLost (RETRYABLE);")


def test_a_retrying_job_says_when_and_after_what():
    text = told(JobStatus.RETRYING, due_at=LATER, error_type="RateLimited", error_class="RATE_LIMITED")
    assert text == "Retrying at 2026-03-01 03:17:00 UTC after RateLimited (RATE_LIMITED)."


@pytest.mark.parametrize("status", [JobStatus.PENDING, JobStatus.RETRYING])
def test_a_held_job_names_the_gate_and_when_it_opens(status):
    text = told(status, due_at=LATER, error_type="GateClosed", error_class="RATE_LIMITED",
                error_message="github:token: GitHub asks us to wait.")  # fmt: skip
    assert text == (
        "Held until 2026-03-01 03:17:00 UTC by a closed gate (RATE_LIMITED), github:token: GitHub asks us to wait."
    )


def test_a_retrying_job_that_is_due_is_queued():
    text = told(JobStatus.RETRYING, OutboxMessage(), error_type="Timeout", error_class="RETRYABLE")
    assert text == (
        "Queued, due since 2026-03-01 03:07:00 UTC after Timeout (RETRYABLE); its message waits for its turn."
    )


def test_a_due_job_of_a_paused_queue_says_who_paused_it_and_why():
    assert told(JobStatus.PENDING, OutboxMessage(), PAUSED) == (
        f"{BY_A_PAUSE} It is due since 2026-03-01 03:07:00 UTC."
    )


def test_a_retrying_job_of_a_paused_queue_says_after_what():
    text = told(JobStatus.RETRYING, OutboxMessage(), PAUSED, error_type="Timeout", error_class="RETRYABLE")
    assert text.endswith("It is due since 2026-03-01 03:07:00 UTC after Timeout (RETRYABLE).")


def test_a_job_that_is_not_due_yet_says_when_it_is_and_that_it_will_stay():
    assert told(JobStatus.PENDING, paused=PAUSED, due_at=LATER) == f"Starts at 2026-03-01 03:17:00 UTC. {BY_A_PAUSE}"


def test_a_waiting_job_says_that_it_will_not_go_on_at_once():
    wait = {"wait_type": "ast.completed", "wait_key": "k", "wait_deadline": LATER}
    text = told(JobStatus.WAITING_FOR_EVENT, paused=PAUSED, **wait)
    assert text.startswith("Waiting for ast.completed of k since")
    assert text.endswith(BY_A_PAUSE)


@pytest.mark.parametrize("status", sorted(FINAL_STATUSES | {JobStatus.PROCESSING}))
def test_a_job_that_runs_or_has_ended_does_not_care_that_its_queue_is_paused(status):
    assert told(status, paused=PAUSED) == told(status)


def test_a_running_job_names_stage_worker_and_lease():
    text = told(JobStatus.PROCESSING, stage="fetch_change", lease_owner="host:7:ab", lease_until=LATER)
    assert text == (
        "Running after stage fetch_change on worker host:7:ab, attempt 2, lease until 2026-03-01 03:17:00 UTC."
    )


def test_a_job_whose_lease_ran_out_says_so():
    text = told(JobStatus.PROCESSING, lease_owner="host:7:ab", lease_until=BEFORE)
    assert text.startswith("Its worker host:7:ab stopped renewing the lease at 2026-03-01 03:07:00 UTC")


@pytest.mark.parametrize(("policy", "end"), [("CONTINUE", "goes on without it"), ("FAIL", "fails")])
def test_a_waiting_job_names_event_since_until_and_what_then(policy, end):
    wait = {"wait_type": "ast.completed", "wait_key": "octo/app@abc123", "wait_on_timeout": policy}
    assert told(JobStatus.WAITING_FOR_EVENT, wait_deadline=LATER, **wait) == (
        "Waiting for ast.completed of octo/app@abc123 since 2026-03-01 03:07:00 UTC,"
        f" until 2026-03-01 03:17:00 UTC, then {end}."
    )


def test_a_wait_past_its_deadline_points_at_the_dispatcher():
    text = told(JobStatus.WAITING_FOR_EVENT, wait_type="ast.completed", wait_key="k", wait_deadline=BEFORE)
    assert text.endswith("the wait ended at 2026-03-01 03:07:00 UTC and the dispatcher is late to say so.")


def test_a_completed_job_says_what_came_of_it():
    text = told(JobStatus.COMPLETED, outcome={"outcome": "SKIPPED", "reason": "draft"})
    assert text == "Completed at 2026-03-01 03:07:00 UTC: SKIPPED, draft."


def test_a_failed_job_gives_its_error():
    text = told(JobStatus.FAILED, error_type="NotFound", error_class="PERMANENT", error_message="No such thing.")
    assert text == "Failed at 2026-03-01 03:07:00 UTC in attempt 2: NotFound (PERMANENT): No such thing."


def test_a_cancelled_job_gives_the_reason():
    assert told(JobStatus.CANCELLED, reason="newer head") == "Cancelled at 2026-03-01 03:07:00 UTC: newer head."


@pytest.mark.parametrize("status", JobStatus)
def test_every_status_is_one_sentence(status):
    text = told(status)
    assert text.endswith(".")
    assert "\n" not in text
