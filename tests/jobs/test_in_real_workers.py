import pytest

from jobs.enqueue import enqueue
from jobs.models import WorkflowJob
from jobs.states import JobStatus, WorkflowType
from tests.processes import dispatcher, running, worker
from tests.services import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("workload")]


def ended(*jobs: WorkflowJob) -> bool:
    ids = [job.id for job in jobs]
    return not WorkflowJob.objects.filter(id__in=ids).exclude(status=JobStatus.COMPLETED).exists()


def test_a_job_travels_from_row_to_broker_to_worker_and_back(broker):
    with running(dispatcher(broker, workload=True), worker(broker, "workflow.jobs.code_review", workload=True)):
        jobs = [enqueue(WorkflowType.CODE_REVIEW, {"steps": [{"sleep": 0.01}]}, dedupe_key=None).job for _ in range(5)]
        wait_until(lambda: ended(*jobs), seconds=30, what="five jobs")
