import pytest

from jobs import transitions
from jobs.enqueue import enqueue
from jobs.errors import TransitionRefused
from jobs.models import JobExecutionHistory, OutboxMessage, WorkflowJob
from jobs.states import JobStatus, WorkflowType
from jobs.testing import perform_job

pytestmark = pytest.mark.django_db


def claim(job: WorkflowJob) -> WorkflowJob:
    return transitions.claim(job.id, job.dispatch, owner="w1", lease_seconds=30)


def test_enqueue_writes_job_history_and_message_together(make_job):
    job = make_job(payload={"n": 1}, subject="octo/app#1")
    assert job.status == JobStatus.PENDING
    assert [h.verb for h in job.history.all()] == ["enqueue"]
    message = OutboxMessage.objects.get(job=job)
    assert message.body == {"job_id": str(job.id), "dispatch": 1}
    assert message.destination == "workflow.jobs.code_review"


def test_claim_completes(make_job, script):
    job = perform_job(make_job())
    assert job.status == JobStatus.COMPLETED
    assert list(JobExecutionHistory.objects.filter(job=job).order_by("id").values_list("verb", flat=True)) == [
        "enqueue",
        "claim",
        "complete",
    ]


def test_a_second_claim_of_the_same_message_is_refused(make_job):
    job = make_job()
    claim(job)
    with pytest.raises(TransitionRefused):
        claim(job)


def test_enqueue_returns_the_live_job_with_the_same_dedupe_key(script):
    first = enqueue(WorkflowType.CODE_REVIEW, {}, dedupe_key="k")
    second = enqueue(WorkflowType.CODE_REVIEW, {}, dedupe_key="k")
    assert (second.job.id, second.created) == (first.job.id, False)
