"""Real workers count, are killed and replaced, and the totals still agree with the rows."""

from pathlib import Path
from typing import Any

import psutil
import pytest

from jobs.enqueue import enqueue
from jobs.models import JobExecutionHistory, WorkflowJob
from jobs.states import JobStatus, WorkflowType
from tests.monitoring.scraped import Samples, scraped
from tests.processes import Process, dispatcher, running, worker
from tests.services import free_port, wait_until
from tests.webhooks.deliveries import pull_request
from tests.webhooks.wire import ask, delivery, door_process, exchange, status_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("workload"),
    pytest.mark.acceptance,
]
QUEUE = "workflow.jobs.code_review"
FAST = {"KODUS_LEASE_SECONDS": "3", "KODUS_HEARTBEAT_SECONDS": "1", "KODUS_REDISPATCH_SECONDS": "2"}
#: Written by the processes; enqueue is written by the test itself.
VERBS = ("enqueue", "claim", "checkpoint", "complete", "fail", "retry", "rescue")


@pytest.fixture
def state(counts):
    """The processes count in the same folder as this one."""
    return {"KODUS_STATE_DIR": str(counts.parent)}


def make(*steps: dict[str, Any], count: int = 1) -> list[WorkflowJob]:
    return [enqueue(WorkflowType.CODE_REVIEW, {"steps": list(steps)}, dedupe_key=None).job for _ in range(count)]


def ended(jobs: list[WorkflowJob]) -> bool:
    live = WorkflowJob.objects.filter(id__in=[job.id for job in jobs], finished_at=None)
    return not live.exists()


def wait_for(jobs: list[WorkflowJob]) -> None:
    wait_until(lambda: ended(jobs), seconds=90, what=f"the end of {len(jobs)} jobs")


def review_worker(broker: str, state: dict[str, str]) -> Process:
    return worker(broker, QUEUE, workload=True, **FAST, **state)


def transitions_told() -> dict[str, float]:
    told = scraped()
    return {verb: told[f'kodus_job_transitions_total{{type="CODE_REVIEW",verb="{verb}"}}'] for verb in VERBS}


def transitions_written() -> dict[str, float]:
    written = list(JobExecutionHistory.objects.values_list("verb", flat=True))
    return {verb: written.count(verb) for verb in VERBS}


def wait_until_counted(step: Path) -> None:
    """Until the step was made and its checkpoint counted: a kill in between would lose that one count."""
    wait_until(step.exists, seconds=60, what=f"the {step.name} step")
    wait_until(lambda: transitions_told() == transitions_written(), seconds=60, what="the count of it")


def counters_of(told: Samples) -> Samples:
    return {name: value for name, value in told.items() if name.partition("{")[0].endswith(("_total", "_count"))}


def test_what_workers_did_agrees_with_the_rows(broker, settings, state):
    settings.BROKER_URL = broker
    with running(dispatcher(broker, workload=True, **FAST, **state), review_worker(broker, state)):
        wait_for(
            [*make({"sleep": 0.01}, count=8), *make({"fail": "permanent"}, count=2), *make({"fail": "retryable"})]
        )
    assert transitions_told() == transitions_written()
    told = scraped()
    ends = {
        outcome: told[f'kodus_jobs_finished_total{{outcome="{outcome}",type="CODE_REVIEW"}}']
        for outcome in ("completed", "failed")
    }
    assert ends == {"completed": 9, "failed": 2}
    assert WorkflowJob.objects.filter(status=JobStatus.COMPLETED).count() == 9
    assert told[f'kodus_job_queue_latency_seconds_count{{queue="{QUEUE}"}}'] == transitions_written()["claim"]
    assert told['kodus_outbox_published_total{result="sent"}'] >= 11


def test_killed_workers_leave_totals_that_do_not_go_down(broker, state, counts, tmp_path):
    """A child of a worker and then the whole worker: by kill -9, with work in their hands."""
    doomed = review_worker(broker, state)
    with running(dispatcher(broker, workload=True, **FAST, **state), doomed):
        wait_for(make({"sleep": 0.01}, count=5))
        before, files = scraped(), len(list(counts.glob("*.db")))
        running_jobs = make({"touch": str(tmp_path / "first")}, {"sleep": 3})
        wait_until_counted(tmp_path / "first")
        psutil.Process(doomed.pid).children()[0].kill()
        wait_for(running_jobs)
        running_jobs = make({"touch": str(tmp_path / "second")}, {"sleep": 3})
        wait_until_counted(tmp_path / "second")
        doomed.kill()
        with running(review_worker(broker, state)):
            wait_for(running_jobs)
            after = scraped()
            assert {name for name, value in counters_of(before).items() if after[name] < value} == set()
    assert transitions_told() == transitions_written()
    assert transitions_told()["rescue"] == 2
    # The worker's main process counts a loss of its child; its successors take over what the dead left.
    assert len(list(counts.glob("*.db"))) <= files + 2


def test_what_the_door_counted_comes_out_of_the_operators_side(state):
    """From gunicorn's child, which a kill -9 ends."""
    port = free_port()
    door = door_process(KODUS_WEBHOOK_PORT=str(port), **state)
    with running(door):
        wait_until(lambda: status_of(ask(port, b"GET /livez")) == 200, seconds=90, what="the start of the door")
        answers = [exchange(port, delivery(pull_request(number=number))) for number in range(1, 6)]
        assert [status_of(answer) for answer in answers] == [202] * 5
        assert status_of(ask(port, b"GET /metrics")) == 404
        door.kill()
    told = scraped()
    assert told['kodus_webhook_deliveries_total{event="pull_request",verdict="ACCEPTED"}'] == 5
    assert told['kodus_webhook_request_duration_seconds_count{status="202"}'] == 5
    assert told['kodus_job_transitions_total{type="CODE_REVIEW",verb="enqueue"}'] == 5
