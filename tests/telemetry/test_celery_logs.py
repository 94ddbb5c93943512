"""What a real worker and the real dispatcher print is JSON, and names the delivery that caused the work."""

import json
import sys
from typing import Any

import pytest

from jobs.enqueue import enqueue
from jobs.models import WorkflowJob
from jobs.states import JobStatus, WorkflowType
from tests.processes import Process, dispatcher, running
from tests.services import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("workload"), pytest.mark.acceptance]

QUEUE = "workflow.jobs.code_review"
#: As deploy/supervisord.conf starts it, with more to say.
WORKER = (sys.executable, "-m", "celery", "-q", "-A", "kodus_queue", "worker", "-Q", QUEUE, "-c", "1", "-l", "INFO")


def lines(process: Process) -> list[dict[str, Any]]:
    whole, _, _unfinished = process.log.read_text().rpartition("\n")
    return [json.loads(line) for line in whole.splitlines()]


def is_completed(job: WorkflowJob) -> bool:
    return WorkflowJob.objects.filter(id=job.id, status=JobStatus.COMPLETED).exists()


@pytest.fixture
def printed(broker):
    """What worker and dispatcher printed while they ran one job of the delivery `delivery-1`."""
    environment = {"workload": True, "broker_url": broker}
    worker = Process(*WORKER, "-n", "logs@localhost", **environment, KODUS_PROCESS="worker-review")
    relay = dispatcher(broker, workload=True, KODUS_PROCESS="dispatcher")
    payload = {"steps": [{"sleep": 0.01}]}
    with running(relay, worker):
        job = enqueue(WorkflowType.CODE_REVIEW, payload, dedupe_key=None, correlation_id="delivery-1").job
        wait_until(lambda: is_completed(job), seconds=90, what="the job")
        worker.wait_for("attempt settled")
        yield job, lines(worker), lines(relay)


def test_workers_and_dispatcher_print_json_that_leads_to_the_delivery(printed):
    job, worker, relay = printed
    assert {line["service"] for line in worker} == {"worker-review"}
    assert {line["service"] for line in relay} == {"dispatcher"}
    of_job = [line for line in worker if line.get("job_id") == str(job.id)]
    assert [line["event"] for line in of_job] == ["attempt started", "attempt settled"]
    assert {line["correlation_id"] for line in of_job} == {"delivery-1"}


def test_a_line_of_an_attempt_says_who_ran_it_and_the_last_one_how_long_it_took(printed):
    job, worker, _ = printed
    begun, settled = [line for line in worker if line.get("job_id") == str(job.id)]
    assert begun["worker"] == settled["worker"] == job.history.get(verb="claim").actor
    assert 0 < settled["duration_s"] < 60
